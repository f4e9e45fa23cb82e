"""Small prediction tables by day, and the declaration that monitors them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Days = Mapping[str, Mapping[str, Sequence[Any]]]
REFERENCE_DAY = "2026-01-01"


def frame_of(days: Days) -> pd.DataFrame:
    """Return one row per value: `days` maps a day to its columns; id, at and score are added."""
    parts = [
        pd.DataFrame(dict(columns)).assign(at=pd.Timestamp(day)) for day, columns in days.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["id"] = range(len(rows))
    rows["score"] = 0.5
    return rows


def block(**changes: object) -> dict[str, Any]:
    """Return a declaration of `raw.scores` whose reference is its first day."""
    return {
        "predictions": "raw.scores",
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "score": "score",
        "reference": {"from": REFERENCE_DAY, "to": "2026-01-02"},
        **changes,
    }
