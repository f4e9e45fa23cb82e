"""Tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    right: Iterable[str] = (),
    folded: Iterable[str] = (),
) -> Table:
    """Return a plain table with a row of headings.

    Parameters
    ----------
    columns : sequence of str
        Headings; an underscore is shown as a space.
    rows : iterable of sequences
    right : iterable of str
        Columns set flush right.
    folded : iterable of str
        Columns whose texts may take more than one line.
    """
    made = Table(box=None, padding=(0, 1), pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(
            column.replace("_", " "),
            justify="right" if column in set(right) else "left",
            no_wrap=column not in set(folded),
            overflow="fold",
        )
    for row in rows:
        made.add_row(*(Text(shown(value)) for value in row))
    return made


def shown(value: Any) -> str:
    """Return a value as people read it: a day without its time, thousands apart, NULL as nothing.

    Examples
    --------
    >>> shown(datetime(2026, 3, 1)), shown(18203), shown(None)
    ('2026-03-01', '18,203', '')
    """
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute) == (0, 0)
        return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
