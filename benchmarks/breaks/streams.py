"""Streams of rows whose days are alike, but for the breaks that are put into them.

Numeric features are normal or lognormal, their means move by 0.05 standard deviations from day to
day and by 0.1 over the week. After the reference and some quiet days each kind of break comes three
times, from the smallest size to the greatest, with quiet days in between.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Rng = np.random.Generator
START = pd.Timestamp("2026-01-05")
REFERENCE_DAYS, QUIET_DAYS, BREAK_DAYS, REST_DAYS = 28, 14, 5, 5
SIZES = 3
DAYS = REFERENCE_DAYS + QUIET_DAYS + SIZES * (BREAK_DAYS + REST_DAYS)
ROWS = 1_000
DAILY, WEEKLY = 0.05, 0.1
THRESHOLD = 0.5
OFFSETS = {"right": 1.0}  # a column that lies apart from the one it is swapped with
CATEGORIES, SHARES = ("red", "green", "blue", "grey"), (0.4, 0.3, 0.2, 0.1)


@dataclass(frozen=True)
class Break:
    """A kind of break.

    Attributes
    ----------
    name : str
    sizes : tuple of float
        From the smallest to the greatest; what they are sizes of is told by `unit`.
    unit : str
    subjects : tuple of str
        What alerts of it are about; one of them is enough.
    apply : callable
        Breaks the rows of a day: (rows, size, generator) -> rows.
    """

    name: str
    sizes: tuple[float, float, float]
    unit: str
    subjects: tuple[str, ...]
    apply: Callable[[pd.DataFrame, float, Rng], pd.DataFrame]


@dataclass(frozen=True)
class Stream:
    """A monitored table: its breaks happen on the same days, each to columns of its own."""

    name: str
    breaks: tuple[Break, ...] = ()
    declared: dict[str, Any] = field(default_factory=dict)
    correlation: float = 0.0
    has_every_feature: bool = False  # one for each break of a feature; else the correlated few


def first_day(size: int) -> int:
    """Return the first day of the breaks of a size, counted from the first of the reference."""
    return REFERENCE_DAYS + QUIET_DAYS + size * (BREAK_DAYS + REST_DAYS)


def broken_days(stream: Stream) -> set[int]:
    """Return every day of a stream with a break."""
    sizes = range(SIZES if stream.breaks else 0)
    return {first_day(size) + day for size in sizes for day in range(BREAK_DAYS)}


def rows_of(stream: Stream, numeric: list[str], categorical: list[str], rng: Rng) -> pd.DataFrame:
    """Draw the rows of a stream.

    Parameters
    ----------
    stream : Stream
    numeric, categorical : list of str
        Its features.
    rng : Generator

    Returns
    -------
    DataFrame
        id, at, entity, score, label and the features; one row per prediction.
    """
    phases = rng.uniform(0, 7, len(numeric))
    steps = rng.normal(size=(DAYS, len(numeric)))
    days = []
    for day in range(DAYS):
        means = DAILY * steps[day] + WEEKLY * np.sin(2 * np.pi * (day + phases) / 7)
        rows = _quiet_day(stream, day, numeric, categorical, means, rng)
        for one in stream.breaks:
            for number, size in enumerate(one.sizes):
                if 0 <= day - first_day(number) < BREAK_DAYS:
                    rows = one.apply(rows, size, rng)
        days.append(rows)
    frame = pd.concat(days, ignore_index=True)
    return frame.assign(at=frame["at"].astype("datetime64[us]"))


def _quiet_day(
    stream: Stream, day: int, numeric: list[str], categorical: list[str], means: Floats, rng: Rng
) -> pd.DataFrame:
    n = int(rng.poisson(ROWS))
    common = rng.normal(size=n)
    own, shared = np.sqrt(1 - stream.correlation), np.sqrt(stream.correlation)
    columns: dict[str, Any] = {
        "id": [f"{day}-{row}" for row in range(n)],
        "at": START + pd.Timedelta(days=day) + pd.to_timedelta(rng.uniform(0, 86399, n), unit="s"),
        "entity": rng.integers(0, 5_000, n),
    }
    for name, mean in zip(numeric, means, strict=True):
        values = OFFSETS.get(name, 0) + mean + shared * common + own * rng.normal(size=n)
        columns[name] = np.where(rng.random(n) < 0.005, np.nan, values)
    for name in categorical:
        columns[name] = rng.choice(np.array(CATEGORIES, dtype=object), n, p=SHARES)
    columns["score"] = rng.beta(2, 3, n)
    columns["label"] = (rng.random(n) < columns["score"]).astype(int)
    return pd.DataFrame(columns)
