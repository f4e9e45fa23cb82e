"""`monitor status`: one line a monitor, and what to know before trusting it."""

from __future__ import annotations

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
    from rich.text import Text

    from monitor.cli.tables import table
    from monitor.project.results import result_relation
    from monitor.warehouse import Warehouse

    with Warehouse.from_project(project_dir, profiles_dir, target) as warehouse:
        relation = result_relation(warehouse, "ml_monitor__status")
        frame = warehouse.frame(f"select * from {relation} order by monitor")
    if frame.empty:
        click.echo(
            "No monitor is declared; declare one under vars.ml_monitor in dbt_project.yml and run "
            "`monitor add`."
        )
        return
    console = Console()
    columns = [column for column in (*_TEXTS, *_COUNTS) if column in frame.columns]
    rows = frame[columns].astype(object).itertuples(index=False, name=None)
    console.print(table(columns, rows, right=_COUNTS, folded=("monitor",)))
    for record in frame.to_dict("records"):
        if record.get("message"):
            console.print(Text(f"\n{record['monitor']}: {record['message']}"))
