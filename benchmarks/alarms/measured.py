"""Scenarios judged on an engine, each in a process of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.alarms.judgement import Judgement, judge, judge_outcomes, together
from benchmarks.alarms.scenarios import Scenario
from tests.support.postgres import running_postgres
from tests.support.project import MonitoredProject

Connection = dict[str, Any]
Found = TypeVar("Found")
# Subjects times seeds that a project holds at once: a gigabyte or two of memory.
SUBJECTS_OF_A_PROJECT = 1_000


def judge_scenario(connection: Connection, scenario: Scenario, seed: int) -> Judgement:
    """Judge a scenario's streams, as many seeds at a time as a project holds."""
    setting = scenario.setting
    if not setting.features:
        with new_project(connection) as project:
            return judge_outcomes(project, setting, scenario.seeds, seed)
    parts = 1 + len(setting.segments)
    at_once = max(1, SUBJECTS_OF_A_PROJECT // (setting.features * parts))
    found = []
    for first in range(0, scenario.seeds, at_once):
        seeds = min(at_once, scenario.seeds - first)
        with new_project(connection) as project:
            found.append(judge(project, setting, seeds, (seed, first)))
    return together(found)


@contextmanager
def new_project(connection: Connection) -> Iterator[MonitoredProject]:
    """A project in a database, or a schema, of its own."""
    with tempfile.TemporaryDirectory(prefix="ml_monitor_alarms_") as name:
        folder = Path(name)
        if connection["type"] == "duckdb":
            connection = connection | {"path": str(folder / "alarms.duckdb")}
        project = MonitoredProject(folder / "consumer", connection)
        project.execute(f'create schema if not exists "{project.schema}"')
        yield project
        project.execute(f'drop schema "{project.schema}" cascade')


@contextmanager
def engine_connection(engine: str) -> Iterator[Connection]:
    """Connection of a new database; Postgres runs as long as it is used."""
    shared: Connection = {"schema": "monitoring", "threads": 1}
    if engine == "duckdb":
        yield {"type": "duckdb", "settings": {"threads": 2}, **shared}
        return
    with (
        tempfile.TemporaryDirectory(prefix="ml_monitor_alarms_") as folder,
        running_postgres(Path(folder) / "server") as connection,
    ):
        yield {**connection, **shared}


def in_own_process(function: Callable[..., Found], *arguments: object) -> Found:
    """Call a function in a process of its own, whose memory is free again afterwards."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()
