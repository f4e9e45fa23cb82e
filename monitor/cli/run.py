"""`monitor run`: per-model nodes first, results second; once, or again and again."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.options import project_options

if TYPE_CHECKING:
    from monitor.project.watch import Round


@click.command()
@project_options
@click.option("--select", multiple=True, metavar="NAME", help="Only these monitors; repeatable.")
@click.option("--full-refresh", is_flag=True, help="Profile every window again.")
@click.option("--vars", "variables", metavar="YAML", help="Variables for dbt.")
@click.option(
    "--watch",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Run again so long after each start, until Ctrl-C.",
)
@click.option(
    "--rounds", type=click.IntRange(min=1), metavar="N", help="End --watch after so many."
)
def run(
    project_dir: str,
    profiles_dir: str | None,
    target: str | None,
    select: tuple[str, ...],
    full_refresh: bool,
    variables: str | None,
    watch: float | None,
    rounds: int | None,
) -> None:
    """Update the monitoring tables; a broken monitor stops only itself.

    What the monitors read (your models) is not built: run it after your own `dbt build`.
    Exit code 1 if anything broke.

    With --watch a line tells of every round: when it started, what it built and how long it took.
    What breaks is tried again in the next. A round under way is finished before Ctrl-C ends it all
    with exit code 0; after --rounds the exit code is that of the last round.

    \b
    Examples:
      monitor run --select churn
      monitor run --watch 60
    """  # noqa: D301
    parsed = _parsed(variables)
    place = (project_dir, profiles_dir, target)
    if watch is not None:
        _watch(place, select, watch, rounds, full_refresh, parsed)
        return
    if rounds is not None:
        raise click.UsageError("--rounds needs --watch")

    from rich.console import Console

    from monitor.project.build import build

    with Console(stderr=True).status("Profiling new rows and computing results …"):
        done = build(*place, select, full_refresh, parsed)
    for name, message in done.broken.items():
        click.echo(f"{name} is broken: {message}", err=True)
    click.echo(f"built {done.built} models")
    if done.broken:
        sys.exit(1)


def _watch(
    place: tuple[str, str | None, str | None],
    select: tuple[str, ...],
    seconds: float,
    rounds: int | None,
    full_refresh: bool,
    variables: dict[str, object],
) -> None:
    from monitor.project.watch import watch

    told: dict[str, str] = {}
    is_broken = False
    with _told_to_stop() as stop:
        for one in watch(*place, select, seconds, stop, rounds, full_refresh, variables):
            broken = one.done.broken if one.done is not None else {}
            is_broken = bool(broken)
            click.echo(_line(one))
            for name, message in broken.items():
                if told.get(name) != message:
                    click.echo(f"{name} is broken: {message}", err=True)
            told = dict(broken)
        if is_broken and not stop.is_set():
            sys.exit(1)


def _line(one: Round) -> str:
    start, took = f"{one.started_at:%Y-%m-%d %H:%M:%S}", f"{one.seconds:.1f} s"
    if one.done is None:
        return f"{start}  nothing new  {took}"
    broken = f"broken: {', '.join(one.done.broken)}" if one.done.broken else "none broken"
    return f"{start}  built {one.done.built} models  {broken}  {took}"


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    """Turn Ctrl-C and SIGTERM into an event, each of them once: the second has its usual effect."""
    stop = Event()
    before: dict[int, Any] = {}

    def finish(_number: int, _frame: Any) -> None:
        stop.set()
        for number, handler in before.items():
            signal.signal(number, handler)

    before |= {one: signal.signal(one, finish) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
