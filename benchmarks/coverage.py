"""How often the interval of an estimate covers what comes true: thousands of simulated windows.

Each reference is a version of one model, calibrated by itself; its windows come from the same
chances at other mixtures of scores. Run with `make coverage`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
import pandas as pd

from tests.support.project import MonitoredProject
from tests.support.replicates import covered, estimates, replicates

ROOT = Path(__file__).resolve().parent.parent
METRICS = ("roc_auc", "f1", "accuracy", "precision", "recall")
LOWEST, HIGHEST = 0.93, 0.97
# references, rows of each, windows of each, rows of each; windows share their reference's luck
SETTINGS = ((500, 5_000, 4, 500), (500, 5_000, 4, 2_000), (250, 20_000, 8, 500))


def coverage(folder: Path, setting: tuple[int, int, int, int], seed: int) -> pd.Series[float]:
    """Return the share of realized values inside the 95 % interval, by metric."""
    folder.mkdir()
    output = {
        "type": "duckdb",
        "path": str(folder / "coverage.duckdb"),
        "schema": "monitoring",
        "threads": 1,
        "settings": {"threads": 2},
    }
    project = MonitoredProject(folder / "consumer", output)
    return covered(estimates(project, replicates(*setting, seed=seed)))


def report(rows: dict[tuple[int, int, int, int], pd.Series[float]]) -> str:
    """The shares as Markdown."""
    lines = [
        "# Coverage of estimated performance",
        "",
        "Made by `make coverage`: the share of windows whose realized value lies in the 95 %",
        f"interval of its estimate; {LOWEST:.0%} to {HIGHEST:.0%} are asked for.",
        "",
        "| references | rows of each | windows | rows of each | " + " | ".join(METRICS) + " |",
        "|---|---|---|---|" + "---|" * len(METRICS),
    ]
    for (references, reference_rows, windows, window_rows), shares in rows.items():
        sizes = (references, reference_rows, references * windows, window_rows)
        cells = [f"{size:,}" for size in sizes] + [f"{shares[name]:.3f}" for name in METRICS]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--seed", default=20260101, show_default=True)
def main(seed: int) -> None:
    """Simulate, print the shares, and write `benchmarks/coverage.md`."""
    rows = {}
    with tempfile.TemporaryDirectory(prefix="ml_monitor_coverage_") as folder:
        for number, setting in enumerate(SETTINGS):
            rows[setting] = coverage(Path(folder) / str(number), setting, seed + number)
    text = report(rows)
    click.echo(text)
    (ROOT / "benchmarks" / "coverage.md").write_text(text)
    watched = [shares[name] for shares in rows.values() for name in METRICS]
    if not all(LOWEST <= share <= HIGHEST for share in watched):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
