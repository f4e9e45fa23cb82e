"""`monitor unhelpful`: an alert that nobody needed."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.options import feedback_options


@click.command()
@feedback_options
def unhelpful(**given: Any) -> None:
    """Mark each ALERT as unhelpful: a false alarm, or nothing that anybody would act on.

    Marks are counted by rule in the table ml_monitor__alert_rules. The alert stays in its state;
    acknowledge or snooze it too to be rid of it.

    \b
    Example:
      monitor unhelpful 3f8a12 --note "a public holiday"
    """  # noqa: D301
    from monitor.project.feedback import record

    for alert in record(action="unhelpful", **given):
        click.echo(f"marked as unhelpful {alert.alert_id}: {alert.summary}")
