"""Run the demo end to end: load, build, print what was found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.demo import END, FIRST_DAY, frames
from monitor.demo.load import load
from monitor.project.errors import MonitorError
from monitor.project.programs import command
from monitor.warehouse import Warehouse, first_line, invoke

SCHEMA = "demo_raw"

FINDINGS = """
select
    monitor, case when subject = 'all' then concern else subject end as subject, metric, metrics,
    first_window, last_window, windows, value,
    case when value < lower_limit then lower_limit else upper_limit end as alert_limit, state
from {alerts}
order by monitor, first_window, subject
"""


def show(
    project_dir: str | Path,
    profiles_dir: str | None = None,
    target: str | None = None,
    until: date = END,
) -> None:
    """Load the demo's tables, build everything and print the findings.

    Parameters
    ----------
    project_dir : path
        A checkout of this repository.
    profiles_dir, target : str, optional
    until : datetime.date, optional
        Load only what had arrived before this day; if absent, the demo's last, 2026-05-01.

    Raises
    ------
    MonitorError
        The project does not build.
    """
    console = Console()
    options: list[str] = []
    with console.status("Making the demo's data …"), _open(project_dir, profiles_dir, target) as to:

        def write(name: str, frame: pd.DataFrame) -> None:
            to.write(name, frame, SCHEMA)

        if _is_behind(to, until):
            _forget_bins(to)
            options = ["--full-refresh"]
        rows = load(write, until)
    if options:
        console.print(f"Rows from {until} on were loaded before: every table is built anew.")
    predictions = sum(n for name, n in rows.items() if name.endswith("predictions"))
    labels = sum(n for name, n in rows.items() if name.endswith("labels"))
    console.print(f"Loaded {predictions:,} predictions of 3 models and {labels:,} labels.")
    with console.status("Building every table with dbt …"):
        outcome = invoke(["build", *options], project_dir, profiles_dir, target)
    if not outcome.success:
        messages = [first_line(node.message) for node in outcome.result.results if node.message]
        raise MonitorError(f"dbt build failed: {messages[0] if messages else 'see logs/dbt.log'}")
    with _open(project_dir, profiles_dir, target) as warehouse:
        alerts = warehouse.relation("ml_monitor__alerts")
        findings = warehouse.frame(FINDINGS.format(alerts=alerts))
        if findings.empty:
            console.print("No alert was opened.")
        else:
            console.print("The alerts that were opened, and the worst metric of each:\n")
            console.print(findings_table(findings))
        database = f"{alerts}".rsplit(".", 1)[0]
    monitor = command("monitor")
    steps = {
        f"{monitor} status": "one line per model",
        f"{monitor} alerts": "what is open, the gravest first",
        f"{monitor} app": "all of it in a browser",
        "select * from ml_monitor__drift": "any table of README.md, in any SQL client",
        f"{monitor} init --help": "a project of your own, from a file",
    }
    console.print(f"\nThe tables are in {database}. What to do next:", highlight=False)
    width = max(map(len, steps))
    for step, use in steps.items():
        console.print(Text(f"  {step:{width}}  {use}"), soft_wrap=True)


def _open(project_dir: str | Path, profiles_dir: str | None, target: str | None) -> Warehouse:
    return Warehouse.from_project(project_dir, profiles_dir, target)


def _is_behind(warehouse: Warehouse, day: date) -> bool:
    """Whether rows that arrived on `day` or later have been loaded already."""
    for name in frames(FIRST_DAY):
        relation = warehouse.adapter.Relation.create(
            database=warehouse.adapter.config.credentials.database, schema=SCHEMA, identifier=name
        )
        if warehouse.columns(relation) is not None:
            ((last,),) = warehouse.rows(f"select max(loaded_at) from {relation}")
            if last is not None and last.date() >= day:
                return True
    return False


def _forget_bins(warehouse: Warehouse) -> None:
    """Drop the grids, which outlive a full refresh: they were fitted on rows of a later day."""
    for node in warehouse.manifest.nodes.values():
        if node.name.endswith("__grid") and node.config.materialized == "incremental":
            relation = warehouse.relation(node.name)
            if warehouse.columns(relation) is not None:
                warehouse.execute(f"drop table {relation} cascade")


def findings_table(findings: pd.DataFrame) -> Table:
    """One row per alert: its worst metric, and how many others agree.

    Eighty columns hold it, for that is how wide output is that goes to no terminal.
    """
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="bold")
    table.add_column("model", overflow="fold")
    for name in ("metric", "from", "to"):
        table.add_column(name, no_wrap=True)
    for name in ("last", "limit"):
        table.add_column(name, justify="right", no_wrap=True)
    for monitor, of_monitor in findings.groupby("monitor", sort=False):
        table.add_row(Text(str(monitor), style="bold"))
        for alert in of_monitor.to_dict("records"):
            others = len(str(alert["metrics"]).split(", ")) - 1
            table.add_row(
                f"  {alert['subject']}",
                str(alert["metric"]) + (f" +{others}" if others else ""),
                f"{alert['first_window']:%d %b}",
                f"{alert['last_window']:%d %b}",
                f"{alert['value']:.3g}",
                "" if pd.isna(alert["alert_limit"]) else f"{alert['alert_limit']:.3g}",
            )
    return table
