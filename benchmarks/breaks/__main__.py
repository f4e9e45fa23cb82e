"""Put breaks into streams of rows and tell in which window each is noticed: `make breaks`."""

from __future__ import annotations

import os
import platform
import tempfile
from collections import Counter
from pathlib import Path

import click
import duckdb

from benchmarks.breaks.kinds import STREAMS
from benchmarks.breaks.measured import NEVER, Found, measure
from benchmarks.breaks.schema import CHANGES, Told, changed_columns
from benchmarks.breaks.streams import BREAK_DAYS, QUIET_DAYS, REFERENCE_DAYS, ROWS, Break
from tests.support.project import MonitoredProject

PAGE = Path(__file__).resolve().parents[1] / "breaks.md"
SEEDS = 3


@click.command()
@click.option("--seeds", default=SEEDS, show_default=True, help="Other than that write nothing.")
def main(seeds: int) -> None:
    """Build every stream, print the table and write `benchmarks/breaks.md`."""
    found, told = [], []
    for seed in range(seeds):
        with tempfile.TemporaryDirectory(prefix="ml_monitor_breaks_") as folder:
            found.append(measure(_project(Path(folder), "breaks"), seed))
            told.append(changed_columns(_project(Path(folder), "columns"), seed))
        click.echo(f"seed {seed}: {found[-1]}, {told[-1]}", err=True)
    text = report(found, told)
    click.echo(text)
    if seeds == SEEDS:
        PAGE.write_text(text)


def _project(folder: Path, name: str) -> MonitoredProject:
    path = str(folder / f"{name}.duckdb")
    output = {"type": "duckdb", "path": path, "schema": "main", "threads": 1}
    return MonitoredProject(folder / name, output)


def report(found: list[Found], told: list[dict[str, Told]]) -> str:
    """The table as Markdown."""
    rows = [
        f"| {one.name} | {_cells(found, stream.name, one)} |"
        for stream in STREAMS
        for one in stream.breaks
    ]
    silence = [
        f"| {stream.name.replace('_', ' ')} | {_declared(stream.declared)} | "
        f"{sum(one.judged[stream.name] for one in found):,} | "
        f"{sum(one.false_alerts[stream.name] for one in found)} |"
        for stream in STREAMS
    ]
    columns = [
        f"| {name} | {_told(seeds)} | {sum(one.alerts for one in seeds)} | "
        f"{sum(one.alerts_before for one in seeds)} |"
        for name, seeds in ((name, [one[name] for one in told]) for name in CHANGES)
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"""# Breaks, and the window in which each is noticed

Made by `make breaks` on {os.cpu_count()} cores and {memory:.0f} GiB, Python
{platform.python_version()}, DuckDB {duckdb.__version__}.

Streams of about {ROWS:,} rows a day whose means move by 0.05 standard deviations from day to day
and by 0.1 over the week: {REFERENCE_DAYS} days of reference, {QUIET_DAYS} quiet ones, then breaks
of {BREAK_DAYS} days in three sizes with five quiet days after each. {len(found)} seeds; every
stream goes the whole way, from rows to verdicts, with what is on by default but for the keys named
below. A cell has the size and, of the {len(found)} seeds, in how many an alert of the right subject
stood in the first window, and in any of the {BREAK_DAYS}.

| break | small: first window, any | middle | large |
|---|---|---|---|
{chr(10).join(rows)}

Columns that change, in a quiet stream that is run day by day: what the run of that day says of the
column, in how many of the seeds, and how many alerts of columns are open after it and after the run
of the day before. A feature that is missing or no number stops its monitor, which says so.

| change | told as | alerts | alerts of the day before |
|---|---|---|---|
{chr(10).join(columns)}

Silence: windows of subjects on days without a break, after the reference.

| stream | declared beside the defaults | judged | in alert |
|---|---|---|---|
{chr(10).join(silence)}
"""


def _cells(found: list[Found], stream: str, one: Break) -> str:
    cells = []
    for number, size in enumerate(one.sizes):
        windows = [seed.window[stream, one.name, number] for seed in found]
        first = sum(window == 1 for window in windows)
        ever = sum(window != NEVER for window in windows)
        told = f"{size:.0%}" if one.unit.startswith("of the") else f"{size:g}"
        unit = one.unit.removeprefix("of the ") if number == 0 else ""
        cells.append(f"{told} {unit}: {first}, {ever}".replace(" :", ":"))
    return " | ".join(cells)


def _told(found: list[Told]) -> str:
    counts = Counter(f"{one.state}, {one.verdict}" if one.state else "nothing" for one in found)
    return "; ".join(f"{said}: {seeds}" for said, seeds in counts.items())


def _declared(block: dict[str, object]) -> str:
    return ", ".join(f"`{key}: {str(value).lower()}`" for key, value in block.items()) or "nothing"


if __name__ == "__main__":
    main()
