"""Which stored numbers wait for a test, and the rows that come of it."""

from __future__ import annotations

import pandas as pd

from monitor.significance.drift import INPUTS, drift_significance
from monitor.significance.performance import performance_significance

TEXTS = (
    "replace_key", "monitor", "window_key", "model_version", "family", "subject", "baseline",
    "metric", "test",
)  # fmt: skip
NUMBERS = ("statistic", "p_value", "effect", "effect_low", "effect_high")
COLUMNS = (*TEXTS, *NUMBERS, "dependency")
"""Columns of the stored rows, as the macro `significance_columns` has them."""


def drift_query(numbers: str, stored: str | None) -> str:
    """Select the overall drift numbers whose window has no tests yet, or older ones.

    Parameters
    ----------
    numbers : str
        Relation of ml_monitor__drift_numbers, as SQL.
    stored : str, optional
        Relation of the tests so far; without one every window waits.

    Examples
    --------
    >>> drift_query("numbers", None).split(" where ")[1]
    "n > 0 and segment = 'overall' and kind <> 'ranking'"
    """
    query = (
        f"select {', '.join(INPUTS)} from {numbers} "
        "where n > 0 and segment = 'overall' and kind <> 'ranking'"
    )
    if stored is None:
        return query
    return (
        f"{query} and not exists (select 1 from {stored} as stored "
        f"where stored.replace_key = {numbers}.window_key || '|drift' "
        f"and stored.dependency = {numbers}.dependency)"
    )


def watched_query(watched: str) -> str:
    """Select the series of the watched metrics, in the order of time.

    Examples
    --------
    >>> watched_query("watched")
    'select * from watched order by monitor, window_start'
    """
    return f"select * from {watched} order by monitor, window_start"


def no_rows_query() -> str:
    """Select no rows with every column typed, on DuckDB."""
    columns = [f"cast(null as varchar) as {name}" for name in TEXTS]
    columns += [f"cast(null as double) as {name}" for name in NUMBERS]
    columns.append("cast(null as varchar) as dependency")
    return f"select {', '.join(columns)} where 1 = 0"


def drift_tests(numbers: pd.DataFrame) -> pd.DataFrame:
    """Test the drift that waits.

    Parameters
    ----------
    numbers : DataFrame
        Rows of `drift_query`.

    Returns
    -------
    DataFrame
        The rows to store, of `COLUMNS`; they replace those of the same `replace_key`, a window's
        all together.
    """
    found = drift_significance(numbers)
    return found.assign(replace_key=found["window_key"] + "|drift")[list(COLUMNS)]


def performance_tests(watched: pd.DataFrame) -> pd.DataFrame:
    """Test the watched series.

    Parameters
    ----------
    watched : DataFrame
        Rows of `watched_query`.

    Returns
    -------
    DataFrame
        The rows to store, of `COLUMNS`; they replace those of the same `replace_key`, a series'
        all together.
    """
    found = performance_significance(watched)
    if found.empty:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    return found.assign(replace_key=found["monitor"] + "|performance")[list(COLUMNS)]
