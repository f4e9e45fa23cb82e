"""How long pages of the viewer take on a year of 200 features and 3 versions, while a build runs.

Writes `benchmarks/viewer.md`: `make viewer`. A browser of its own opens each page, cold (nothing in
its cache) and warm, and changes a filter; meanwhile runs of the monitor follow one another. The
median of several is held against the bar, the slowest stands beside it.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import click
import duckdb
import numpy as np
import pandas as pd
from playwright.sync_api import Browser, sync_playwright

from benchmarks.wide import Shape, frames, kinds
from monitor.warehouse import invoke
from monitor.warehouse.snapshot import snapshot_path
from tests.browser.browsing import CHROMIUM, FLAGS, served, tab
from tests.support.project import MonitoredProject

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "benchmarks" / "viewer.md"
SHAPE = Shape(200, 0, 365, 900)
VERSIONS = 3
MOVED = ("feature_000", "feature_011", "feature_022")
MOVES_ON = 300
# Loaded and built in parts, which takes less memory than all at once.
PARTS = (120, 200, 280, 365)
REPEATS = 5
# Pages and how many charts each has.
PAGES = {"overview": 1, "alerts": 0, "performance": 5, "drift": 3, "quality": 2}
BARS = {"first paint of a page, cold": 1.5, "a filter change": 1.0}
FIRST_PAINT = (
    "() => performance.getEntriesByType('paint')"
    ".find(entry => entry.name === 'first-contentful-paint').startTime / 1000"
)


def build(folder: Path) -> tuple[MonitoredProject, float]:
    """Load and build the year; return the project and the seconds of its last snapshot."""
    output = {
        "type": "duckdb",
        "path": str(folder / "shop.duckdb"),
        "schema": "monitoring",
        "threads": 2,
    }
    project = MonitoredProject(folder, output)
    project.is_read = True
    features = kinds(SHAPE.features)
    block: dict[str, Any] = {
        "predictions": "raw.predictions",
        "id": "id",
        "timestamp": "scored_at",
        "loaded_at": "loaded_at",
        "task": "binary",
        "version": "version",
        "score": "score",
        "threshold": 0.5,
        "labels": {
            "relation": "raw.labels",
            "label": "label",
            "timestamp": "known_at",
            "loaded_at": "loaded_at",
        },
        "reference": {"from": "2025-01-01", "to": "2025-03-01"},
        "features": {
            "numeric": [name for name, kind in features.items() if kind != "category"],
            "categorical": [name for name, kind in features.items() if kind == "category"],
        },
    }
    project.declare(shop=block)
    waiting: list[pd.DataFrame] = []
    seconds = 0.0
    for day, frame in enumerate(frames(SHAPE), start=1):
        predictions, labels = _of_versions(frame, day)
        project.load("predictions", predictions, "append" if day > 1 else "replace")
        waiting.append(labels)
        if day in PARTS:
            known = pd.concat(waiting)
            is_due = known["loaded_at"] <= predictions["loaded_at"].max()
            project.load("labels", known[is_due], "append" if day > PARTS[0] else "replace")
            waiting = [known[~is_due]]
            outcome = invoke(["run"], project.folder)
            assert outcome.success, [one.message for one in outcome.result.results if one.message]
            seconds = next(
                one.execution_time
                for one in outcome.result.results
                if one.node.name == "ml_monitor__snapshot"
            )
    return project, seconds


def _of_versions(frame: pd.DataFrame, day: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    generator = np.random.default_rng([day, VERSIONS])
    frame["version"] = np.char.add("v", generator.integers(1, VERSIONS + 1, len(frame)).astype(str))
    frame["loaded_at"] = frame["scored_at"] + pd.Timedelta(minutes=10)
    if day > MOVES_ON:
        for name in MOVED:
            frame[name] = frame[name] * 1.4 + (day - MOVES_ON) * 0.05
    labels = frame[["id", "label"]].assign(
        label=frame["label"].astype(int),
        known_at=frame["scored_at"]
        + pd.to_timedelta(generator.integers(5, 20, len(frame)), unit="D"),
    )
    labels["loaded_at"] = labels["known_at"]
    return frame.drop(columns="label"), labels


@contextmanager
def building(project: MonitoredProject) -> Iterator[None]:
    """Let runs follow one another that profile the last month again."""
    loop = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from monitor.cli import main\n"
        "while True:\n"
        "    print(CliRunner().invoke(main, sys.argv[1:]).exit_code, flush=True)\n"
    )
    again = "{ml_monitor__rebuild_from: 2025-12-01}"
    with subprocess.Popen(
        [
            *(sys.executable, "-c", loop),
            *("run", "--project-dir", str(project.folder), "--vars", again),
        ],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        try:
            yield
            assert process.poll() is None, "the builds have ended"
        finally:
            process.kill()


def measure(browser: Browser, address: str) -> dict[str, dict[str, list[float]]]:
    """Seconds by page and by what is measured, of each repeat."""
    size = {"width": 1300, "height": 900}
    found: dict[str, dict[str, list[float]]] = {}
    for page, charts in PAGES.items():
        seconds: dict[str, list[float]] = {
            "first paint, cold": [],
            "first paint": [],
            "drawn, cold": [],
            "drawn": [],
            "filter": [],
        }
        path = "/" if page == "overview" else f"/{page}"
        for _ in range(REPEATS):
            with tab(browser, address, viewport=size) as looked:
                for suffix in (", cold", ""):
                    start = time.perf_counter()
                    looked.go(path, charts)
                    seconds[f"drawn{suffix}"].append(time.perf_counter() - start)
                    painted = float(looked.page.evaluate(FIRST_PAINT))
                    seconds[f"first paint{suffix}"].append(painted)
                if page not in ("overview", "alerts"):
                    looked.page.get_by_role("combobox", name="Version").click()
                    start = time.perf_counter()
                    looked.page.get_by_role("option", name="v2", exact=True).click()
                    looked.page.wait_for_url("**version=v2**")
                    looked.drawn(charts)
                    seconds["filter"].append(time.perf_counter() - start)
        found[page] = seconds
    return found


def report(
    found: dict[str, dict[str, list[float]]], snapshot_seconds: float, snapshot_bytes: int
) -> str:
    """The results as Markdown."""

    def cell(values: list[float]) -> str:
        return f"{median(values):.2f} ({max(values):.2f})" if values else ""

    kinds_of = list(next(iter(found.values())))
    rows = "\n".join(
        f"| {page} | {' | '.join(cell(seconds[kind]) for kind in kinds_of)} |"
        for page, seconds in found.items()
    )
    worst = {
        "first paint of a page, cold": max(
            median(one["first paint, cold"]) for one in found.values()
        ),
        "a filter change": max(median(one["filter"]) for one in found.values() if one["filter"]),
    }
    bars = "\n".join(
        f"| {name} | {worst[name]:.2f} | {bar:g} | {'yes' if worst[name] <= bar else 'NO'} |"
        for name, bar in BARS.items()
    )
    return f"""# The viewer

Made by `make viewer` on {os.cpu_count()} cores, Python {platform.python_version()}, DuckDB
{duckdb.__version__}, {platform.system()} {platform.machine()}, while runs of the monitor followed
one another on the same cores.

{SHAPE.features} features, {VERSIONS} versions, {SHAPE.windows} windows of {SHAPE.rows:,} rows; 30
windows are shown. Medians of {REPEATS}, the slowest in brackets, in seconds. Cold is a browser that
has never seen the viewer. First paint is the browser's own first contentful paint; drawn is when
nothing runs any more and every chart has its picture; a filter change lasts until then too.

| page | {" | ".join(kinds_of)} |
|---|{"---|" * len(kinds_of)}
{rows}

The snapshot was published in {snapshot_seconds:.1f} s, and is {snapshot_bytes / 1e6:,.0f} MB.

## Bars

| what | slowest page | at most | met |
|---|---|---|---|
{bars}
"""


@click.command()
@click.option("--project", type=Path, help="A folder to build in and keep; else a temporary one.")
def main(project: Path | None) -> None:
    """Build, serve, look, and write the page."""
    assert CHROMIUM is not None, "no Chromium to look with: apt-get install chromium"
    with tempfile.TemporaryDirectory() as scratch:
        built, seconds = build(project or Path(scratch) / "consumer")
        path = snapshot_path(built.output["path"], built.schema)
        with (
            building(built),
            served(built.folder) as address,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            found = measure(browser, address)
            browser.close()
        text = report(found, seconds, path.stat().st_size)
    PAGE.write_text(text, encoding="utf-8")
    click.echo(text)
    if "| NO |" in text:
        sys.exit("a bar is not met")


if __name__ == "__main__":
    main()
