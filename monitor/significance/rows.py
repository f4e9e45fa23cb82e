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
    "n > 0 and segment = 'overall'"
    """
    query = f"select {', '.join(INPUTS)} from {numbers} where n > 0 and segment = 'overall'"
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


def significance(numbers: pd.DataFrame, watched: pd.DataFrame) -> pd.DataFrame:
    """Test what waits.

    Parameters
    ----------
    numbers : DataFrame
        Rows of `drift_query`.
    watched : DataFrame
        Rows of `watched_query`.

    Returns
    -------
    DataFrame
        The rows to store, of `COLUMNS`; they replace those of the same `replace_key`. The tests of
        a window of drift are replaced together, and so are those of a watched series.
    """
    drift = drift_significance(numbers)
    drift["replace_key"] = drift["window_key"] + "|drift"
    performance = performance_significance(watched)
    performance["replace_key"] = performance["monitor"] + "|performance"
    found = [frame for frame in (drift, performance) if not frame.empty]
    if not found:
        return pd.DataFrame(columns=pd.Index(COLUMNS))
    return pd.concat(found, ignore_index=True)[list(COLUMNS)]
