"""The group of all commands: each is loaded when it is called, errors are one clear line."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import click

from monitor.project.errors import MonitorError

# Command to module; the command's function bears its name.
COMMANDS = {
    "demo": "monitor.cli.demo",
    "init": "monitor.cli.init",
    "add": "monitor.cli.add",
    "check": "monitor.cli.check",
    "run": "monitor.cli.run",
    "replay": "monitor.cli.replay",
    "app": "monitor.cli.app",
    "status": "monitor.cli.status",
    "alerts": "monitor.cli.alerts",
    "constraints": "monitor.cli.constraints",
    "ack": "monitor.cli.ack",
    "snooze": "monitor.cli.snooze",
    "unhelpful": "monitor.cli.unhelpful",
    "reopen": "monitor.cli.reopen",
}


class LazyGroup(click.Group):
    """Commands load when called: dbt and pandas take seconds that --help should not."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands in the order one meets them."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what the user can mend is printed without a trace."""
        try:
            return super().invoke(ctx)
        except MonitorError as error:
            click.echo(str(error), err=True)
            sys.exit(1)


def _version() -> str:
    try:
        return version("dbt-ml-monitor")
    except PackageNotFoundError:
        return "not installed"


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="monitor")
def main() -> None:
    """Monitor ML models in the SQL warehouse.

    \b
    Example:
      monitor init loan --predictions predictions.parquet
      cd loan
      dbt build
    """  # noqa: D301
