"""Many features, or many segments: that every model builds, and what each costs, on both engines.

Writes `benchmarks/wide.md`: `make wide`. Each model runs alone, one after the other, in one dbt
invocation; DuckDB runs inside dbt's process, Postgres is a server of the benchmark's own.
"""

from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import duckdb
import numpy as np
import pandas as pd
import psycopg2
import yaml

from monitor.project.nodes import render
from tests.support.postgres import running_postgres

ROOT = Path(__file__).resolve().parent.parent
FIRST_DAY = np.datetime64("2025-01-01", "us")
REFERENCE_DAYS = 28
VALUES = 5  # of each segment column
PAGE = ROOT / "benchmarks" / "wide.md"
PLANNED = (
    "wide__grid",
    "wide__feature_profile",
    "wide__outcome_profile",
    "ml_monitor__drift_numbers",
    "ml_monitor__quality_numbers",
)
SMALL = 50 * 1024  # bytes of SQL


@dataclass(frozen=True)
class Shape:
    """How many features and segment columns a monitor has, and what arrives."""

    features: int
    segments: int
    windows: int
    rows: int

    def __str__(self) -> str:
        segments = f" x {self.segments} segment columns" if self.segments else ""
        return f"{self.features} features{segments} x {self.windows} windows of {self.rows:,} rows"


@dataclass
class Built:
    """What building every model took: seconds and bytes of SQL by model, peak memory in GB."""

    seconds: dict[str, float]
    sizes: dict[str, int]
    dbt_memory: float
    server_memory: float
    elapsed: float
    rows: dict[str, int] = field(default_factory=dict)
    planning: dict[str, float] = field(default_factory=dict)


SHAPES = (Shape(500, 0, 365, 1000), Shape(50, 5, 365, 1000))


def kinds(features: int) -> dict[str, str]:
    """Name and kind of every feature: of ten, seven of many values, one of few, two categories."""
    kind_of = ["many"] * 7 + ["few"] + ["category"] * 2
    return {f"feature_{i:03d}": kind_of[i % 10] for i in range(features)}


def frames(shape: Shape) -> Iterator[pd.DataFrame]:
    """The predictions of every window, from a seed of its own."""
    for window in range(shape.windows):
        generator = np.random.default_rng([window, shape.features])
        n = shape.rows
        score = generator.random(n)
        columns: dict[str, Any] = {
            "id": np.arange(window * n, (window + 1) * n),
            "scored_at": FIRST_DAY
            + np.timedelta64(window, "D")
            + (np.arange(n) * (86_400_000_000 // n)).astype("timedelta64[us]"),
            "score": score,
            "label": generator.random(n) < score,
        }
        for segment in range(shape.segments):
            columns[f"segment_{segment}"] = _names(generator.integers(0, VALUES, n))
        for number, (name, kind) in enumerate(kinds(shape.features).items()):
            columns[name] = _values(generator, number, kind, n)
        yield pd.DataFrame(columns)


def _values(generator: np.random.Generator, number: int, kind: str, n: int) -> Any:
    if kind == "category":
        return _names((generator.random(n) ** 2 * (5 if number % 2 else 40)).astype(np.int64))
    if kind == "few":
        return generator.integers(0, 200, n).astype(np.float64)
    return (
        generator.normal(size=n),
        generator.lognormal(sigma=1.2, size=n),
        generator.uniform(0, 1000, n),
    )[number % 3]


def _names(numbers: Any) -> Any:
    return np.char.add("v", np.char.zfill(numbers.astype(str), 2))


def load_duckdb(path: Path, shape: Shape) -> None:
    """Make the table raw.predictions."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        for number, frame in enumerate(frames(shape)):
            connection.register("frame", frame)
            verb = "insert into" if number else "create table"
            connection.execute(
                f"{verb} raw.predictions {'' if number else 'as'} select * from frame"
            )
            connection.unregister("frame")


def load_postgres(server: dict[str, Any], shape: Shape) -> None:
    """Make the table raw.predictions; rows travel in the binary format of COPY."""
    types = {"i": "bigint", "M": "timestamp", "f": "double precision", "b": "boolean", "U": "text"}
    with _connected(server) as connection, connection.cursor() as cursor:
        cursor.execute("drop schema if exists raw cascade; create schema raw")
        for number, frame in enumerate(frames(shape)):
            columns = {str(name): frame[name].to_numpy() for name in frame}
            for name, column in columns.items():
                if column.dtype.kind in "OTU":
                    columns[name] = column.astype("U3")
            if number == 0:
                names = ", ".join(f"{name} {types[c.dtype.kind]}" for name, c in columns.items())
                cursor.execute(f"create table raw.predictions ({names})")
            cursor.copy_expert("copy raw.predictions from stdin (format binary)", _copied(columns))
        cursor.execute("analyze raw.predictions")


def _copied(columns: dict[str, Any]) -> io.BytesIO:
    """Rows in the format of COPY: the number of fields, then each field's length and bytes."""
    epoch = np.datetime64("2000-01-01", "us")
    encoded = {}
    for name, column in columns.items():
        kind = column.dtype.kind
        if kind == "M":
            encoded[name] = (column.astype("M8[us]") - epoch).astype(">i8")
        else:
            encoded[name] = column.astype({"i": ">i8", "f": ">f8", "b": "i1", "U": "S3"}[kind])
    fields: list[Any] = [("fields", ">i2")]
    for name, column in encoded.items():
        fields += [(f"{name}_length", ">i4"), (name, column.dtype)]
    rows = np.empty(len(encoded["id"]), dtype=fields)
    rows["fields"] = len(encoded)
    for name, column in encoded.items():
        rows[f"{name}_length"] = column.dtype.itemsize
        rows[name] = column
    return io.BytesIO(b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff")


@contextmanager
def _connected(server: dict[str, Any]) -> Iterator[Any]:
    connection = psycopg2.connect(
        host=server["host"], port=server["port"], user=server["user"], dbname=server["dbname"]
    )
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def write_project(folder: Path, output: dict[str, Any], shape: Shape) -> None:
    """Write a dbt project that monitors the benchmark's table."""
    names = kinds(shape.features)
    block = {
        "predictions": "raw.predictions",
        "id": "id",
        "timestamp": "scored_at",
        "task": "binary",
        "score": "score",
        "positive": True,
        "labels": {"label": "label"},
        "reference": {
            "from": str(FIRST_DAY.astype("M8[D]")),
            "to": str((FIRST_DAY + np.timedelta64(REFERENCE_DAYS, "D")).astype("M8[D]")),
        },
        "features": {
            "numeric": [name for name, kind in names.items() if kind != "category"],
            "categorical": [name for name, kind in names.items() if kind == "category"],
        },
        "segments": [f"segment_{i}" for i in range(shape.segments)],
    }
    project = {
        "name": "wide",
        "profile": "wide",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {"ml_monitor": {"wide": block}},
    }
    sources = [{"name": "raw", "tables": [{"name": "predictions"}]}]
    (folder / "dbt_packages").mkdir(parents=True)
    (folder / "dbt_packages" / "ml_monitor").symlink_to(ROOT, target_is_directory=True)
    files = {
        "dbt_project.yml": yaml.safe_dump(project, sort_keys=False),
        "profiles.yml": yaml.safe_dump({"wide": {"target": "dev", "outputs": {"dev": output}}}),
        "models/sources.yml": yaml.safe_dump({"sources": sources}),
        **{str(path): text for path, text in render("wide", block).items()},
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def build(folder: Path, server_files: Path | None = None) -> Built:
    """Build every model, each alone, in a process whose memory is watched."""
    script = (
        "import resource, sys; from dbt.cli.main import dbtRunner; "
        "result = dbtRunner().invoke(sys.argv[1:]); "
        "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); "
        "sys.exit(not result.success)"
    )
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", script, "run", "--threads", "1"],
        cwd=folder,
        env={**os.environ, "DBT_PROFILES_DIR": str(folder), "DBT_WRITE_JSON": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with _watched_server(server_files) as peak:
        said, _ = process.communicate()
    if process.returncode != 0:
        raise click.ClickException(f"dbt failed:\n{said[-6000:]}")
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    sizes = {path.stem: path.stat().st_size for path in (folder / "target" / "run").rglob("*.sql")}
    return Built(
        seconds={r["unique_id"].split(".")[-1]: r["execution_time"] for r in results},
        sizes=sizes,
        dbt_memory=int(said.rsplit("peak", 1)[1]) / 1024**2,
        server_memory=peak[0] / 1024**2,
        elapsed=time.perf_counter() - started,
    )


@contextmanager
def _watched_server(files: Path | None) -> Iterator[list[float]]:
    """The greatest memory, in KiB, that one process of a Postgres has had, shared buffers too."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        server = (files / "postmaster.pid").read_text().split()[0] if files else ""
        while not done.wait(0.2):
            for path in Path("/proc").glob("[0-9]*/status"):
                with suppress(OSError):
                    status = dict(line.split(":", 1) for line in path.read_text().splitlines())
                    if status["PPid"].strip() == server and "VmHWM" in status:
                        peak[0] = max(peak[0], float(status["VmHWM"].split()[0]))

    thread = threading.Thread(target=watch)
    if files:
        thread.start()
    try:
        yield peak
    finally:
        done.set()
        if files:
            thread.join()


def _plan(execute: Callable[[str], object], folder: Path, built: Built) -> None:
    """Note how long the engine plans the greatest statements, and how many rows they made."""
    for name in PLANNED:
        path = next((folder / "target" / "compiled").rglob(f"{name}.sql"))
        started = time.perf_counter()
        execute(f"explain {path.read_text(encoding='utf-8')}")
        built.planning[name] = time.perf_counter() - started


def on_duckdb(folder: Path, shape: Shape) -> Built:
    """Load and build everything on DuckDB."""
    path, project = folder / "wide.duckdb", folder / "project"
    folder.mkdir(parents=True)
    load_duckdb(path, shape)
    output = {"type": "duckdb", "path": str(path), "settings": {"threads": 2}}
    write_project(project, output, shape)
    built = build(project)
    with duckdb.connect(str(path)) as connection:
        _plan(lambda sql: connection.execute(sql).fetchall(), project, built)
        for name in PLANNED:
            found = connection.execute(f"select count(*) from {name}").fetchall()
            built.rows[name] = found[0][0]
    path.unlink()
    return built


def on_postgres(folder: Path, shape: Shape) -> Built:
    """Load and build everything on a Postgres of its own."""
    project = folder / "project"
    folder.mkdir(parents=True)
    with running_postgres(folder / "server") as server:
        load_postgres(server, shape)
        write_project(project, {**server, "schema": "public"}, shape)
        built = build(project, folder / "server")
        with _connected(server) as connection, connection.cursor() as cursor:
            _plan(cursor.execute, project, built)
            for name in PLANNED:
                cursor.execute(f"select count(*) from {name}")
                built.rows[name] = cursor.fetchall()[0][0]
    return built


def report(results: dict[tuple[Shape, str], Built]) -> str:
    """The results as Markdown, with the size of the machine they were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    parts = [
        f"""# Many features, many segments

Made by `make wide` on {os.cpu_count()} cores and {memory:.0f} GiB, Python
{platform.python_version()}, DuckDB {duckdb.__version__}, {platform.system()} {platform.machine()}.

A first build of every model, one after the other. Of ten features seven have many values, one has
200, two are categories; the reference is the first {REFERENCE_DAYS} windows. SQL is what dbt sends,
planning is the time of an EXPLAIN of it. Models of less than a second and {SMALL // 1024} KB are
left out.
"""
    ]
    for (shape, engine), built in results.items():
        server = f", of one server process {built.server_memory:.1f} GB" * (engine == "postgres")
        parts.append(f"""
## {shape}, {engine}

{sum(built.seconds.values()):.0f} s in {len(built.seconds)} models; peak memory of dbt's process
{built.dbt_memory:.1f} GB{server}.

| model | seconds | SQL, KB | planning, seconds | rows |
|---|---|---|---|---|
""")
        for name, seconds in built.seconds.items():
            if seconds >= 1 or built.sizes.get(name, 0) >= SMALL or name in PLANNED:
                planning = f"{built.planning[name]:.2f}" if name in built.planning else ""
                rows = f"{built.rows[name]:,}" if name in built.rows else ""
                size = built.sizes.get(name, 0) / 1024
                parts.append(f"| {name} | {seconds:.1f} | {size:.0f} | {planning} | {rows} |\n")
    return "".join(parts)


def main() -> None:
    """Run every shape on every engine, and write what was found after each."""
    results: dict[tuple[Shape, str], Built] = {}
    for shape in SHAPES:
        for engine, run in (("duckdb", on_duckdb), ("postgres", on_postgres)):
            with tempfile.TemporaryDirectory() as folder:
                results[shape, engine] = run(Path(folder) / "wide", shape)
            click.echo(f"{shape}, {engine}: {results[shape, engine].elapsed:.0f} s")
            PAGE.write_text(report(results), encoding="utf-8")


if __name__ == "__main__":
    main()
