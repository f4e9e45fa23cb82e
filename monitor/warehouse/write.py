"""Write data frames as tables, in the fastest way each engine has."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal

import pandas as pd

from monitor.project.errors import MonitorError

WriteMode = Literal["replace", "append"]


def write_frame(
    engine: str,
    handle: Any,
    schema: str,
    name: str,
    frame: pd.DataFrame,
    mode: WriteMode,
    quote: Callable[[str], str],
) -> int:
    """Write `frame` as table `name` (quoted) and return its number of rows.

    Parameters
    ----------
    engine : str
        The adapter's type.
    handle : object
        The adapter's open connection.
    schema : str
        Quoted schema, made if it does not exist.
    name : str
        Quoted schema and table.
    frame : pandas.DataFrame
    mode : {"replace", "append"}
    quote : callable
        Quotes a column's name.
    """
    writers = {"duckdb": _write_duckdb, "postgres": _write_postgres}
    if engine not in writers:
        raise MonitorError(
            f"writing a table on {engine} is not supported; load the rows with your own tool"
        )
    if frame.columns.empty:
        raise MonitorError(f"{name}: a table needs at least one column")
    columns = {str(column): _column_type(frame[column]) for column in frame.columns}
    plain = frame.copy(deep=False)
    plain.columns = pd.Index(list(columns))
    for column, type_name in columns.items():
        if type_name == "timestamp":
            plain[column] = _as_utc(plain[column])
    definition = ", ".join(f"{quote(column)} {kind}" for column, kind in columns.items())
    writers[engine](handle, schema, name, plain, mode, definition, quote)
    return len(plain)


def _write_duckdb(
    handle: Any,
    schema: str,
    name: str,
    frame: pd.DataFrame,
    mode: WriteMode,
    definition: str,
    quote: Callable[[str], str],
) -> None:
    cursor = handle.cursor()
    listed = ", ".join(quote(str(column)) for column in frame.columns)
    cursor.register("monitor_frame", frame)
    try:
        cursor.execute("begin")
        cursor.execute(f"create schema if not exists {schema}")
        create = "create or replace table" if mode == "replace" else "create table if not exists"
        cursor.execute(f"{create} {name} ({definition})")
        cursor.execute(f"insert into {name} ({listed}) select {listed} from monitor_frame")
        cursor.execute("commit")
    except Exception:
        cursor.execute("rollback")
        raise
    finally:
        cursor.unregister("monitor_frame")


def _write_postgres(
    handle: Any,
    schema: str,
    name: str,
    frame: pd.DataFrame,
    mode: WriteMode,
    definition: str,
    quote: Callable[[str], str],
) -> None:
    listed = ", ".join(quote(str(column)) for column in frame.columns)
    body = _csv(frame)
    try:
        with handle.cursor() as cursor:
            cursor.execute(f"create schema if not exists {schema}")
            # A table of the same columns is emptied, not dropped: views that read it stay.
            cursor.execute(f"create temp table monitor_frame ({definition}) on commit drop")
            if mode == "replace" and _same_columns(cursor, name):
                cursor.execute(f"truncate {name}")
            elif mode == "replace":
                cursor.execute(f"drop table if exists {name} cascade")
            cursor.execute(f"create table if not exists {name} ({definition})")
            cursor.copy_expert(f"copy {name} ({listed}) from stdin with (format csv)", body)
        handle.commit()
    except Exception:
        handle.rollback()
        raise


def replace_rows(
    engine: str, handle: Any, name: str, frame: pd.DataFrame, key: str, quote: Callable[[str], str]
) -> int:
    """Replace the rows of a standing table that bear a key of the frame's, in one transaction.

    Parameters
    ----------
    engine : str
        The adapter's type.
    handle : object
        The adapter's open connection.
    name : str
        Quoted table, with the frame's columns.
    frame : pandas.DataFrame
    key : str
        Column of both.
    quote : callable
        Quotes a column's name.
    """
    if engine != "postgres":
        raise MonitorError(f"replacing rows on {engine} is not supported")
    listed = ", ".join(quote(str(column)) for column in frame.columns)
    try:
        with handle.cursor() as cursor:
            cursor.execute(f"create temp table monitor_frame (like {name}) on commit drop")
            cursor.copy_expert(
                f"copy monitor_frame ({listed}) from stdin with (format csv)", _csv(frame)
            )
            cursor.execute(
                f"delete from {name} where {quote(key)} in (select {quote(key)} from monitor_frame)"
            )
            cursor.execute(f"insert into {name} ({listed}) select {listed} from monitor_frame")
            # of a table it knows nothing of Postgres expects a row or two, and joins views in loops
            cursor.execute(f"analyze {name}")
        handle.commit()
    except Exception:
        handle.rollback()
        raise
    return len(frame)


def _csv(frame: pd.DataFrame) -> io.StringIO:
    """Write rows as COPY reads them: a NULL bare, an empty text in quotes."""
    body = io.StringIO()
    escaped = frame.astype(object).where(frame.notna(), None)
    for row in escaped.itertuples(index=False, name=None):
        body.write(",".join(_csv_value(value) for value in row) + "\n")
    body.seek(0)
    return body


def _same_columns(cursor: Any, name: str) -> bool:
    """Whether a table has the names and types of columns that `monitor_frame` has."""
    found = []
    for table in (name, "monitor_frame"):
        cursor.execute(
            "select attname, atttypid from pg_attribute "
            "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
            (table,),
        )
        found.append(cursor.fetchall())
    return bool(found[0]) and found[0] == found[1]


def _csv_value(value: Any) -> str:
    if value is None:
        return ""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return '"' + text.replace('"', '""') + '"'


def _column_type(series: pd.Series[Any]) -> str:
    if pd.api.types.is_bool_dtype(series.dtype):
        return "boolean"
    if pd.api.types.is_integer_dtype(series.dtype):
        return "bigint"
    if pd.api.types.is_float_dtype(series.dtype):
        return "double precision"
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return "timestamp"
    inferred = pd.api.types.infer_dtype(series, skipna=True)
    by_inferred = {
        "boolean": "boolean",
        "integer": "bigint",
        "floating": "double precision",
        "mixed-integer-float": "double precision",
        "decimal": "double precision",
        "datetime": "timestamp",
        "datetime64": "timestamp",
        "date": "date",
    }
    return by_inferred.get(inferred, "text")


def _as_utc(series: pd.Series[Any]) -> pd.Series[Any]:
    times = pd.to_datetime(series)
    return times.dt.tz_convert("UTC").dt.tz_localize(None) if times.dt.tz is not None else times
