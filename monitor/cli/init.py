"""`monitor init`: a new dbt project from files or tables."""

from __future__ import annotations

import datetime
import os
import shlex
from typing import Any

import click

from monitor.declaration.schema import WINDOWS
from monitor.project.options import INFERRED_TASKS

_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("folder", metavar="DIR")
@click.option("--predictions", required=True, metavar="FILE|TABLE", help="What the model said.")
@click.option("--labels", metavar="FILE|TABLE", help="What came true, if in a place of its own.")
@click.option("--reference", metavar="FILE|TABLE", help="Rows to compare with.")
@click.option("--name", metavar="NAME", help="Name of the monitor; else the folder's.")
@click.option("--task", type=click.Choice(INFERRED_TASKS), help="Kind of the model.")
@click.option("--id", metavar="COLUMN", help="Unique for a prediction.")
@click.option("--timestamp", metavar="COLUMN", help="When the prediction was made.")
@click.option("--loaded-at", metavar="COLUMN", help="When the row arrived.")
@click.option("--version-column", metavar="COLUMN", help="Version of the model.")
@click.option(
    "--score", multiple=True, metavar="COLUMN", help="Probability; multiclass: class=column,…"
)
@click.option("--prediction", metavar="COLUMN", help="Predicted class or value.")
@click.option("--label", metavar="COLUMN", help="The true class or value.")
@click.option("--label-id", metavar="COLUMN", help="The predictions' id in the labels.")
@click.option("--label-timestamp", metavar="COLUMN", help="When a label became known.")
@click.option("--label-loaded-at", metavar="COLUMN", help="When a label's row arrived.")
@click.option("--positive", metavar="VALUE", help="Positive class of a binary model.")
@click.option("--numeric", multiple=True, metavar="A,B", help="Numeric features.")
@click.option("--categorical", multiple=True, metavar="A,B", help="Categorical features.")
@click.option("--segments", multiple=True, metavar="A,B,A*B", help="Segments; * combines.")
@click.option("--protected", multiple=True, metavar="A,B", help="Protected attributes.")
@click.option("--window", type=click.Choice(WINDOWS), help="Length of a window.")
@click.option("--reference-from", type=_DATE, metavar="DATE", help="First day of the reference.")
@click.option("--reference-to", type=_DATE, metavar="DATE", help="First day after the reference.")
@click.option("--database", metavar="FILE", help="DuckDB file that holds the tables.")
@click.option("--profile", metavar="NAME", help="dbt profile of the warehouse of the tables.")
@click.option("--profiles-dir", metavar="DIR", help="Folder of the profiles.yml of --profile.")
@click.option("--target", metavar="NAME", help="Target of --profile.")
def init(
    folder: str,
    reference_from: datetime.datetime | None,
    reference_to: datetime.datetime | None,
    **given: Any,
) -> None:
    """Make a dbt project in DIR that monitors one model.

    Columns are inferred from Parquet or CSV files, or from warehouse tables; every guess is
    shown with the option that changes it. Files are copied into DIR/data.

    \b
    Example:
      monitor init loan --predictions monitoring.parquet --reference reference.parquet
      cd loan
      dbt build
    """  # noqa: D301
    from monitor.project.create import Connection, create
    from monitor.project.options import InitOptions
    from monitor.project.programs import command

    connection = Connection(
        *(given.pop(key) for key in ("database", "profile", "profiles_dir", "target"))
    )
    if connection.database is not None and connection.profile is not None:
        raise click.UsageError("give --database or --profile, not both")
    for kind in ("numeric", "categorical"):
        given[kind] = given[kind] or None
    options = InitOptions(
        **given,
        reference_from=reference_from.date() if reference_from else None,
        reference_to=reference_to.date() if reference_to else None,
    )
    created = create(folder, options, connection)
    _show(created.name, created.report)
    click.echo(f"\nThe project is in {folder}. Next:\n")
    profiles_dir = connection.profiles_dir and os.path.relpath(connection.profiles_dir, folder)
    extra = "".join(
        f" {flag} {shlex.quote(value)}"
        for flag, value in (
            ("--profiles-dir", profiles_dir),
            ("--target", connection.target),
        )
        if value is not None
    )
    dbt = command("dbt", folder)
    click.echo(f"  cd {shlex.quote(folder)} && {dbt} build{extra}")


def _show(name: str, report: Any) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(title=f"Monitor {name}", title_justify="left")
    for heading in ("key", "value", "because", "change it with"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "key")
    for guess in report.guesses:
        cells = (guess.key, guess.value, guess.reason, guess.flag)
        table.add_row(*(Text(cell) for cell in cells))
    console.print(table)
    for note in report.notes:
        console.print(Text(f"* {note}"))
