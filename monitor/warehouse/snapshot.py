"""A copy of what people read, beside a DuckDB file: no reader waits for a build, nor it for one.

DuckDB lets one process write a file, or many read it, never both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.warehouse.connection import Warehouse

PUBLISHED = "ml_monitor__published"
_COPY = "ml_monitor_snapshot"


def snapshot_path(database: str | Path, schema: str) -> Path:
    """Return where the snapshot of one schema's results lies.

    Examples
    --------
    >>> snapshot_path("warehouse/shop.duckdb", "prod").name
    'shop.prod.snapshot.duckdb'
    """
    file = Path(database)
    return file.with_name(f"{file.stem}.{schema}.snapshot{file.suffix}")


def publish(
    connection: Any, published: Iterable[tuple[str, str, bool, str]], schema: str
) -> str | None:
    """Write the snapshot of a DuckDB database and put it in the place of the one before.

    Readers of the one before keep it until they close it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Of the database, outside a transaction.
    published : iterable of (str, str, bool, str)
        Rows of ml_monitor__published.
    schema : str
        Of the target, by which the snapshot is named.

    Returns
    -------
    str or None
        Its path; None where the database is no file.
    """
    catalog, file = connection.execute(
        "select database_name, path from duckdb_databases() "
        "where database_name = current_database()"
    ).fetchone()
    if not file or not Path(file).is_file():
        return None
    path = snapshot_path(file, schema)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        connection.execute(f"attach {text(draft)} as {_COPY}")
        try:
            _copy(connection, list(published), catalog)
        finally:
            connection.execute(f"use {quoted(catalog)}")
            connection.execute(f"detach {_COPY}")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return str(path)


def publish_again(warehouse: Warehouse) -> None:
    """Publish what is in the warehouse now, where its runs publish at all."""
    relation = warehouse.relation(PUBLISHED)
    if relation is None or warehouse.columns(relation) is None:
        return
    with warehouse.duckdb_cursor() as cursor:
        rows = cursor.execute(f"select * from {relation}").fetchall()
        publish(cursor, rows, str(warehouse.adapter.config.credentials.schema))


def _copy(connection: Any, published: list[tuple[str, str, bool, str]], catalog: str) -> None:
    standing = {
        (schema, name): sql
        for schema, name, sql in connection.execute(
            "select schema_name, table_name, null from duckdb_tables() where database_name = $1 "
            "union all "
            "select schema_name, view_name, sql from duckdb_views() where database_name = $1",
            [catalog],
        ).fetchall()
    }
    # A monitor that has never been built has no relations, and no view reads them.
    found = [one for one in published if one[:2] in standing]
    for schema in sorted({schema for schema, *_ in found}):
        connection.execute(f"create schema if not exists {_COPY}.{quoted(schema)}")
    views = {}
    for schema, name, is_view, reads in found:
        full = f"{quoted(schema)}.{quoted(name)}"
        if is_view:
            views[name] = (standing[schema, name], reads.split())
        else:
            connection.execute(
                f"create table {_COPY}.{full} as select * from {quoted(catalog)}.{full}"
            )
    # Its statement makes a view in the catalog in use.
    connection.execute(f"use {_COPY}")
    for name in TopologicalSorter(
        {name: reads for name, (_, reads) in views.items()}
    ).static_order():
        if name in views:
            connection.execute(views[name][0])


def quoted(name: str) -> str:
    """Return a name as DuckDB quotes it."""
    return '"' + name.replace('"', '""') + '"'


def text(value: object) -> str:
    """Return a text literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"
