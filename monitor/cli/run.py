"""`monitor run`: per-model nodes first, results second."""

from __future__ import annotations

import sys

import click

from monitor.cli.options import project_options


@click.command()
@project_options
@click.option("--select", multiple=True, metavar="NAME", help="Only these monitors; repeatable.")
@click.option("--full-refresh", is_flag=True, help="Profile every window again.")
@click.option("--vars", "variables", metavar="YAML", help="Variables for dbt.")
def run(
    project_dir: str,
    profiles_dir: str | None,
    target: str | None,
    select: tuple[str, ...],
    full_refresh: bool,
    variables: str | None,
) -> None:
    """Update the monitoring tables; a broken monitor stops only itself.

    What the monitors read (your models) is not built: run it after your own `dbt build`.
    Exit code 1 if anything broke.

    \b
    Example:
      monitor run --select churn
    """  # noqa: D301
    from rich.console import Console

    from monitor.project.build import build

    parsed = _parsed(variables)
    with Console(stderr=True).status("Profiling new rows and computing results …"):
        done = build(project_dir, profiles_dir, target, select, full_refresh, parsed)
    for name, message in done.broken.items():
        click.echo(f"{name} is broken: {message}", err=True)
    click.echo(f"built {done.built} models")
    if done.broken:
        sys.exit(1)


def _parsed(variables: str | None) -> dict[str, object]:
    import yaml

    if variables is None:
        return {}
    try:
        parsed = yaml.safe_load(variables)
    except yaml.YAMLError:
        parsed = None
    if not isinstance(parsed, dict):
        raise click.BadParameter(
            "write a YAML mapping, such as '{ml_monitor__as_of: 2026-03-01}'",
            param_hint="--vars",
        )
    return {str(key): value for key, value in parsed.items()}
