"""The warehouse of a dbt project, reached through dbt's own profile and adapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import pandas as pd

from monitor.project.errors import (
    TO_BUILD,
    MonitorError,
    NotBuiltError,
    UnreachableError,
    WarehouseLockedError,
)
from monitor.warehouse.dbt import first_line, invoke, release, working_directory
from monitor.warehouse.kinds import ColumnType
from monitor.warehouse.relations import find_node
from monitor.warehouse.write import WriteMode, replace_rows, write_frame

# How DuckDB says that another process writes.
_LOCKED = "Could not set lock on file"
# How Postgres says that there is no such schema, table or column (SQLSTATE).
_UNDEFINED = ("3F000", "42P01", "42703")
# How a transaction begins that is only to read; compiling the expressions of our views to machine
# code takes Postgres longer than they take.
_READ_ONLY = "set transaction read only; set local jit = off"
# Errors of a server that is not there, or not there any more.
_GONE = ("OperationalError", "InterfaceError", "FailedToConnectError")


class Warehouse:
    """An open warehouse; close it, for DuckDB lets only one process write.

    Examples
    --------
    >>> with Warehouse.from_project("shop") as warehouse:  # doctest: +SKIP
    ...     warehouse.frame("select 1 as n")
    """

    def __init__(self, adapter: Any, manifest: Any, project_dir: Path) -> None:
        self.adapter = adapter
        self.manifest = manifest
        self.project_dir = project_dir

    @classmethod
    def from_project(
        cls,
        project_dir: str | Path,
        profiles_dir: str | Path | None = None,
        target: str | None = None,
        variables: dict[str, Any] | None = None,
    ) -> Warehouse:
        """Parse the project, with other vars if given, and open the adapter of its profile.

        Nothing is connected before the first query. Any later dbt command in this process
        takes the adapter over: open the warehouse again after it.

        Raises
        ------
        MonitorError
            The project does not parse, or the profile does not open.
        """
        # What other vars give is kept away from the project's own manifest.
        apart = ["--target-path", "target/monitor"] if variables else []
        parsed = invoke(["parse", *apart], project_dir, profiles_dir, target, variables)
        return cls.of_manifest(parsed.result, project_dir)

    @classmethod
    def of_manifest(cls, manifest: Any, project_dir: str | Path) -> Warehouse:
        """Open the adapter of a project that has been parsed in this process."""
        from dbt.adapters.factory import get_adapter_by_type

        adapter: Any = get_adapter_by_type(manifest.metadata.adapter_type)
        return cls(adapter, manifest, Path(project_dir).resolve())

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection and let go of a DuckDB file's lock."""
        self.adapter.cleanup_connections()
        release()

    @property
    def type(self) -> str:
        """The adapter's name, such as `duckdb`."""
        return str(self.adapter.type())

    @property
    def placeholder(self) -> str:
        """What stands for one of the `bindings` in SQL."""
        return "?" if self.type == "duckdb" else "%s"

    def quote(self, identifier: str) -> str:
        """Quote an identifier as the adapter does, whatever characters it holds."""
        quoted = str(self.adapter.quote(identifier))
        mark = quoted[0]
        inside = quoted[1:-1]
        return mark + inside.replace(mark, mark * 2) + quoted[-1]

    def rows(self, sql: str, bindings: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query and return its rows."""
        with self._cursor(sql, bindings) as cursor:
            return [tuple(row) for row in cursor.fetchall()]

    def frame(self, sql: str, bindings: Sequence[Any] | None = None) -> pd.DataFrame:
        """Run a query and return a data frame; exact decimals become floats."""
        with self._cursor(sql, bindings) as cursor:
            names = [column[0] for column in cursor.description]
            if self.type == "duckdb":
                return pd.DataFrame(cursor.df())
            frame = pd.DataFrame.from_records(cursor.fetchall(), columns=names)
        return _decimals_as_floats(frame)

    def read(self, sql: str, values: Mapping[str, Any]) -> pd.DataFrame:
        """Run a query in a transaction of its own that can write nothing.

        Parameters
        ----------
        sql : str
            With the driver's names for values, such as `%(monitor)s` on Postgres.
        values : mapping of str to object

        Raises
        ------
        NotBuiltError
            A table or column is not there.
        UnreachableError
            The warehouse does not answer.
        """
        with self._connected():
            connections = self.adapter.connections
            try:
                connections.add_query(_READ_ONLY, auto_begin=False)
                _, cursor = connections.add_query(sql, auto_begin=False, bindings=dict(values))
                names = [column[0] for column in cursor.description]
                frame = pd.DataFrame.from_records(cursor.fetchall(), columns=names)
                connections.get_thread_connection().handle.rollback()
            except Exception:
                # its state is not known: the next query opens another
                connections.close(connections.get_thread_connection())
                connections.clear_thread_connection()
                raise
        return _decimals_as_floats(frame)

    def execute(self, sql: str, bindings: Sequence[Any] | None = None) -> None:
        """Run a statement and commit it."""
        with self._cursor(sql, bindings, commit=True):
            pass

    def relation(self, name: str) -> Any | None:
        """Return the dbt relation that a declaration means by `name`, or None.

        Parameters
        ----------
        name : str
            A model or seed, or "source.table".
        """
        node = find_node(self.manifest, name)
        if node is None:
            return None
        return self.adapter.Relation.create_from(self.adapter.config, node)

    def columns(self, relation: Any) -> list[ColumnType] | None:
        """Return a relation's columns, or None where the database has no such relation."""
        with self._connected():
            schema = relation.without_identifier()
            if not self._exists(relation, schema):
                return None
            found = self.adapter.get_columns_in_relation(relation)
        types = {str(column.column): str(column.dtype) for column in found}
        if "ARRAY" in types.values():
            exact = self._exact_types(relation)
            types |= {name: exact[name] for name, type_ in types.items() if type_ == "ARRAY"}
        return [ColumnType(name, type_) for name, type_ in types.items()]

    def _exact_types(self, relation: Any) -> dict[str, str]:
        """Return the types of a relation of Postgres, whose schema calls every array ARRAY."""
        rows = self.rows(
            "select attname, format_type(atttypid, atttypmod) from pg_attribute "
            f"where attrelid = '{str(relation).replace(chr(39), chr(39) * 2)}'::regclass "
            "and attnum > 0 and not attisdropped"
        )
        return {str(name): str(type_) for name, type_ in rows}

    def write(
        self,
        table: str,
        frame: pd.DataFrame,
        schema: str | None = None,
        mode: WriteMode = "replace",
    ) -> int:
        """Write a data frame as a table in one transaction and return its number of rows.

        Parameters
        ----------
        table : str
        frame : pandas.DataFrame
            Timestamps with a zone become UTC.
        schema : str, optional
            The target's schema if absent; made if it does not exist.
        mode : {"replace", "append"}

        Raises
        ------
        MonitorError
            The engine refuses, or writing there is not supported.
        """
        place = schema or str(self.adapter.config.credentials.schema)
        name = f"{self.quote(place)}.{self.quote(table)}"
        with self._connected():
            handle = self.adapter.connections.get_thread_connection().handle
            return write_frame(self.type, handle, self.quote(place), name, frame, mode, self.quote)

    def replace(self, relation: Any, frame: pd.DataFrame, key: str) -> int:
        """Replace a table's rows that bear a key of the frame's by the frame's, in one transaction.

        Parameters
        ----------
        relation : object
            Of dbt; the table stands and has the frame's columns.
        frame : pandas.DataFrame
        key : str
            Column of both.

        Returns
        -------
        int
            Rows written.

        Raises
        ------
        MonitorError
            The engine refuses, or replacing there is not supported.
        """
        with self._connected():
            handle = self.adapter.connections.get_thread_connection().handle
            return replace_rows(self.type, handle, str(relation), frame, key, self.quote)

    @contextmanager
    def duckdb_cursor(self) -> Iterator[Any]:
        """Give a cursor of DuckDB's own, outside every transaction of dbt."""
        with self._connected():
            yield self.adapter.connections.get_thread_connection().handle.cursor().cursor()

    def _exists(self, relation: Any, schema: Any) -> bool:
        known = self.adapter.list_relations_without_caching(schema)
        wanted = str(relation.identifier).lower()
        return any(str(found.identifier).lower() == wanted for found in known)

    @contextmanager
    def _cursor(
        self, sql: str, bindings: Sequence[Any] | None, commit: bool = False
    ) -> Iterator[Any]:
        with self._connected():
            connections = self.adapter.connections
            arguments = tuple(bindings) if bindings is not None else None
            _, cursor = connections.add_query(sql, auto_begin=False, bindings=arguments)
            yield cursor
            handle = connections.get_thread_connection().handle
            if commit and self.type != "duckdb" and hasattr(handle, "commit"):
                handle.commit()

    @contextmanager
    def _connected(self) -> Iterator[None]:
        with (
            working_directory(self.project_dir),
            self._errors(),
            self.adapter.connection_named("monitor"),
        ):
            yield

    @contextmanager
    def _errors(self) -> Iterator[None]:
        from dbt_common.exceptions import DbtBaseException

        try:
            yield
        except MonitorError:
            raise
        except Exception as error:
            module = type(error).__module__.split(".")[0]
            is_driver = module in ("duckdb", "_duckdb", "psycopg2")
            if not is_driver and not isinstance(error, DbtBaseException):
                raise
            kind = _kind(error)
            advice = f"; {TO_BUILD}" if kind is NotBuiltError else ""
            raise kind(f"{self.type}: {first_line(error)}{advice}") from error


def _kind(error: Exception) -> type[MonitorError]:
    """Return what an engine's error is to the reader."""
    if _LOCKED in str(error):
        return WarehouseLockedError
    cause = error.__cause__ or error
    if getattr(cause, "pgcode", None) in _UNDEFINED:
        return NotBuiltError
    is_gone = type(cause).__name__ in _GONE or type(error).__name__ in _GONE
    return UnreachableError if is_gone else MonitorError


def _decimals_as_floats(frame: pd.DataFrame) -> pd.DataFrame:
    from decimal import Decimal

    for column in frame.columns:
        known = frame[column].dropna()
        if len(known) and isinstance(known.iloc[0], Decimal):
            frame[column] = frame[column].astype(float)
    return frame
