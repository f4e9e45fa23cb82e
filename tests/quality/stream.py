"""A simulated feed: a quiet stream with weekends, and one day for each way to break it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2026-01-05")
REFERENCE_DAYS = 28
DAYS = 45
ROWS = 200
THRESHOLD = 0.5
Day = pd.DataFrame


def declaration(**changes: Any) -> dict[str, Any]:
    """Return the declaration of the stream, table `raw.feed`."""
    return {
        "predictions": "raw.feed",
        "id": "id",
        "timestamp": "at",
        "loaded_at": "loaded_at",
        "task": "binary",
        "score": "score",
        "labels": {"label": "label"},
        "reference": {"from": "2026-01-05", "to": "2026-02-02"},
        "features": {"numeric": ["x", "y"], "categorical": ["c"]},
        "repeats": True,
        "entity": "customer",
        **changes,
    }


def day_of(number: int) -> pd.Timestamp:
    """Return the start of a day of the stream."""
    return FIRST_DAY + pd.Timedelta(days=number)


def stream(seed: int, breaks: dict[int, Callable[[Day, np.random.Generator], Day]]) -> Day:
    """Return the stream's rows; `breaks` changes days by their number."""
    rng = np.random.default_rng(seed)
    days, first_id = [], 0
    for number in range(DAYS):
        is_weekend = day_of(number).day_of_week >= 5
        size = rng.poisson(ROWS * (0.6 if is_weekend else 1.0) * np.exp(rng.normal(0, 0.05)))
        score = rng.beta(2, 3, size)
        minutes = rng.integers(0, 24 * 60, size)
        at = day_of(number) + pd.to_timedelta(minutes, unit="m")
        day = pd.DataFrame(
            {
                "id": first_id + np.arange(size),
                "at": at,
                "loaded_at": at + pd.Timedelta(minutes=10),
                "score": score,
                "label": (rng.random(size) < score).astype(int),
                "x": rng.normal(0, 1, size),
                "y": rng.integers(0, 5, size).astype(float),
                "c": rng.choice(["a", "b", "d"], size, p=[0.6, 0.3, 0.1]),
                "customer": rng.integers(0, 500, size).astype(str),
            }
        )
        first_id += size
        days.append(breaks[number](day, rng) if number in breaks else day)
    return pd.concat(days, ignore_index=True)


def repeated(day: Day, rng: np.random.Generator) -> Day:
    """Send a third of the rows again under other ids."""
    copies = day.sample(frac=1 / 3, random_state=rng).assign(
        id=lambda rows: rows["id"] + 10_000_000
    )
    return pd.concat([day, copies], ignore_index=True)


def replayed(day: Day, rng: np.random.Generator) -> Day:
    """Give a fifth of the rows the ids of five days ago."""
    chosen = rng.random(len(day)) < 0.2
    return day.assign(id=np.where(chosen, day["id"] - 5 * ROWS, day["id"]))


def flooded(day: Day, rng: np.random.Generator) -> Day:
    """Let one customer send a fifth of the rows."""
    return day.assign(customer=np.where(rng.random(len(day)) < 0.2, "7", day["customer"]))


def frozen(day: Day, rng: np.random.Generator) -> Day:  # noqa: ARG001
    """Freeze every feature at its first value; some stay NULL."""
    x = np.where(np.arange(len(day)) % 10 == 0, np.nan, day["x"].iloc[0])
    return day.assign(x=x, y=day["y"].iloc[0], c=day["c"].iloc[0])


def flipped(day: Day, rng: np.random.Generator) -> Day:
    """Flip four labels of five."""
    return day.assign(label=np.where(rng.random(len(day)) < 0.8, 1 - day["label"], day["label"]))


def piled(day: Day, rng: np.random.Generator) -> Day:
    """Lift a seventh of the scores just above the threshold."""
    lifted = rng.random(len(day)) < 1 / 7
    return day.assign(
        score=np.where(lifted, THRESHOLD + 0.002 * rng.random(len(day)), day["score"])
    )


def late(day: Day, rng: np.random.Generator) -> Day:
    """Load a fifth of the rows two days after."""
    chosen = rng.random(len(day)) < 0.2
    return day.assign(
        loaded_at=day["loaded_at"] + pd.to_timedelta(np.where(chosen, 2, 0), unit="D")
    )


def missing(day: Day, rng: np.random.Generator) -> Day:  # noqa: ARG001
    """Leave the day out."""
    return day.iloc[:0]


def doubled(day: Day, rng: np.random.Generator) -> Day:  # noqa: ARG001
    """Send twice the rows, all of them different."""
    other = day.assign(
        id=day["id"] + 20_000_000, x=day["x"] + 1e-6, customer=day["customer"] + " b"
    )
    return pd.concat([day, other], ignore_index=True)


def halved(day: Day, rng: np.random.Generator) -> Day:  # noqa: ARG001
    """Send every second row."""
    return day.iloc[::2]


BREAKS = {
    30: repeated,
    31: replayed,
    32: flooded,
    34: frozen,
    35: flipped,
    36: piled,
    37: late,
    38: missing,
    39: missing,
    42: doubled,
    43: halved,
}
