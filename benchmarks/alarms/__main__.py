"""False alerts and missed faults of the package's verdicts, beside those of plain rules.

Streams of features and of outcomes, with and without faults, are written as profiles; dbt computes
their numbers and verdicts, which are counted here. Run with `make alarms`.
"""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.alarms.measured import (
    Connection,
    engine_connection,
    in_own_process,
    judge_scenario,
)
from benchmarks.alarms.report import Report
from benchmarks.alarms.scenarios import FAULTY, HEALTHY, OUTCOMES

ROOT = Path(__file__).resolve().parents[2]


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
            found = in_own_process(judge_scenario, connection, scenario, seed)
            name, setting = scenario.name, scenario.setting
            told = report.add(engine, name, setting, found, scenario.is_barred)
            click.echo(told, err=True)


if __name__ == "__main__":
    main()
