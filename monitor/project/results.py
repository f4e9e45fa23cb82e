"""The result tables of a project, or a clear word about the one that is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from monitor.project.errors import MonitorError
from monitor.warehouse import Warehouse


def result_relation(warehouse: Warehouse, name: str, columns: Iterable[str] = ()) -> Any:
    """Return the relation of one of the package's models, which has at least these columns.

    Raises
    ------
    MonitorError
        dbt knows no such model, or it has not been built, or by an older version.
    """
    relation = warehouse.relation(name)
    if relation is None:
        raise MonitorError(
            f"dbt knows no model {name} here; add the package ml_monitor to "
            "packages.yml and run `dbt deps`, or update it"
        )
    found = warehouse.columns(relation)
    if found is None:
        raise MonitorError(f"{relation} is not built yet; run `dbt build` or `monitor run`")
    names = {column.name.lower() for column in found}
    missing = [column for column in columns if column not in names]
    if missing:
        raise MonitorError(
            f"{relation} has no column {missing[0]}, an older version of the package built it; "
            "run `dbt build` or `monitor run`"
        )
    return relation
