"""`monitor add`: the dbt models of a declared monitor."""

from __future__ import annotations

import click


@click.command()
@click.argument("name")
@click.option("--project-dir", default=".", show_default=True, metavar="DIR", help="dbt project.")
@click.option("--force", is_flag=True, help="Overwrite files that were changed.")
def add(name: str, project_dir: str, force: bool) -> None:
    """Write the dbt models of monitor NAME into models/ml_monitor/NAME.

    The monitor is declared under `vars: ml_monitor:` in dbt_project.yml. Files that are there
    already stay as they are.

    \b
    Example:
      monitor add churn
    """  # noqa: D301
    from pathlib import Path

    from monitor.declaration import DeclarationError, did_you_mean, read
    from monitor.project import nodes
    from monitor.project.errors import MonitorError

    reading = read(project_dir)
    own = [p for p in reading.problems if p.path == name or p.path.startswith((f"{name}.",))]
    if own:
        raise DeclarationError(own)
    if name not in reading.declarations:
        names = reading.declarations
        hint = did_you_mean(name, names) if names else "declare it there first"
        raise MonitorError(
            f"'{name}' is not declared under vars: ml_monitor: in dbt_project.yml; {hint}"
        )
    written = nodes.write(Path(project_dir), name, reading.declarations[name].block, force)
    for path in written:
        click.echo(f"wrote {path}")
    if not written:
        click.echo(f"{name}: nothing to do, all files are there")
