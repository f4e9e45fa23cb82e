"""Where the result tables are read: the snapshot of a DuckDB file, or the warehouse itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pandas as pd

from monitor.project.errors import TO_BUILD, MonitorError, NotBuiltError
from monitor.project.feedback import Action, record_in
from monitor.reading.query import Query, ask
from monitor.warehouse import Warehouse, disabled_names, first_line, result_names
from monitor.warehouse.snapshot import quoted, snapshot_path, text

# Connections of one reader to a warehouse.
_CONNECTIONS = 4
_LAST_CHANGE = ask(
    "select max(run_at) as run_at, (select count(*) from ml_monitor__feedback) as said "
    "from ml_monitor__monitors"
)


class Source(ABC):
    """Result tables that can be read, and not be written.

    Attributes
    ----------
    warehouse : Warehouse
        What the project's profile names.
    engine : str
        Its adapter's name.
    relations : dict of str to str
        The full name of each result table, quoted.
    undeclared : set of str
        Result tables that no declaration asks for.
    """

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self.engine = warehouse.type
        self.relations = {
            name: str(warehouse.relation(name)) for name in result_names(warehouse.manifest)
        }
        self.undeclared = disabled_names(warehouse.manifest)

    @abstractmethod
    def version(self) -> str:
        """Return text that changes when the tables may have."""

    @abstractmethod
    def frame(self, query: Query) -> pd.DataFrame:
        """Return the rows of a question.

        Raises
        ------
        NotBuiltError
            A table or column is not there.
        UnreachableError
            The warehouse does not answer.
        """

    @abstractmethod
    def say(self, alerts: Sequence[str], action: Action, **said: Any) -> None:
        """Write what somebody says of alerts, as `monitor.project.feedback.record` does."""

    def copyable(self, query: Query) -> str:
        """Return SQL of the question that a person can run in the warehouse as it stands."""
        return query.copyable(self.engine, self.relations)

    @abstractmethod
    def close(self) -> None:
        """Let go of every connection."""


def open_source(
    project_dir: str | Path, profiles_dir: str | None = None, target: str | None = None
) -> Source:
    """Parse a dbt project and open what its profile names for reading.

    Raises
    ------
    MonitorError
        The project does not parse, or its database is one that readers cannot share.
    """
    warehouse = Warehouse.from_project(project_dir, profiles_dir, target)
    return SnapshotSource(warehouse) if warehouse.type == "duckdb" else LiveSource(warehouse)


class SnapshotSource(Source):
    """The copy of the results that each run publishes beside a DuckDB file."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        credentials = warehouse.adapter.config.credentials
        file = str(credentials.path)
        if file == ":memory:" or "://" in file or file.startswith("md:"):
            raise MonitorError(
                f"profiles.yml: path '{file}' is no file of this machine, and only beside one is "
                "a snapshot published for readers; give a path in the profile"
            )
        self.catalog = str(credentials.database)
        self.path = snapshot_path(warehouse.project_dir / file, str(credentials.schema))
        self._lock = Lock()
        self._writes = Lock()
        self._open: tuple[str, Any] | None = None

    def version(self) -> str:  # noqa: D102
        try:
            found = self.path.stat()
        except FileNotFoundError:
            raise NotBuiltError(
                f"{self.path.name}: no results have been published beside the database yet; "
                "run `dbt build` or `monitor run`"
            ) from None
        return f"{found.st_mtime_ns}-{found.st_ino}"

    def frame(self, query: Query) -> pd.DataFrame:  # noqa: D102
        sql, values = query.bound(self.engine, self.relations)
        try:
            return pd.DataFrame(self._cursor().execute(sql, values).df())
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            said = first_line(error).rstrip(".!")
            raise NotBuiltError(f"{self.path.name}: {said}; {TO_BUILD}") from error
        except duckdb.Error as error:
            raise MonitorError(f"{self.path.name}: {first_line(error)}") from error

    def say(self, alerts: Sequence[str], action: Action, **said: Any) -> None:  # noqa: D102
        with self._writes:
            try:
                record_in(self.warehouse, alerts, action, **said)
            finally:
                # the file's lock, which keeps builds out
                self.warehouse.close()

    def close(self) -> None:  # noqa: D102
        with self._lock:
            self._open = None

    def _cursor(self) -> Any:
        """Return a cursor on the snapshot as it is now; queries of the one before still end."""
        version = self.version()
        with self._lock:
            if self._open is None or self._open[0] != version:
                connection = duckdb.connect()
                name = quoted(self.catalog)
                try:
                    connection.execute(f"attach {text(self.path)} as {name} (read_only)")
                except duckdb.Error as error:
                    raise NotBuiltError(
                        f"{self.path.name}: it cannot be read ({first_line(error).rstrip('.!')}); "
                        "`dbt build` or `monitor run` writes it anew"
                    ) from error
                connection.execute("set enable_external_access = false")
                connection.execute(f"use {name}")
                self._open = (version, connection)
            return self._open[1].cursor()


class LiveSource(Source):
    """The tables of a warehouse that many may read while one writes."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__(warehouse)
        # dbt keeps a connection for each thread.
        self._threads = ThreadPoolExecutor(_CONNECTIONS, thread_name_prefix="reader")

    def version(self) -> str:  # noqa: D102
        return str(self.frame(_LAST_CHANGE).to_numpy())

    def frame(self, query: Query) -> pd.DataFrame:  # noqa: D102
        sql, values = query.bound(self.engine, self.relations)
        return self._threads.submit(self.warehouse.read, sql, values).result()

    def say(self, alerts: Sequence[str], action: Action, **said: Any) -> None:  # noqa: D102
        self._threads.submit(record_in, self.warehouse, alerts, action, **said).result()

    def close(self) -> None:  # noqa: D102
        self._threads.shutdown()
        self.warehouse.close()
