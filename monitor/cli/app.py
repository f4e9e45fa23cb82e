"""`monitor app`: the viewer in a browser."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from monitor.cli.options import project_options


@click.command()
@project_options
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option(
    "--address",
    default="127.0.0.1",
    show_default=True,
    help="Where it listens; whoever reaches it can read the tables and speak of alerts.",
)
@click.option("--no-browser", is_flag=True, help="Open no browser.")
def app(
    project_dir: str,
    profiles_dir: str | None,
    target: str | None,
    port: int,
    address: str,
    no_browser: bool,
) -> None:
    """Browse the monitoring tables, until Ctrl-C.

    On DuckDB it reads the snapshot that each run publishes beside the database: a build may run at
    the same time.

    \b
    Example:
      monitor app --port 8600
    """  # noqa: D301
    from monitor.project.errors import MonitorError, no_project

    if not (Path(project_dir) / "dbt_project.yml").is_file():
        raise no_project(Path(project_dir).resolve())

    try:
        socket.create_server((address, 0)).close()
    except OSError as error:
        raise MonitorError(
            f"--address: '{address}' is no address of this machine ({error.strerror}); "
            "127.0.0.1 is reached from this machine only, 0.0.0.0 from every other"
        ) from None

    from streamlit.web import cli

    from monitor.viewer.place import Place

    Place(project_dir, profiles_dir, target).to_environment()
    script = Path(__file__).parent.parent / "viewer" / "script" / "viewer.py"
    cli.main(
        [
            *("run", str(script)),
            *("--server.port", str(port), "--server.address", address),
            *("--server.headless", str(no_browser).lower()),
            *("--server.fileWatcherType", "none"),
            *("--server.showEmailPrompt", "false"),
            # a pass over all that dbt has parsed after every run, longer than the run itself
            *("--runner.postScriptGC", "false"),
            *("--browser.gatherUsageStats", "false"),
            *("--client.toolbarMode", "viewer"),
        ],
        standalone_mode=False,
    )
