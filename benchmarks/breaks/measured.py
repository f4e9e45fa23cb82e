"""The streams as monitors of one project, and what its alerts say of the breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.breaks.kinds import BY_FEATURE, JOINT, OF_CATEGORIES, STREAMS
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
class Found:
    """What was found of one seed.

    Attributes
    ----------
    window : dict
        By stream, kind of break and size: the window of the break, counted from 1, in which it was
        first in alert; `NEVER` if in none.
    false_alerts : dict of str to int
        By stream: subjects and windows in alert on days without a break, after the reference.
    judged : dict of str to int
        By stream: the subjects and windows that were judged on those days.
    """

    window: dict[tuple[str, str, int], int]
    false_alerts: dict[str, int]
    judged: dict[str, int]


def measure(project: MonitoredProject, seed: int, streams: tuple[Stream, ...] = STREAMS) -> Found:
    """Load and build every stream of one seed, and read its verdicts."""
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
    if stream.name in ("features", "quiet"):
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
    false_alerts, judged = {}, {}
    for stream in streams:
        own = verdicts[(verdicts["monitor"] == stream.name) & (verdicts["day"] >= REFERENCE_DAYS)]
        days = set() if not stream.breaks else broken_days()
        quiet = own[~own["day"].isin(days)]
        false_alerts[stream.name] = int(quiet["n"].sum())
        judged[stream.name] = len(quiet)
        for one in stream.breaks:
            for size in range(len(one.sizes)):
                windows[stream.name, one.name, size] = _window(own, one, size)
    return Found(windows, false_alerts, judged)


def _window(verdicts: pd.DataFrame, one: Break, size: int) -> int:
    start = first_day(size)
    bad = verdicts[
        (verdicts["n"] == 1)
        & verdicts["subject"].isin(one.subjects)
        & verdicts["day"].between(start, start + BREAK_DAYS - 1)
    ]
    return NEVER if bad.empty else int(bad["day"].min()) - start + 1
