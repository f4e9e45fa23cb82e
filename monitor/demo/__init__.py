"""Demo data: three simulated ML models, each with a story.

The same seed gives the same rows everywhere. What was done to the data, and when, stands in
`monitor.demo.truth`.
"""

from datetime import date
from functools import lru_cache

import pandas as pd

from monitor.demo import category, credit, delivery
from monitor.demo.truth import END, EVENTS, FIRST_DAY, Event

__all__ = ["END", "EVENTS", "FIRST_DAY", "Event", "frames"]


@lru_cache(maxsize=1)
def _all_tables() -> dict[str, pd.DataFrame]:
    return {**credit.tables(), **delivery.tables(), **category.tables()}


def frames(until: date | None = None) -> dict[str, pd.DataFrame]:
    """Give the raw tables of the demo as they stood at the start of a day.

    Parameters
    ----------
    until : datetime.date, optional
        Rows loaded before this day's midnight (UTC); None: every row, the labels that
        arrive after the last prediction included.

    Returns
    -------
    dict of str to pandas.DataFrame
        Predictions and labels of each monitor by table name, in order of ``loaded_at``.
        Timestamps are naive and mean UTC. The frames are the caller's own.

    Examples
    --------
    >>> from datetime import date
    >>> sorted(frames(date(2026, 1, 2)))[:2]
    ['category_labels', 'category_predictions']
    """
    if until is None:
        return {name: frame.copy() for name, frame in _all_tables().items()}
    end = pd.Timestamp(until)
    return {name: frame[frame["loaded_at"] < end].copy() for name, frame in _all_tables().items()}
