"""A small monitored model whose raw tables tests change step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from monitor.warehouse import invoke
from tests.support.project import MonitoredProject
from tests.support.rebuild import WITHOUT_VIEWS

START = datetime(2026, 1, 5)
REFERENCE_DAYS = 3
LATE = timedelta(minutes=50)
BLOCK: dict[str, Any] = {
    "predictions": "raw.predictions",
    "id": "id",
    "timestamp": "scored_at",
    "loaded_at": "loaded_at",
    "task": "binary",
    "version": "version",
    "score": "score",
    "labels": {
        "relation": "raw.labels",
        "label": "label",
        "timestamp": "known_at",
        "loaded_at": "loaded_at",
    },
    "reference": {"from": "2026-01-05", "to": "2026-01-08"},
    "features": {"numeric": ["amount"], "categorical": ["plan"]},
    "segments": ["region"],
    "find_segments": True,
    "protected": {"gender": {}},
    "min_rows": 5,
}
PREDICTIONS = [
    "id", "scored_at", "loaded_at", "version", "score", "amount", "plan", "region", "gender",
]  # fmt: skip
LABELS = ["id", "label", "known_at", "loaded_at"]
# The nodes that count rows: enough where results are not looked at.
PROFILES = ("--select", "shop__*", "ml_monitor__monitors")
TABLES = (
    "shop__feature_profile", "shop__outcome_profile", "shop__labelled",
    "ml_monitor__drift", "ml_monitor__quality", "ml_monitor__performance", "ml_monitor__confusion",
    "ml_monitor__calibration", "ml_monitor__label_maturity", "ml_monitor__status",
    "ml_monitor__windows", "shop__segment_profile", "ml_monitor__segments",
    "ml_monitor__feature_effects", "ml_monitor__feature_importance",
)  # fmt: skip
COMPARED = ("--select", *(f"+{name}" for name in TABLES))

# What differs between two ways to the same numbers: who counted them, and when.
AUDIT = {
    "profile_hash", "watermark", "label_watermark", "profiled_at", "fitted_at", "dependency",
    "loaded_until", "feature_profiled_at", "outcome_profiled_at", "last_loaded_at",
    "hours_since_last_row",
}  # fmt: skip


def prediction(number: int, day: int, loaded_at: datetime, change: int = 0) -> dict[str, Any]:
    """A prediction whose values follow from its number, so that examples shrink well."""
    value = number * 7 + change * 3
    return {
        "id": number,
        "scored_at": START + timedelta(days=day, minutes=number % 1400),
        "loaded_at": loaded_at,
        "version": f"v{number % 2 + 1}",
        "score": (value % 64) / 64,
        "amount": None if value % 11 == 0 else (value % 50) / 4,
        "plan": ["basic", "plus", None, "pro"][value % 4],
        "region": ["north", "south", None][value % 3],
        "gender": ["female", "male"][value % 2],
    }


def label(number: int, loaded_at: datetime, value: int | None) -> dict[str, Any]:
    """A label as it was loaded; None withdraws."""
    return {
        "id": number,
        "label": value,
        "known_at": loaded_at - timedelta(minutes=5),
        "loaded_at": loaded_at,
    }


class History:
    """The raw tables and the project that monitors them.

    A step changes the tables in memory; `write` puts them into the warehouse as they are then.
    """

    def __init__(self, project: MonitoredProject) -> None:
        self.project = project
        self.now = START + timedelta(days=REFERENCE_DAYS + 3)
        numbers = range(90)
        self.predictions = [
            prediction(n, n % (REFERENCE_DAYS + 1), self.now - timedelta(hours=2)) for n in numbers
        ]
        self.labels = [label(n, self.now - timedelta(hours=1), n % 3 % 2) for n in range(0, 80, 2)]
        self.next_number = 1000
        self._has_views = False

    def write(self) -> None:
        """Replace both raw tables."""
        predictions = pd.DataFrame(self.predictions, columns=PREDICTIONS)
        predictions["amount"] = predictions["amount"].astype("float64")
        labels = pd.DataFrame(self.labels, columns=LABELS)
        labels["label"] = labels["label"].astype("Int64")
        for frame in (predictions, labels):
            for column in ("scored_at", "known_at", "loaded_at"):
                if column in frame:
                    frame[column] = frame[column].astype("datetime64[us]")
        self.project.load("predictions", predictions)
        self.project.load("labels", labels)

    def run(self, *options: str, **variables: Any) -> None:
        """Write the tables and run what is compared; views, which do not change, only once."""
        self.write()
        if "--select" not in options:
            is_again = self._has_views and not options and not variables
            options = (*options, *COMPARED, *(WITHOUT_VIEWS if is_again else ()))
        outcome = invoke(["run", *options], self.project.folder, variables=variables)
        self._has_views = True
        assert outcome.success, [r.message for r in outcome.result.results if r.message]

    def tables(self, *names: str) -> dict[str, pd.DataFrame]:
        """Every node and result, or those named, less audit columns, rows in a fixed order."""
        return {name: self._table(name) for name in names or TABLES}

    def _table(self, name: str) -> pd.DataFrame:
        frame = self.project.query(f"select * from {name}")
        if "n" in frame:
            # A window that became empty keeps a marker, which no view shows.
            frame = frame[frame["n"] > 0]
        frame = frame.drop(columns=[c for c in frame if c in AUDIT])
        if self.project.engine != "duckdb":
            # not of dbt alone: `monitor run` computes them there
            frame = frame.drop(columns=[c for c in frame if c in ("p_value", "q_value")])
        keys = [c for c in frame if not pd.api.types.is_float_dtype(frame[c])]
        ordered = frame.astype(dict.fromkeys(keys, str)).sort_values(list(keys) or list(frame))
        return ordered.reset_index(drop=True)


def assert_same(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]) -> None:
    """Every table has the same rows, numbers to 1e-9 relative."""
    for name, frame in left.items():
        pd.testing.assert_frame_equal(
            frame, right[name], check_dtype=False, rtol=1e-9, atol=1e-9, obj=name
        )


def differs(left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]) -> bool:
    """Whether any table has other rows."""
    try:
        assert_same(left, right)
    except AssertionError:
        return True
    return False
