"""Put breaks into streams of rows and tell in which window each is noticed: `make breaks`."""

from __future__ import annotations

import os
import platform
import re
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click
import duckdb

from benchmarks.breaks.kinds import QUIET_STREAMS, STREAMS
from benchmarks.breaks.measured import NEVER, Found, Silence, measure
from benchmarks.breaks.schema import CHANGES, Told, changed_columns
from benchmarks.breaks.streams import (
    BREAK_DAYS,
    DAYS,
    QUIET_DAYS,
    REFERENCE_DAYS,
    ROWS,
    Break,
    Stream,
)
from tests.support.project import MonitoredProject

PAGE = Path(__file__).resolve().parents[1] / "breaks.md"
SEEDS = 3
QUIET_SEEDS, TOGETHER = 100, 10  # so many of them are monitors of one project
QUARTER, BAR = 90, 1  # days, and false alerts of a monitor in them


@click.command()
@click.option("--seeds", default=SEEDS, show_default=True, help="Of the streams with breaks.")
@click.option("--quiet", default=QUIET_SEEDS, show_default=True, help="Seeds of the quiet streams.")
def main(seeds: int, quiet: int) -> None:
    """Build every stream, print the table and, with the default seeds, write `breaks.md`."""
    found, told, silent = [], [], []
    for seed in range(seeds):
        with tempfile.TemporaryDirectory(prefix="ml_monitor_breaks_") as folder:
            found.append(measure(_project(Path(folder), "breaks"), seed, STREAMS))
            told.append(changed_columns(_project(Path(folder), "columns"), seed))
        click.echo(f"seed {seed}: {found[-1]}, {told[-1]}", err=True)
    for first in range(0, quiet, TOGETHER):
        streams = tuple(
            replace(stream, name=f"{stream.name}_{seed}")
            for stream in QUIET_STREAMS
            for seed in range(first, min(first + TOGETHER, quiet))
        )
        with tempfile.TemporaryDirectory(prefix="ml_monitor_breaks_") as folder:
            silent.append(measure(_project(Path(folder), "quiet"), first, streams))
        click.echo(f"quiet seeds from {first}: {silent[-1]}", err=True)
    text = report(found, told, silent)
    click.echo(text)
    if (seeds, quiet) == (SEEDS, QUIET_SEEDS):
        PAGE.write_text(text)
    for stream in QUIET_STREAMS:
        if _a_quarter(_silence(silent, stream)) > BAR:
            raise click.ClickException(f"{stream.name}: more than {BAR} false alert a quarter")


def _project(folder: Path, name: str) -> MonitoredProject:
    path = str(folder / f"{name}.duckdb")
    output = {"type": "duckdb", "path": path, "schema": "main", "threads": 1}
    return MonitoredProject(folder / name, output)


def report(found: list[Found], told: list[dict[str, Told]], silent: list[Found]) -> str:
    """The table as Markdown."""
    rows = [
        f"| {one.name} | {_cells(found, stream.name, one)} |"
        for stream in STREAMS
        for one in stream.breaks
    ]
    silence = [
        f"| {stream.name} | {_declared(stream.declared)} | {one.judged:,} | {one.alerts} |"
        for stream in STREAMS
        for one in [_silence(found, stream)]
    ]
    quiet_seeds = sum(len(one.silence) for one in silent) // len(QUIET_STREAMS)
    quiet = [
        f"| {_declared(stream.declared)} | {one.days:,} | {one.judged:,} | {one.alerts} "
        f"({one.alerts / one.judged:.3%}) | {one.opened} | {_a_quarter(one):.2f} |"
        for stream in QUIET_STREAMS
        for one in [_silence(silent, stream)]
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

Silence for long: {quiet_seeds} seeds of streams without a break, {DAYS - REFERENCE_DAYS} days each
after the reference. Windows in alert that follow each other are one alert that opened. At most
{BAR} may open in a quarter of {QUARTER} days.

| declared beside the defaults | days | judged | in alert | opened | opened a quarter |
|---|---|---|---|---|---|
{chr(10).join(quiet)}
"""


def _silence(found: list[Found], stream: Stream) -> Silence:
    """What all seeds of a stream say together; of quiet ones the name has the seed."""
    of_stream = re.compile(rf"{stream.name}(_\d+)?")
    seeds = [
        silence
        for one in found
        for name, silence in one.silence.items()
        if of_stream.fullmatch(name)
    ]
    return Silence(
        judged=sum(one.judged for one in seeds),
        alerts=sum(one.alerts for one in seeds),
        opened=sum(one.opened for one in seeds),
        days=sum(one.days for one in seeds),
    )


def _a_quarter(silence: Silence) -> float:
    return silence.opened / silence.days * QUARTER


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
