"""`monitor snooze`: an alert is out of sight for a while."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import click

from monitor.cli.options import MOMENT, feedback_options


@click.command()
@click.option("--until", type=MOMENT, metavar="DATE", help="Until this moment, UTC.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), metavar="N", help="From now.")
@feedback_options
def snooze(until: datetime | None, days: float | None, **given: Any) -> None:
    """Snooze each ALERT: it is not open until a moment, then it is again.

    ALERT is an id that `monitor alerts` shows, or its first characters.

    \b
    Examples:
      monitor snooze 3f8a12 --days 7
      monitor snooze 3f8a12 --until 2026-04-01 --note "labels are being corrected"
    """  # noqa: D301
    if (until is None) == (days is None):
        raise click.UsageError("give either --until or --days")
    if days is not None:
        try:
            until = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(days=days)
        except OverflowError as error:
            raise click.BadParameter("is beyond the calendar's end", param_hint="--days") from error

    from monitor.project.feedback import record

    for alert in record(action="snooze", snoozed_until=until, **given):
        click.echo(f"snoozed {alert.alert_id} until {until:%Y-%m-%d %H:%M} UTC: {alert.summary}")
