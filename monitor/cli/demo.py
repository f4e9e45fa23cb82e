"""`monitor demo`: simulated models in, monitoring tables out."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from monitor.cli.options import project_options


def _within_the_data(
    _context: click.Context, _option: click.Parameter, until: datetime | None
) -> date:
    from monitor.demo import END, FIRST_DAY

    day = until.date() if until else END
    if not FIRST_DAY < day <= END:
        raise click.BadParameter(
            f"{day} is not a day after {FIRST_DAY}, where the data begins, up to {END}, its end"
        )
    return day


@click.command()
@project_options
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=_within_the_data,
    metavar="DATE",
    help="Load only what had arrived before this day (2026-01-02 to 2026-05-01, the default).",
)
def demo(project_dir: str, profiles_dir: str | None, target: str | None, until: date) -> None:
    """Load the demo's data, build every table and print what was found.

    Loading it day by day gives the same tables as all at once.

    \b
    Example:
      monitor demo --until 2026-04-01
    """  # noqa: D301
    from monitor.demo.show import show
    from monitor.project.errors import MonitorError

    if not (Path(project_dir) / "models" / "demo").is_dir():
        raise MonitorError(
            f"--project-dir: {Path(project_dir).resolve()} is not a checkout of dbt-ml-monitor, "
            "which the demo runs in; clone the repository and run the command there"
        )
    show(project_dir, profiles_dir, target, until)
