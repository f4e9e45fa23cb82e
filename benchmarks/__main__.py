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

from benchmarks import data, latency, speed

Part = Callable[[Path], tuple[dict[str, float], list[str]]]
BARS = speed.BARS | latency.BARS
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
    "--only", type=click.Choice(["first", "day", "latency"]), help="Run one part, write nothing."
)
@click.option("--days", default=latency.DAYS, show_default=True, help="History that latency is on.")
@click.option(
    "--per-day", default=latency.PER_DAY, show_default=True, help="Its predictions a day."
)
def main(only: str | None, days: int, per_day: int) -> None:
    """Run the benchmarks, print what they found and write `benchmarks/results.md`."""
    parts: dict[str, Part] = {
        "first": speed.first_build,
        "day": speed.one_new_day,
        "latency": partial(latency.latency, days=days, per_day=per_day),
    }
    ratios: dict[str, float] = {}
    lines: list[str] = []
    with tempfile.TemporaryDirectory(prefix="ml_monitor_benchmark_") as folder:
        for name, part in parts.items():
            if only in (None, name):
                found, told = part(Path(folder))
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
