"""`monitor status`: one line a monitor, and what to know before trusting it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from monitor.cli.options import project_options

# What 80 columns hold; the table ml_monitor__status has more.
_TEXTS = ("monitor", "state", "last_window", "last_loaded_at")
_COUNTS = ("predictions", "labelled")


@click.command()
@project_options
def status(project_dir: str, profiles_dir: str | None, target: str | None) -> None:
    """Show the state of every monitor, from the table ml_monitor__status.

    \b
    Example:
      monitor status
    """  # noqa: D301
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from monitor.project.errors import MonitorError
    from monitor.warehouse import Warehouse

    with Warehouse.from_project(project_dir, profiles_dir, target) as warehouse:
        relation = warehouse.relation("ml_monitor__status")
        if relation is None:
            raise MonitorError(
                "dbt knows no model ml_monitor__status here; add the package ml_monitor to "
                "packages.yml and run `dbt deps`, or update it"
            )
        if warehouse.columns(relation) is None:
            raise MonitorError(f"{relation} is not built yet; run `dbt build` or `monitor run`")
        frame = warehouse.frame(f"select * from {relation} order by monitor")
    if frame.empty:
        click.echo(
            "No monitor is declared; declare one under vars.ml_monitor in dbt_project.yml and run "
            "`monitor add`."
        )
        return
    console = Console()
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="bold")
    columns = [column for column in (*_TEXTS, *_COUNTS) if column in frame.columns]
    for column in columns:
        table.add_column(
            column.replace("_", " "),
            justify="right" if column in _COUNTS else "left",
            no_wrap=column != "monitor",
            overflow="fold",
        )
    for row in frame[columns].astype(object).itertuples(index=False, name=None):
        table.add_row(*(Text(_text(value)) for value in row))
    console.print(table)
    for record in frame.to_dict("records"):
        if record.get("message"):
            console.print(Text(f"\n{record['monitor']}: {record['message']}"))


def _text(value: Any) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute) == (0, 0)
        return f"{value:%Y-%m-%d}" if is_day else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float) and value.is_integer():
        return f"{int(value):,}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
