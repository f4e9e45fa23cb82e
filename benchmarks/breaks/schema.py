"""Columns of the predictions that come, change their type or go: whether the next run tells it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.breaks.kinds import QUIET_STREAMS
from benchmarks.breaks.measured import declaration, features_of
from benchmarks.breaks.streams import QUIET_DAYS, REFERENCE_DAYS, START, rows_of
from monitor.project.build import build
from tests.support.project import MonitoredProject

QUIET = QUIET_STREAMS[0]
FEATURE, NEW = "shift", "extra"


@dataclass(frozen=True)
class Change:
    """A change of the table's columns.

    Attributes
    ----------
    column : str
        Which column it is about.
    apply : callable
        Changes the table: rows -> rows.
    """

    column: str
    apply: Callable[[pd.DataFrame], pd.DataFrame]


CHANGES = {
    "a column appears": Change(NEW, lambda rows: rows.assign(**{NEW: 1.0})),
    "a feature becomes text": Change(
        FEATURE, lambda rows: rows.assign(**{FEATURE: rows[FEATURE].map("{:.1f} cm".format)})
    ),
    "a feature is missing": Change(FEATURE, lambda rows: rows.drop(columns=FEATURE)),
}


@dataclass(frozen=True)
class Told:
    """What the run after a change said of it.

    Attributes
    ----------
    state, verdict : str
        Of the column in `ml_monitor__schema_changes`; empty where it says nothing.
    alerts, alerts_before : int
        Alerts of columns that were open after that run, and after the run of the day before, when
        the columns were as ever.
    """

    state: str
    verdict: str
    alerts: int
    alerts_before: int


def changed_columns(project: MonitoredProject, seed: int) -> dict[str, Told]:
    """Run a quiet stream day by day: of two days the second has a changed table."""
    numeric, categorical = features_of(QUIET)
    rows = rows_of(QUIET, numeric, categorical, np.random.default_rng([seed, 0]))
    project.declare(**{QUIET.name: declaration(QUIET)})
    told, day = {}, REFERENCE_DAYS + QUIET_DAYS
    for name, change in CHANGES.items():
        before = _alerts_after(project, rows[rows["at"] < START + pd.Timedelta(days=day)])
        arrived = rows[rows["at"] < START + pd.Timedelta(days=day + 1)]
        alerts = _alerts_after(project, change.apply(arrived))
        found = project.query(
            "select state, verdict from ml_monitor__schema_changes "
            f"where column_name = '{change.column}'"
        )
        state, verdict = found.iloc[0] if len(found) else ("", "")
        told[name] = Told(state, verdict, alerts, before)
        day += 2
    return told


def _alerts_after(project: MonitoredProject, arrived: pd.DataFrame) -> int:
    """Load what has arrived, run, and count the alerts of columns that are open."""
    project.load(QUIET.name, arrived)
    build(project.folder)
    found = project.query(
        "select alert_id from ml_monitor__alerts where metric = 'schema_changes' and state = 'open'"
    )
    return len(found)
