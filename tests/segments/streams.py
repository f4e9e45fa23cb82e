"""Predictions of a shop by region, channel, plan and size, and a segment that goes wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from tests.support.project import Block

REFERENCE_DAYS, RECENT_DAYS = 14, 7
FIRST_DAY = pd.Timestamp("2026-01-05")
LAST_REFERENCE = FIRST_DAY + pd.Timedelta(days=REFERENCE_DAYS)
VALUES = {
    "region": ["north", "south", "o'east", None],
    "channel": ["web", "phone", "shop"],
    "plan": ["basic", "pro"],
}
BLOCK: Block = {
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "labels": {"label": "label"},
    "reference": {"from": f"{FIRST_DAY:%Y-%m-%d}", "to": f"{LAST_REFERENCE:%Y-%m-%d}"},
    "segments": ["region", "channel", "plan"],
    "find_segments": True,
    "min_rows": 30,
}


def stream(
    seed: int, rows_a_day: int = 400, worse: Mapping[str, object] | None = None, by: float = 0.35
) -> pd.DataFrame:
    """Return rows of which one tenth is predicted wrongly, and `by` more in a segment of late."""
    rng = np.random.default_rng(seed)
    days = REFERENCE_DAYS + RECENT_DAYS
    rows = pd.DataFrame({"id": range(days * rows_a_day)})
    day = rows["id"] // rows_a_day
    rows["at"] = FIRST_DAY + pd.to_timedelta(day, unit="D")
    for column, values in VALUES.items():
        rows[column] = pd.Series(values, dtype=object)[
            rng.integers(0, len(values), len(rows))
        ].to_numpy()
    rows["score"] = rng.random(len(rows)).round(3)
    chance = np.full(len(rows), 0.1)
    if worse is not None:
        chance[inside(rows, worse) & (day >= REFERENCE_DAYS)] += by
    is_wrong = rng.random(len(rows)) < chance
    rows["label"] = ((rows["score"] >= 0.5) ^ is_wrong).astype(int)
    return rows


def inside(rows: pd.DataFrame, conditions: Mapping[str, object]) -> pd.Series:
    """Return which rows meet all conditions; None is NULL."""
    met = pd.Series(True, index=rows.index)
    for column, value in conditions.items():
        met &= rows[column].isna() if value is None else rows[column] == value
    return met
