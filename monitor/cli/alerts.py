"""`monitor alerts`: what is wrong, and what it is called."""

from __future__ import annotations

import click

from monitor.cli.options import project_options
from monitor.project.alerts import STATES


@click.command()
@project_options
@click.option("--all", "is_all", is_flag=True, help="In whatever state.")
@click.option("--state", "states", multiple=True, type=click.Choice(STATES), help="Repeatable.")
@click.option("--select", multiple=True, metavar="NAME", help="Only these monitors; repeatable.")
def alerts(
    project_dir: str,
    profiles_dir: str | None,
    target: str | None,
    is_all: bool,
    states: tuple[str, ...],
    select: tuple[str, ...],
) -> None:
    """List open alerts, the gravest first, from the table ml_monitor__alerts.

    An incident is named where it has several alerts, whatever their state.

    The exit code is 0 also where there are some: the tests ml_monitor.no_alerts and
    ml_monitor.fresh stop a pipeline.

    \b
    Examples:
      monitor alerts
      monitor alerts --select churn --state open --state snoozed
    """  # noqa: D301
    if is_all and states:
        raise click.UsageError("give --all or --state, not both")

    from collections import Counter

    from rich.console import Console
    from rich.text import Text

    from monitor.cli.tables import table
    from monitor.project.alerts import read_alerts
    from monitor.project.build import check_names
    from monitor.warehouse import Warehouse

    check_names(project_dir, select)
    with Warehouse.from_project(project_dir, profiles_dir, target) as warehouse:
        found = [one for one in read_alerts(warehouse) if not select or one.monitor in select]
    wanted = STATES if is_all else states or ("open",)
    listed = [one for one in found if one.state in wanted]
    if not listed:
        kind = "" if is_all else f"{' or '.join(wanted)} "
        hidden = f"; {len(found)} in other states, see --all" if found else ""
        click.echo(f"no {kind}alerts{hidden}")
        return
    console = Console()
    together = Counter(one.incident_id for one in found)
    columns = ("alert", "monitor", "severity", "state", "since", "incident")
    rows = [
        (
            one.alert_id,
            one.monitor,
            one.severity,
            one.state,
            one.first_window,
            one.incident_id if together[one.incident_id] > 1 else None,
        )
        for one in listed
    ]
    console.print(table(columns, rows, folded=("monitor",)))
    for one in listed:
        console.print(Text(f"\n{one.alert_id}: {one.summary}"))
