"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


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
