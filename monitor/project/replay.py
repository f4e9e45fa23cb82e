"""Build all monitors as of moments of the past, in a schema of their own."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from monitor.project.build import AS_OF, Built, build, parse
from monitor.project.errors import MonitorError

Step = Literal["hour", "day", "week", "month"]
RECORD = "ml_monitor__replay"

# The project's own manifest, which has production's schema in it, stays as it is.
_OPTIONS = ("--target-path", "target/replay", "--no-write-json")


@dataclass(frozen=True)
class Replayed:
    """One moment that was replayed.

    Attributes
    ----------
    moment : datetime
        UTC.
    done : Built
    record : str
        The relation that keeps how the numbers stood at each moment.
    """

    moment: datetime
    done: Built
    record: str


def moments(start: datetime, end: datetime, step: Step) -> list[datetime]:
    """Return the moments from `start` by `step` up to `end`, both included.

    A month after the 31st is the last day of a shorter month. Where the steps do not meet `end`,
    the last one is shorter.

    Examples
    --------
    >>> [f"{one:%d %b}" for one in moments(datetime(2026, 1, 31), datetime(2026, 4, 2), "month")]
    ['31 Jan', '28 Feb', '31 Mar', '02 Apr']
    """
    found = []
    number = 0
    while (moment := _after(start, number, step)) < end:
        found.append(moment)
        number += 1
    return [*found, end]


def _after(start: datetime, number: int, step: Step) -> datetime:
    if step != "month":
        return start + number * timedelta(**{f"{step}s": 1})
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def replay(
    project_dir: str | Path,
    profiles_dir: str | None,
    target: str | None,
    at: Sequence[datetime],
    schema: str,
    select: Sequence[str] = (),
) -> Iterator[Replayed]:
    """Build all monitors as of each moment, the first from nothing, the others on the one before.

    Views that say the same at every moment are made once, unless something broke.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    at : sequence of datetime
        UTC, in order.
    schema : str
        The custom schema; dbt names it `<target schema>_<schema>` unless the project says
        otherwise.
    select : sequence of str
        Monitors to build; all if empty.

    Yields
    ------
    Replayed
        After each moment.

    Raises
    ------
    MonitorError
        dbt would write to production, or the project does not parse.
    """
    variables = {AS_OF: str(at[0]), "ml_monitor__schema": schema}
    parsed = parse(project_dir, profiles_dir, target, variables, _OPTIONS)
    node = parsed.manifest.nodes[f"model.ml_monitor.{RECORD}"]
    is_standing = False
    for position, moment in enumerate(at):
        done = build(
            project_dir,
            profiles_dir,
            target,
            select,
            is_full_refresh=position == 0,
            variables={**variables, AS_OF: str(moment)},
            parsed=parsed,
            options=_OPTIONS,
            with_views=not is_standing,
        )
        is_standing = not done.broken
        reasons = {message.partition(": ")[2] for message in done.broken.values()}
        if not done.built and len(reasons) == 1:
            raise MonitorError(reasons.pop())
        yield Replayed(moment, done, f"{node.schema}.{node.alias}")
