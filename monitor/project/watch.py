"""Run again and again, in small batches, until told to stop."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from threading import Event
from typing import Any

from monitor.project.arrivals import Inputs, look, project_files
from monitor.project.build import Built, Parsed, build, check_names, parse
from monitor.project.errors import MonitorError

_OPTIONS = ("--no-write-json",)


@dataclass(frozen=True)
class Round:
    """One round.

    Attributes
    ----------
    started_at : datetime
        UTC.
    seconds : float
    done : Built or None
        None where nothing had arrived.
    """

    started_at: datetime
    seconds: float
    done: Built | None


@dataclass(frozen=True)
class _Known:
    """What the last round that broke nothing went by."""

    files: tuple[tuple[str, int], ...]
    parsed: Parsed
    inputs: Inputs


def watch(
    project_dir: str | Path,
    profiles_dir: str | None,
    target: str | None,
    select: Sequence[str],
    seconds: float,
    stop: Event,
    rounds: int | None = None,
    is_full_refresh: bool = False,
    variables: dict[str, Any] | None = None,
) -> Iterator[Round]:
    """Build the monitors every so many seconds, counted from start to start.

    A round after one that broke nothing is short: the project is parsed, and its views are made,
    only after one of its files or the columns of what it reads have changed; and where nothing has
    arrived, nothing is done.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    select : sequence of str
        Monitors to build; all if empty.
    seconds : float
    stop : threading.Event
        Set it to end after the round under way.
    rounds : int, optional
        End after so many.
    is_full_refresh : bool
        Of the first round.
    variables : dict, optional
        Passed to dbt as vars.

    Yields
    ------
    Round
        After each; what could not be done is among its broken.

    Raises
    ------
    MonitorError
        Before the first round: there is no project, or a name is not declared.
    """
    check_names(project_dir, select)
    place = (project_dir, profiles_dir, target)
    known: _Known | None = None
    number = 0
    while not stop.is_set():
        number += 1
        started_at, started = datetime.now(timezone.utc), time.monotonic()
        done: Built | None = None
        try:
            files = project_files(project_dir)
            is_parsed = known is not None and known.files == files
            if known is not None and is_parsed:
                parsed = known.parsed
            else:
                parsed = parse(*place, variables, _OPTIONS)
            inputs = look(parsed.manifest, project_dir, select)
            is_alike = known is not None and is_parsed and known.inputs.shape == inputs.shape
            if known is None or not is_alike or inputs.rows is None or inputs != known.inputs:
                done = build(
                    *place,
                    select,
                    is_full_refresh=is_full_refresh and number == 1,
                    variables=variables,
                    parsed=parsed,
                    options=_OPTIONS,
                    with_views=not is_alike,
                )
                known = None if done.broken else _Known(files, parsed, inputs)
        except MonitorError as error:
            done, known = Built(broken={"the round": str(error)}), None
        yield Round(started_at, time.monotonic() - started, done)
        if number == rounds:
            return
        stop.wait(max(0.0, seconds - (time.monotonic() - started)))
