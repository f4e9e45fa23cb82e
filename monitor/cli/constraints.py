"""`monitor constraints`: what the reference suggests must hold, as YAML to adopt."""

from __future__ import annotations

import click

from monitor.cli.options import project_options


@click.command()
@click.argument("monitor")
@project_options
def constraints(
    monitor: str, project_dir: str, profiles_dir: str | None, target: str | None
) -> None:
    """Print the constraints of MONITOR as YAML, those learned from its reference and its own.

    Put what you want to hold into its declaration: a declared constraint that a window breaks is an
    alert. The table ml_monitor__constraints says what each was learned from.

    \b
    Example:
      monitor constraints churn
    """  # noqa: D301
    from monitor.project.build import check_names
    from monitor.project.constraints import as_yaml, read_constraints
    from monitor.project.errors import MonitorError
    from monitor.warehouse import Warehouse

    declaration = check_names(project_dir, [monitor])[monitor]
    with Warehouse.from_project(project_dir, profiles_dir, target) as warehouse:
        found = read_constraints(warehouse, monitor, declaration)
    if not found:
        raise MonitorError(
            f"nothing has been learned of '{monitor}' yet: its bins are fitted when its reference "
            "has ended; run `dbt build` or `monitor run`"
        )
    click.echo(as_yaml(found), nl=False)
