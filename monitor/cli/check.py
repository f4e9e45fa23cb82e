"""`monitor check`: every mistake in the declarations at once."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import project_options


@click.command()
@project_options
@click.option("--offline", is_flag=True, help="Check without the warehouse.")
def check(project_dir: str, profiles_dir: str | None, target: str | None, offline: bool) -> None:
    """Check the declarations against their schema, the project's files and the warehouse.

    Every mistake is printed with its place and its fix; exit code 1 if there is one. What is
    odd but may be right once more data is there is a warning.

    \b
    Example:
      monitor check --project-dir shop
    """  # noqa: D301
    from monitor.project.check import check as run_check

    checked = run_check(project_dir, profiles_dir, target, offline)
    for note in checked.notes:
        click.echo(f"note: {note}")
    for warning in checked.warnings:
        click.echo(f"warning: {warning}", err=True)
    for problem in checked.problems:
        click.echo(problem, err=True)
    if checked.problems:
        sys.exit(1)
    number = len(checked.names)
    if number == 0:
        click.echo("ok: no monitors are declared under vars: ml_monitor: in dbt_project.yml")
    else:
        click.echo(f"ok: {number} monitor{'' if number == 1 else 's'}")
