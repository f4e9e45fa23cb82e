"""Streams on which nothing is wrong: days differ, weeks have a cycle, some rows come late."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2026-01-05")
REFERENCE_DAYS = 28
DAYS = REFERENCE_DAYS + 90


def declaration(table: str, features: int) -> dict[str, Any]:
    """Return the declaration of a stream with so many features, every fourth a category."""
    names = [f"f{number}" for number in range(features)]
    return {
        "predictions": f"raw.{table}",
        "id": "id",
        "timestamp": "at",
        "loaded_at": "loaded_at",
        "task": "binary",
        "score": "score",
        "labels": {"label": "label"},
        "reference": {"from": "2026-01-05", "to": "2026-02-02"},
        "features": {
            "numeric": [name for place, name in enumerate(names) if place % 4],
            "categorical": names[::4],
        },
        "repeats": True,
        "entity": "customer",
    }


def quiet_stream(
    seed: int, rows: int, features: int, daily: float = 0.05, weekly: float = 0.1
) -> pd.DataFrame:
    """Return the rows of a stream.

    Parameters
    ----------
    seed, rows, features : int
        `rows` a weekday on average, three fifths of it at weekends.
    daily, weekly : float
        Standard deviation from day to day, and amplitude of the weekly cycle, of every feature's
        mean in its standard deviations, and of the logarithms of counts and of the odds of scores.
    """
    rng = np.random.default_rng(seed)
    weekday = np.arange(DAYS) % 7
    level = rows * np.where(weekday >= 5, 0.6, 1.0) * np.exp(rng.normal(0, daily, DAYS))
    day = np.repeat(np.arange(DAYS), rng.poisson(level))
    size = len(day)

    def moved() -> Any:
        phase = rng.uniform(0, 7)
        cycle = weekly * np.sin(2 * np.pi * (weekday + phase) / 7)
        return (cycle + rng.normal(0, daily, DAYS))[day]

    at = FIRST_DAY + pd.to_timedelta(day, unit="D")
    at = at + pd.to_timedelta(rng.integers(0, 86400, size), unit="s")
    score = 1 / (1 + np.exp(-(rng.normal(-0.5, 1, size) + moved())))
    is_late = rng.random(size) < 0.01 * np.exp(rng.normal(0, 0.3, DAYS))[day]
    columns: dict[str, Any] = {
        "id": np.arange(size),
        "at": at,
        "loaded_at": at + pd.to_timedelta(np.where(is_late, 3000, 10), unit="m"),
        "score": score,
        "label": (rng.random(size) < score).astype(int),
        "customer": rng.zipf(1.5, size).clip(max=5000).astype(str),
    }
    for number in range(features):
        value = rng.normal(0, 1, size) + moved()
        if number % 4 == 0:
            columns[f"f{number}"] = np.searchsorted([-1, 0, 0.8, 2.2], value).astype(str)
        elif number % 4 == 1:
            columns[f"f{number}"] = np.where(value > 1.6, value, 0.0)
        elif number % 4 == 2:
            columns[f"f{number}"] = (value > 2).astype(float)
        else:
            columns[f"f{number}"] = value
    return pd.DataFrame(columns)
