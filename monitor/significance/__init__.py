"""Significance of the numbers in the warehouse: which rows to test, and what to store.

One implementation for both ways it is called: inside dbt, by a Python model, and by `monitor run`
on engines that have none. It reads what profiles were reduced to, never raw rows.
"""

from monitor.significance.drift import drift_significance
from monitor.significance.performance import performance_significance
from monitor.significance.rows import (
    COLUMNS,
    drift_query,
    drift_tests,
    no_rows_query,
    performance_tests,
    watched_query,
)

__all__ = [
    "COLUMNS",
    "drift_query",
    "drift_significance",
    "drift_tests",
    "no_rows_query",
    "performance_significance",
    "performance_tests",
    "watched_query",
]
