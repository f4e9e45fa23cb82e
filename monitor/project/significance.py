"""Fill the stored significance on engines whose dbt runs no Python models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.warehouse import Warehouse

STORE = "ml_monitor__significance_store"
NUMBERS = "ml_monitor__drift_numbers"
WATCHED = "ml_monitor__watched_metrics"


def fill(manifest: Any, project_dir: str | Path) -> int:
    """Test what the build has computed anew and store the p-values.

    Parameters
    ----------
    manifest : object
        dbt's own, of the project as it was built.
    project_dir : path

    Returns
    -------
    int
        Rows stored; 0 where dbt itself runs the tests, or the tables are not built.

    Raises
    ------
    MonitorError
        The warehouse refuses.
    """
    with Warehouse.of_manifest(manifest, project_dir) as warehouse:
        store, numbers, watched = (warehouse.relation(name) for name in (STORE, NUMBERS, WATCHED))
        if store is None or warehouse.columns(store) is None:
            return 0
        from monitor.significance import (
            drift_query,
            drift_tests,
            performance_tests,
            watched_query,
        )

        parts = (
            drift_tests(warehouse.frame(drift_query(str(numbers), str(store)))),
            performance_tests(warehouse.frame(watched_query(str(watched)))),
        )
        return sum(
            warehouse.replace(store, rows, "replace_key") for rows in parts if not rows.empty
        )
