"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

# A day, or a moment of it; UTC.
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"])


def project_options(command: Command) -> Command:
    """Add --project-dir, --profiles-dir and --target."""
    for option in reversed(
        (
            click.option(
                "--project-dir",
                default=".",
                show_default=True,
                metavar="DIR",
                help="Folder of the dbt project.",
            ),
            click.option(
                "--profiles-dir",
                metavar="DIR",
                help="Folder of profiles.yml, if dbt would not find it.",
            ),
            click.option("--target", metavar="NAME", help="Target of the profile."),
        )
    ):
        command = option(command)
    return command


def feedback_options(command: Command) -> Command:
    """Add ALERT, --incident, --note, --author and what project_options adds."""
    for option in reversed(
        (
            click.argument("alerts", metavar="ALERT...", nargs=-1, required=True),
            click.option(
                "--incident",
                "is_incident",
                is_flag=True,
                help="All alerts of the incident that ALERT is, or belongs to.",
            ),
            click.option("--note", metavar="TEXT", help="Why."),
            click.option("--author", metavar="NAME", help="Who says so; else the login name."),
            project_options,
        )
    ):
        command = option(command)
    return command
