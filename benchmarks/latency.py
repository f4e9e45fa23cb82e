"""From a row's arrival to its metric: how long `monitor run --watch` takes over a small batch.

A year of history is profiled first. Then batches arrive one by one: the clock starts when the rows
are committed, and stops when the results have been asked for and show them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event

import click
import duckdb

from benchmarks import data
from benchmarks.speed import write_project
from monitor.project.watch import Round, watch

DAYS, PER_DAY = 365, 10_000
REPEATS = 3  # every duration is a median of as many
NAME = "a day of new predictions, from arrival to metric, seconds"
BARS = {NAME: 30.0}
# Labels that arrive with a batch: those due on its day, of windows up to 45 days back, or its own.
KINDS = ("with the labels of that day", "with labels of their own")


@dataclass(frozen=True)
class Batch:
    """Seconds from the arrival of a batch to its metrics, and those of each dbt model."""

    total: float
    nodes: dict[str, float]


def latency(
    folder: Path, days: int = DAYS, per_day: int = PER_DAY
) -> tuple[dict[str, float], list[str]]:
    """Seconds from arrival to metric, and lines that tell of the parts."""
    database, source = folder / "latency.duckdb", folder / "latency_source.duckdb"
    with duckdb.connect(str(source)) as connection:
        data.create_tables(connection, days + len(KINDS) * REPEATS, per_day)
    project = folder / "latency"
    write_project(project, database, segments=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        data.keep_until(connection, "source", data.day(days))
    stop = Event()
    rounds = watch(project, None, None, (), 1e-3, stop)
    first = next(rounds)
    node_seconds(first)
    found: dict[str, list[Batch]] = {kind: [] for kind in KINDS}
    day = days
    for kind in KINDS:
        for _ in range(REPEATS):
            _arrive(database, source, day, has_own_labels=kind == KINDS[1])
            started = time.perf_counter()
            done = next(rounds)
            shown = _shown(database, day)
            total = time.perf_counter() - started
            seconds = node_seconds(done)
            assert shown == _raw(database, day), "the results do not show the batch"
            found[kind].append(Batch(total, seconds))
            day += 1
    stop.set()
    lines = [
        f"- {per_day:,} predictions {kind}, on {days} days of as many: {_parts(batches)}"
        for kind, batches in found.items()
    ]
    lines.append(f"- the round before them, on all of the history: {first.seconds:.2f} s")
    return {NAME: median(one.total for one in found[KINDS[0]])}, lines


def _parts(batches: list[Batch]) -> str:
    total = median(one.total for one in batches)
    names = {name for one in batches for name in one.nodes}
    nodes = {name: median(one.nodes.get(name, 0.0) for one in batches) for name in names}
    profiles = sum(value for name, value in nodes.items() if name.startswith("bench__"))
    results = sum(nodes.values()) - profiles
    greatest = sorted(nodes, key=lambda name: -nodes[name])[:3]
    return (
        f"{total:.2f} s (per-model nodes {profiles:.2f}, results {results:.2f}, rest "
        f"{total - profiles - results:.2f}; greatest: "
        f"{', '.join(f'{name} {nodes[name]:.2f}' for name in greatest)})"
    )


def node_seconds(done: Round) -> dict[str, float]:
    """Seconds of each dbt model of a round, which must have broken nothing."""
    if done.done is None or done.done.broken:
        raise click.ClickException(f"a round did not build: {done}")
    return done.done.seconds


def _arrive(database: Path, source: Path, day: int, has_own_labels: bool) -> None:
    start, end = data.day(day), data.day(day + 1)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        if not has_own_labels:
            data.append_between(connection, "source", start, end)
            return
        new = "from source.predictions where loaded_at >= ? and loaded_at < ?"
        connection.execute(f"insert into raw.predictions select * {new}", [start, end])
        connection.execute(
            "insert into raw.labels select id, hash(id) % 2 = 0, scored_at + interval 1 minute, "
            f"loaded_at {new}",
            [start, end],
        )


def _shown(database: Path, day: int) -> tuple[int, int]:
    """Predictions of a day, and labels of all windows, that the results show."""
    overall = "model_version = 'all' and segment = 'overall'"
    return _counts(
        database,
        f"select max(n) from ml_monitor__drift where {overall} and window_start = ?",
        "select sum(n)::bigint from ml_monitor__performance "
        f"where {overall} and metric = 'brier_score' and source = 'realized'",
        day,
    )


def _raw(database: Path, day: int) -> tuple[int, int]:
    return _counts(
        database,
        "select count(*) from raw.predictions where scored_at::date = ?",
        "select count(*) from raw.predictions join raw.labels using (id)",
        day,
    )


def _counts(database: Path, predictions: str, labels: str, day: int) -> tuple[int, int]:
    with duckdb.connect(str(database), read_only=True) as connection:
        (n,) = connection.execute(predictions, [data.day(day)]).fetchall()[0]
        (labelled,) = connection.execute(labels).fetchall()[0]
    return n, labelled
