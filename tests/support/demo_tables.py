"""The demo's tables, and parts of them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from monitor.demo import FIRST_DAY, Event

Tables = dict[str, pd.DataFrame]

TIMESTAMPS = {"credit": "scored_at", "delivery": "ordered_at", "category": "scored_at"}
IDS = {"credit": "application_id", "delivery": "order_id", "category": "product_id"}
KNOWN_AT = {"credit": "known_at", "delivery": "known_at", "category": "reviewed_at"}
REFERENCE_END = {
    "credit": date(2026, 2, 1),
    "delivery": date(2026, 3, 2),
    "category": date(2026, 2, 1),
}
CLASSES = ["electronics", "fashion", "home", "toys"]


def predictions(tables: Tables, monitor: str) -> pd.DataFrame:
    return tables[f"{monitor}_predictions"]


def between(frame: pd.DataFrame, column: str, start: date, end: date | None) -> pd.DataFrame:
    is_in = frame[column] >= pd.Timestamp(start)
    if end is not None:
        is_in &= frame[column] < pd.Timestamp(end)
    return frame[is_in]


def during(tables: Tables, event: Event) -> pd.DataFrame:
    frame = predictions(tables, event.monitor)
    return between(frame, TIMESTAMPS[event.monitor], event.starts_on, event.ends_on)


def outside(tables: Tables, event: Event) -> pd.DataFrame:
    frame = predictions(tables, event.monitor)
    return frame.drop(during(tables, event).index)


def reference(tables: Tables, monitor: str) -> pd.DataFrame:
    frame = predictions(tables, monitor)
    return between(frame, TIMESTAMPS[monitor], FIRST_DAY, REFERENCE_END[monitor])


def with_label(tables: Tables, monitor: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Join the label loaded last; a withdrawn label leaves no row."""
    labels = tables[f"{monitor}_labels"].sort_values("loaded_at")
    current = labels.drop_duplicates(IDS[monitor], keep="last").dropna()
    return frame.merge(current.drop(columns="loaded_at"), on=IDS[monitor])
