"""`monitor ack`: somebody knows of an alert."""

from __future__ import annotations

from typing import Any

import click

from monitor.cli.options import feedback_options


@click.command()
@feedback_options
def ack(**given: Any) -> None:
    """Acknowledge each ALERT: it did happen, and somebody sees to it.

    ALERT is an id that `monitor alerts` shows, or its first characters. An acknowledged alert is no
    longer open, until another metric joins it. Its windows never teach a limit, which is why one
    that is resolved may be acknowledged too.

    \b
    Examples:
      monitor ack 3f8a12 --note "the new price list, known to the team"
      monitor ack 3f8a12 --incident
    """  # noqa: D301
    from monitor.project.feedback import record

    for alert in record(action="acknowledge", **given):
        was = " (resolved already)" if alert.state == "resolved" else ""
        click.echo(f"acknowledged {alert.alert_id}{was}: {alert.summary}")
