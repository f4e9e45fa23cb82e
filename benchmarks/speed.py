"""Speed and memory of the per-model nodes, as ratios to a floor measured in the same run.

The floor is what nothing can be faster than: one sum of every feature by day, and the label join
counted by day and label, both warm.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import click
import duckdb
import yaml

from benchmarks import data
from monitor.project.nodes import render

ROOT = Path(__file__).resolve().parent.parent
DAYS, PER_DAY, HISTORIES = 90, 111_112, (100, 400)
REPEATS = 3  # every duration is a median of as many,
NEW_DAYS = 9  # and those of a new day, which are short, of these
BARS = {
    "first build, two segment columns": 15.0,
    "first build, no segments": 8.0,
    "one new day, 400 days of history to 100": 1.5,
    "one new day, feature profile alone, 400 to 100": 1.15,
    "peak memory of the first build, GB": 6.0,
}


def write_project(
    folder: Path, database: Path, *, segments: bool, optional: Mapping[str, Any] | None = None
) -> None:
    """Write a dbt project that monitors the benchmark's tables.

    `optional` are keys that the declaration has besides, or in the place of its own.
    """
    block = {
        "predictions": "raw.predictions",
        "id": "id",
        "timestamp": "scored_at",
        "loaded_at": "loaded_at",
        "task": "binary",
        "version": "version",
        "score": "score",
        "positive": True,
        "labels": {
            "relation": "raw.labels",
            "label": "label",
            "timestamp": "known_at",
            "loaded_at": "loaded_at",
        },
        "reference": {"from": "2025-01-01", "to": "2025-01-15"},
        "features": {"numeric": data.NUMERIC, "categorical": data.CATEGORICAL},
        "segments": data.SEGMENTS if segments else [],
        **(optional or {}),
    }
    project = {
        "name": "bench",
        "profile": "bench",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {"ml_monitor": {"bench": block}},
    }
    output = {"type": "duckdb", "path": str(database), "settings": {"threads": 2}}
    sources = [{"name": "raw", "tables": [{"name": "predictions"}, {"name": "labels"}]}]
    (folder / "dbt_packages").mkdir(parents=True)
    (folder / "dbt_packages" / "ml_monitor").symlink_to(ROOT, target_is_directory=True)
    files = {
        "dbt_project.yml": yaml.safe_dump(project, sort_keys=False),
        "profiles.yml": yaml.safe_dump({"bench": {"target": "dev", "outputs": {"dev": output}}}),
        "models/sources.yml": yaml.safe_dump({"sources": sources}),
        **{str(path): text for path, text in render("bench", block).items()},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def _dbt(folder: Path, *arguments: str) -> int:
    """Run dbt in a process of its own; return its peak memory in KiB."""
    # Only a direct child's peak is its own: the largest of all children would hide this one's.
    script = (
        "import resource, sys; from dbt.cli.main import dbtRunner; "
        "result = dbtRunner().invoke(sys.argv[1:]); "
        "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); "
        "sys.exit(not result.success)"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "DBT_PROFILES_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    if process.returncode != 0:
        raise click.ClickException(f"dbt {' '.join(arguments)} failed:\n{process.stdout[-4000:]}")
    return int(process.stdout.rsplit("peak", 1)[1])


def build(folder: Path) -> tuple[dict[str, float], int]:
    """Build the per-model nodes; return their seconds and the peak memory in KiB."""
    peak = _dbt(folder, "run", "--select", "bench")
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    return {r["unique_id"].split("__")[-1]: r["execution_time"] for r in results}, peak


def floor(database: Path) -> float:
    """Seconds of the two reads that no profile can do without, warm, medians too."""
    sums = ", ".join(
        [f"sum({name})" for name in data.NUMERIC]
        + [f"sum(length({name}))" for name in data.CATEGORICAL]
    )
    queries = (
        f"select scored_at::date, {sums} from raw.predictions group by 1",
        "select scored_at::date, label, count(*) "
        "from raw.predictions join raw.labels using (id) group by 1, 2",
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute("set threads = 2")
        for query in queries:
            connection.execute(query).fetchall()
        return sum(median(_seconds(connection, query) for _ in range(REPEATS)) for query in queries)


def _seconds(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    started = time.perf_counter()
    connection.execute(query).fetchall()
    return time.perf_counter() - started


def first_build(folder: Path) -> tuple[dict[str, float], list[str]]:
    """Ratios of a first build to the floor, with and without segments."""
    ratios, lines = {}, []
    for ids in data.IDS:
        raw = folder / "first.duckdb"
        with duckdb.connect(str(raw)) as connection:
            connection.execute("create schema raw; use raw")
            data.create_tables(connection, DAYS, PER_DAY, ids)
        for name, segments in (("two segment columns", True), ("no segments", False)):
            project = folder / f"{name} {ids}".replace(" ", "_")
            write_project(project, raw, segments=segments)
            floors, builds, peaks = [], [], []
            for _ in range(REPEATS):
                floors.append(floor(raw))
                seconds, peak = build(project)
                builds.append(seconds)
                peaks.append(peak / 1024**2)
                with duckdb.connect(str(raw)) as connection:
                    _drop_nodes(connection)
            seconds, seconds_floor = _medians(builds), median(floors)
            total = sum(seconds.values())
            ratio = total / seconds_floor
            detail = ", ".join(f"{node} {value:.2f}" for node, value in seconds.items())
            lines.append(
                f"- first build, {name}, ids are {ids}: {total:.2f} s ({detail}), "
                f"floor {seconds_floor:.2f} s, ratio {ratio:.2f}, {max(peaks):.2f} GB"
            )
            if ids == "text":
                ratios[f"first build, {name}"] = ratio
                if segments:
                    ratios["peak memory of the first build, GB"] = max(peaks)
        raw.unlink()
    return ratios, lines


def _medians(builds: list[dict[str, float]]) -> dict[str, float]:
    """Each node's median over builds of the same nodes."""
    return {node: median(build[node] for build in builds) for node in builds[0]}


def _drop_nodes(connection: duckdb.DuckDBPyConnection) -> None:
    for schema, name, kind in connection.execute(
        "select table_schema, table_name, table_type from information_schema.tables "
        "where table_name like 'bench!_!_%' escape '!'"
    ).fetchall():
        word = "view" if kind == "VIEW" else "table"
        connection.execute(f'drop {word} if exists "{schema}"."{name}" cascade')


def one_new_day(folder: Path) -> tuple[dict[str, float], list[str]]:
    """How the cost of one new day grows with the history before it."""
    source = folder / "source.duckdb"
    with duckdb.connect(str(source)) as connection:
        data.create_tables(connection, max(HISTORIES) + NEW_DAYS, PER_DAY)
    totals, lines = {}, []
    for days in HISTORIES:
        project, database = folder / f"days_{days}", folder / f"days_{days}.duckdb"
        write_project(project, database, segments=True)
        advance(database, source, None, days)
        build(project)
        builds = []
        for day in range(days, days + NEW_DAYS):
            advance(database, source, day, day + 1)
            builds.append(build(project)[0])
        totals[days] = _medians(builds)
        detail = ", ".join(f"{node} {value:.2f}" for node, value in totals[days].items())
        lines.append(f"- one new day on {days} days: {sum(totals[days].values()):.2f} s ({detail})")
        database.unlink()
    source.unlink()
    short, long = (totals[days] for days in HISTORIES)
    return {
        "one new day, 400 days of history to 100": sum(long.values()) / sum(short.values()),
        "one new day, feature profile alone, 400 to 100": long["feature_profile"]
        / short["feature_profile"],
    }, lines


def advance(database: Path, source: Path, start: int | None, end: int) -> None:
    """Load what arrived in some days; all that had arrived by their end if `start` is None."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        if start is None:
            data.keep_until(connection, "source", data.day(end))
        else:
            data.append_between(connection, "source", data.day(start), data.day(end))
