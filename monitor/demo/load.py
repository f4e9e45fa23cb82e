"""Write the demo's raw tables somewhere, one call per table."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from monitor.demo import frames


def load(write: Callable[[str, pd.DataFrame], None], until: date | None = None) -> dict[str, int]:
    """Write every raw table of the demo.

    Parameters
    ----------
    write : callable
        Called as ``write(table_name, frame)`` once per table; it replaces the table.
    until : datetime.date, optional
        Only rows loaded before this day's midnight (UTC); None: every row.

    Returns
    -------
    dict of str to int
        Rows written, by table name.
    """
    tables = frames(until)
    for name, frame in tables.items():
        write(name, frame)
    return {name: len(frame) for name, frame in tables.items()}
