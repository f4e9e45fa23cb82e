"""Run the benchmarks, print what they found and write `benchmarks/results.md`: `make benchmark`."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
import duckdb

from benchmarks import data, latency, parts, speed

Section = Callable[[Path], tuple[dict[str, float], list[str]]]
BARS = speed.BARS | latency.BARS | parts.BARS
PAGES = speed.ROOT / "benchmarks"


def bars_of(page: Path) -> str:
    """The table of bars of a benchmark that is run apart, as it was last written."""
    return page.read_text().split("## Bars\n")[1].split("\n## ")[0].strip()


def report(ratios: dict[str, float], lines: list[str]) -> str:
    """The results as Markdown, with the size of the machine they were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    rows = "\n".join(
        f"| {name} | {value:.2f} | {BARS[name]:g} | {'yes' if value <= BARS[name] else 'NO'} |"
        for name, value in ratios.items()
    )
    rows_of_speed = speed.DAYS * speed.PER_DAY
    return f"""# Benchmark results

Made by `make benchmark` on {os.cpu_count()} cores and {memory:.0f} GiB, Python
{platform.python_version()}, DuckDB {duckdb.__version__}, {platform.system()} {platform.machine()}.

{rows_of_speed:,} predictions of {len(data.NUMERIC)} numeric and {len(data.CATEGORICAL)}
categorical features over {speed.DAYS} days, 2 versions, 2 segment columns of 5 values, 80 %
labelled 5 to 45 days late, ids of 32 letters. Ratios are to the floor (see
`benchmarks/speed.py`) or to the
shorter history; ids that are integers in sequence make the floor's join cheap, and are measured
beside them. Seconds from arrival to metric are those of a round of `monitor run --watch`
(`benchmarks/latency.py`).

| what | measured | at most | met |
|---|---|---|---|
{rows}

{chr(10).join(lines)}

## False alerts and missed faults

Measured apart by `make alarms`; [more of it](alarms.md), with the plain rules of other tools on the
same streams.

{bars_of(PAGES / "alarms.md")}

How often intervals of estimates cover what comes true: `make coverage`,
[coverage.md](coverage.md).
"""


@click.command()
@click.option(
    "--only",
    type=click.Choice(["first", "day", "latency", "parts"]),
    help="Run one section, write nothing.",
)
@click.option(
    "--days", type=int, help=f"History of latency ({latency.DAYS}) and of parts ({parts.DAYS})."
)
@click.option(
    "--per-day",
    type=int,
    help=f"Predictions a day, of latency ({latency.PER_DAY}), of parts ({parts.PER_DAY}).",
)
def main(only: str | None, days: int | None, per_day: int | None) -> None:
    """Run the benchmarks, print what they found and write `benchmarks/results.md`."""
    sections: dict[str, Section] = {
        "first": speed.first_build,
        "day": speed.one_new_day,
        "latency": partial(
            latency.latency, days=days or latency.DAYS, per_day=per_day or latency.PER_DAY
        ),
        "parts": partial(
            parts.optional_parts, days=days or parts.DAYS, per_day=per_day or parts.PER_DAY
        ),
    }
    ratios: dict[str, float] = {}
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="ml_monitor_benchmark_") as folder:
        for name, section in sections.items():
            if only in (None, name):
                found, told = section(Path(folder))
                click.echo(f"{found}\n" + "\n".join(told), err=True)
                ratios |= found
                lines += told
    text = report(ratios, lines)
    click.echo(text)
    if only is None:
        (PAGES / "results.md").write_text(text)
    if any(value > BARS[name] for name, value in ratios.items()):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
