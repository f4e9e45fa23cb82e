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

# Every metric that is or was in alert, over all versions and rows, with its latest alert.
FINDINGS = """
with named as (
    select
        monitor, family, metric, window_start, value, lower_limit, upper_limit, verdict,
        segment, model_version, case
            when family <> 'performance' then subject
            when source = 'realized' then family
            else source
        end as subject
    from {metrics}
),

alerts as (
    select
        *,
        min(window_start) over (partition by monitor, family, subject, metric) as first_window,
        count(*) over (partition by monitor, family, subject, metric) as windows,
        row_number() over (
            partition by monitor, family, subject, metric order by window_start desc
        ) as recency
    from named
    where verdict = 'alert' and segment = 'overall' and model_version = 'all'
)

select
    monitor, subject, metric, first_window, window_start as last_window, windows, value,
    case when value < lower_limit then lower_limit else upper_limit end as alert_limit
from alerts
where recency = 1
order by monitor, windows desc, subject, metric
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
        metrics = warehouse.relation("ml_monitor__metrics")
        findings = warehouse.frame(FINDINGS.format(metrics=metrics))
        if findings.empty:
            console.print("Nothing is or was in alert.")
        else:
            console.print("What is or was in alert, all versions and rows together:\n")
            console.print(findings_table(findings))
        database = f"{metrics}".rsplit(".", 1)[0]
    monitor = command("monitor")
    steps = {
        f"{monitor} status": "one line per model",
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
    """One row per model and subject: its longest alert, and how many metrics agree.

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
        for subject, found in of_monitor.groupby("subject", sort=False):
            longest = found.iloc[0]
            others = len(found) - 1
            table.add_row(
                f"  {subject}",
                str(longest["metric"]) + (f" +{others}" if others else ""),
                f"{longest['first_window']:%d %b}",
                f"{longest['last_window']:%d %b}",
                f"{longest['value']:.3g}",
                "" if pd.isna(longest["alert_limit"]) else f"{longest['alert_limit']:.3g}",
            )
    return table
