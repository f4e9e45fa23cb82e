"""`monitor replay`: what was known at moments of the past, or what other limits make of it."""

from __future__ import annotations

import re
import sys
from datetime import datetime

import click

from monitor.cli.options import MOMENT, project_options


def _schema_name(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise click.BadParameter(f"'{name}' is no name of letters, digits and underscores")
    return name


@click.command()
@project_options
@click.option("--as-of", type=MOMENT, metavar="DATE", help="One moment, UTC.")
@click.option("--from", "start", type=MOMENT, metavar="DATE", help="First of many moments.")
@click.option("--to", "end", type=MOMENT, metavar="DATE", help="Last of many moments.")
@click.option(
    "--step",
    type=click.Choice(["hour", "day", "week", "month"]),
    default="day",
    show_default=True,
    help="From one moment to the next.",
)
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Try the limits of this YAML file on all of history.",
)
@click.option(
    "--schema",
    callback=_schema_name,
    metavar="NAME",
    help="Where to build; dbt puts the target's schema before it.  [default: replay, or policy]",
)
@click.option("--select", multiple=True, metavar="NAME", help="Only these monitors; repeatable.")
def replay(
    project_dir: str,
    profiles_dir: str | None,
    target: str | None,
    as_of: datetime | None,
    start: datetime | None,
    end: datetime | None,
    step: str,
    policy: str | None,
    schema: str | None,
    select: tuple[str, ...],
) -> None:
    """Build what was known at a moment into a schema of its own; production stays as it is.

    Nothing loaded after the moment is seen. With --from and --to the moments follow each other,
    both ends included, and the table ml_monitor__replay there keeps how every number stood at each.
    It starts over: what an earlier replay left there of these monitors is replaced, but for the
    rows that ml_monitor__replay has of other moments.
    Exit code 1 if anything broke.

    With --policy the numbers stay what they are now and are judged by other limits: monitors, or
    `all` of them, with the keys thresholds, limits and min_rows, each in the place of the declared
    one. It prints which alerts would have opened, by the present limits and by those.

    \b
    Examples:
      monitor replay --as-of 2026-03-01
      monitor replay --from 2026-03-01 --to 2026-04-01 --step week --select churn
      monitor replay --policy stricter.yml
    """  # noqa: D301
    if policy is not None:
        if (as_of, start, end) != (None, None, None):
            raise click.UsageError("--policy goes over all of history; leave out the moments")
        _try((project_dir, profiles_dir, target), policy, schema or "policy", select)
        return
    at = _moments(as_of, start, end, step)
    schema = schema or "replay"

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from monitor.project import replay as project

    broken: dict[str, str] = {}
    record = ""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    console = Console(stderr=True)
    is_hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_hidden) as progress:
        task = progress.add_task(f"As of {at[0]} …", total=len(at))
        steps = project.replay(project_dir, profiles_dir, target, at, schema, select)
        for following, step_done in zip([*at[1:], at[-1]], steps, strict=True):
            record = step_done.record
            for name, message in step_done.done.broken.items():
                when = f"{name} is broken as of {step_done.moment}: {message}"
                broken.setdefault(name, when)
            progress.update(task, advance=1, description=f"As of {following} …")
    for message in broken.values():
        click.echo(message, err=True)
    span = f"as of {at[0]}" if len(at) == 1 else f"{len(at)} moments from {at[0]} to {at[-1]}"
    click.echo(f"replayed {span}; how the numbers stood is in {record}")
    if broken:
        sys.exit(1)


def _try(
    place: tuple[str, str | None, str | None], policy: str, schema: str, select: tuple[str, ...]
) -> None:
    from rich.console import Console

    from monitor.cli.policy_table import differences, totals
    from monitor.project.policy import compare

    with Console(stderr=True).status("Judging history by other limits …"):
        comparison = compare(*place, policy, schema, select)
    console = Console()
    if comparison.pairs:
        console.print(differences(comparison))
        console.print()
    console.print(totals(comparison))
    click.echo(f"\nthe policy's views are in {comparison.schema}; production stays as it is")


def _moments(
    as_of: datetime | None, start: datetime | None, end: datetime | None, step: str
) -> list[datetime]:
    from monitor.project.replay import moments

    if as_of is not None and start is None and end is None:
        return [as_of]
    if as_of is not None or start is None or end is None:
        raise click.UsageError("give either --as-of, or both --from and --to")
    if start > end:
        raise click.BadParameter(f"{start} is after --to {end}", param_hint="--from")
    return moments(start, end, step)  # type: ignore[arg-type]
