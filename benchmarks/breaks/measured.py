"""The streams as monitors of one project, and what its alerts say of the breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.breaks.kinds import BY_FEATURE, JOINT, OF_CATEGORIES
from benchmarks.breaks.streams import (
    BREAK_DAYS,
    REFERENCE_DAYS,
    START,
    THRESHOLD,
    Break,
    Stream,
    broken_days,
    first_day,
    rows_of,
)
from tests.support.project import MonitoredProject

NEVER = 0


@dataclass(frozen=True)
class Silence:
    """What was in alert on quiet days, after the reference.

    Attributes
    ----------
    judged : int
        Subjects and windows that were judged.
    alerts : int
        Of those, how many were in alert.
    opened : int
        Runs of such windows, of one subject without a day between: what opens an alert.
    days : int
        Windows of the monitor.
    """

    judged: int
    alerts: int
    opened: int
    days: int


@dataclass(frozen=True)
class Found:
    """What was found in some streams.

    Attributes
    ----------
    window : dict
        By stream, kind of break and size: the window of the break, counted from 1, in which it was
        first in alert; `NEVER` if in none.
    silence : dict of str to Silence
        By stream: the days without a break.
    """

    window: dict[tuple[str, str, int], int]
    silence: dict[str, Silence]


def measure(project: MonitoredProject, seed: int, streams: tuple[Stream, ...]) -> Found:
    """Load and build streams, each drawn by the seed and its place, and read their verdicts."""
    blocks = {}
    for number, stream in enumerate(streams):
        numeric, categorical = features_of(stream)
        rng = np.random.default_rng([seed, number])
        project.load(stream.name, rows_of(stream, numeric, categorical, rng))
        blocks[stream.name] = declaration(stream)
    project.declare(**blocks)
    project.build("--select", "+ml_monitor__metrics")
    verdicts = project.query(
        """
        select monitor, subject, window_start, max(case verdict when 'alert' then 1 else 0 end) as n
        from ml_monitor__metrics
        where segment = 'overall' and model_version = 'all' and verdict in ('ok', 'warn', 'alert')
        group by monitor, subject, window_start
        """
    )
    verdicts["day"] = (pd.to_datetime(verdicts["window_start"]) - START).dt.days
    return _found(verdicts, streams)


def features_of(stream: Stream) -> tuple[list[str], list[str]]:
    """Return the numeric and the categorical features of a stream."""
    if stream.has_every_feature:
        return [*BY_FEATURE, "right"], list(OF_CATEGORIES)
    return list(JOINT), ["plan"]


def declaration(stream: Stream) -> dict[str, Any]:
    """Return the declaration of a stream, a binary model."""
    numeric, categorical = features_of(stream)
    return {
        "predictions": f"raw.{stream.name}",
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "score": "score",
        "threshold": THRESHOLD,
        "labels": {"label": "label"},
        "reference": {
            "from": f"{START:%Y-%m-%d}",
            "to": f"{START + pd.Timedelta(days=REFERENCE_DAYS):%Y-%m-%d}",
        },
        "features": {"numeric": numeric, "categorical": categorical},
        **stream.declared,
    }


def _found(verdicts: pd.DataFrame, streams: tuple[Stream, ...]) -> Found:
    windows: dict[tuple[str, str, int], int] = {}
    silence = {}
    for stream in streams:
        own = verdicts[(verdicts["monitor"] == stream.name) & (verdicts["day"] >= REFERENCE_DAYS)]
        silence[stream.name] = _silence(own[~own["day"].isin(broken_days(stream))])
        for one in stream.breaks:
            for size in range(len(one.sizes)):
                windows[stream.name, one.name, size] = _window(own, one, size)
    return Found(windows, silence)


def _silence(quiet: pd.DataFrame) -> Silence:
    alerts = quiet[quiet["n"] == 1].sort_values(["subject", "day"])
    is_next = (alerts["subject"] == alerts["subject"].shift()) & (alerts["day"].diff() == 1)
    return Silence(len(quiet), len(alerts), int((~is_next).sum()), quiet["day"].nunique())


def _window(verdicts: pd.DataFrame, one: Break, size: int) -> int:
    start = first_day(size)
    bad = verdicts[
        (verdicts["n"] == 1)
        & verdicts["subject"].isin(one.subjects)
        & verdicts["day"].between(start, start + BREAK_DAYS - 1)
    ]
    return NEVER if bad.empty else int(bad["day"].min()) - start + 1
