"""`monitor reopen`: what was said of an alert is taken back."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.options import feedback_options


@click.command()
@feedback_options
def reopen(**given: Any) -> None:
    """Take back what was said of each ALERT: acknowledgements, snoozes and unhelpful marks.

    ALERT is an id that `monitor alerts --all` shows, or its first characters. It is in the state
    then that it would be in had nobody spoken of it; what was said stays in the table of feedback.

    \b
    Example:
      monitor reopen 3f8a12 --note "the wrong one"
    """  # noqa: D301
    from monitor.project.feedback import record

    for alert in record(action="reopen", **given):
        was = " (resolved still)" if alert.state == "resolved" else ""
        click.echo(f"reopened {alert.alert_id}{was}: {alert.summary}")
