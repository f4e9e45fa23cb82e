"""Try other limits on history: which alerts would have opened, and which would not."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.declaration.policy import read_policy
from monitor.project.alerts import ALERTS
from monitor.project.build import UNKNOWN_RELATIONS, VIEW, Parsed, check_names, parse
from monitor.project.errors import MonitorError
from monitor.project.results import result_relation
from monitor.warehouse import Warehouse, first_line, invoke

EPISODES = "ml_monitor__alert_episodes"
INCIDENTS = "ml_monitor__known_incidents"
WINDOWS = "ml_monitor__windows"

# The project's own manifest, which has production's schema in it, stays as it is.
_OPTIONS = ("--target-path", "target/policy", "--no-write-json")
_SUBJECT = ("monitor", "segment", "segment_value", "concern", "subject")


@dataclass(frozen=True)
class Episode:
    """An alert that a set of limits opens.

    Attributes
    ----------
    metric : str
        The worst.
    first_window, last_window_end : datetime
    windows : int
        In alert.
    is_unhelpful : bool
        Whether it overlaps an alert of the same subject that was marked so.
    is_known : bool
        Whether it overlaps an incident that is declared, or an alert of the same subject that is
        acknowledged.
    """

    metric: str
    first_window: datetime
    last_window_end: datetime
    windows: int
    is_unhelpful: bool
    is_known: bool


@dataclass
class Pair:
    """The alerts of one subject and time, by the present limits and by the policy's.

    Attributes
    ----------
    monitor, segment, segment_value, concern, subject : str
    present, other : list of Episode
        In order; empty where no alert opens.
    windows_later : int or None
        How many of the monitor's windows later the policy's first alert opens, negative if earlier;
        None where one side has none.
    """

    monitor: str
    segment: str
    segment_value: str
    concern: str
    subject: str
    present: list[Episode] = field(default_factory=list)
    other: list[Episode] = field(default_factory=list)
    windows_later: int | None = None

    @property
    def first_window(self) -> datetime:
        """The first window in alert of either side."""
        return min(one.first_window for one in (*self.present, *self.other))


@dataclass(frozen=True)
class Comparison:
    """What a policy would have made of history.

    Attributes
    ----------
    pairs : list of Pair
        By monitor and time.
    schema : str
        Where the policy's views are.
    """

    pairs: list[Pair]
    schema: str

    def episodes(self, side: str) -> list[Episode]:
        """Return all alerts of `present` or `other`."""
        return [one for pair in self.pairs for one in getattr(pair, side)]


def compare(
    project_dir: str | Path,
    profiles_dir: str | None,
    target: str | None,
    file: str | Path,
    schema: str,
    select: Sequence[str] = (),
) -> Comparison:
    """Judge the numbers of production by a policy, in views of a schema of its own.

    Nothing is computed again and nothing is copied: numbers and profiles are production's.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    file : path
        See `read_policy`.
    schema : str
        The custom schema; dbt names it `<target schema>_<schema>` unless the project says
        otherwise.
    select : sequence of str
        Monitors to compare; all if empty.

    Raises
    ------
    MonitorError
        The policy is wrong, production is not built, or the views cannot be made.
    """
    declarations = check_names(project_dir, select)
    policy = read_policy(file, declarations)
    production = parse(project_dir, profiles_dir, target).manifest
    with Warehouse.of_manifest(production, project_dir) as warehouse:
        for name in (EPISODES, ALERTS, INCIDENTS, WINDOWS):
            result_relation(warehouse, name)
    variables = {"ml_monitor__schema": schema, "ml_monitor__policy": policy}
    parsed = parse(project_dir, profiles_dir, target, variables, _OPTIONS)
    views = _views_of(parsed.manifest)
    _take_from(production, parsed.manifest, set(views))
    _make(project_dir, profiles_dir, target, variables, parsed, views)
    made = parsed.manifest.nodes[f"model.ml_monitor.{EPISODES}"]
    chosen = list(select or declarations)
    with (
        Warehouse.of_manifest(production, project_dir) as warehouse,
        Warehouse.of_manifest(parsed.manifest, project_dir) as other,
    ):
        periods = _periods(warehouse)
        present = _episodes(warehouse, periods, chosen)
        proposed = _episodes(other, periods, chosen)
        windows = _windows(warehouse)
    return Comparison(list(_paired(present, proposed, windows)), str(made.schema))


def _views_of(manifest: Any) -> list[str]:
    """Return the views between the numbers and the alerts, by their unique ids."""
    found: list[str] = []
    waiting = [f"model.ml_monitor.{EPISODES}"]
    while waiting:
        name = waiting.pop()
        node = manifest.nodes.get(name)
        if node is not None and name not in found and node.config.materialized == VIEW:
            found.append(name)
            waiting += node.depends_on_nodes
    return found


def _take_from(production: Any, manifest: Any, views: set[str]) -> None:
    """Let everything but these views be read where production has it."""
    for name, node in manifest.nodes.items():
        if name not in views and name in production.nodes:
            node.schema = production.nodes[name].schema
            node.relation_name = getattr(production.nodes[name], "relation_name", None)


def _make(
    project_dir: str | Path,
    profiles_dir: str | None,
    target: str | None,
    variables: dict[str, Any],
    parsed: Parsed,
    views: Sequence[str],
) -> None:
    names = [str(parsed.manifest.nodes[view].name) for view in views]
    given = {**variables, UNKNOWN_RELATIONS: parsed.unknown}
    arguments = ["run", *_OPTIONS, "--select", *names]
    outcome = invoke(arguments, project_dir, profiles_dir, target, given, parsed.manifest)
    for result in outcome.result.results:
        if str(getattr(result.status, "value", result.status)) == "error":
            raise MonitorError(f"{result.node.name}: {first_line(result.message)}")


@dataclass(frozen=True)
class _Periods:
    """Half-open periods by what they are about; an incident without a concern is its monitor's."""

    unhelpful: dict[tuple[Any, ...], list[tuple[datetime, datetime]]]
    known: dict[tuple[Any, ...], list[tuple[datetime, datetime]]]

    def known_to(self, subject: tuple[Any, ...]) -> list[tuple[datetime, datetime]]:
        """Return the incidents of a subject's monitor and its own."""
        monitor, _, _, concern, name = subject
        names = {name, "all"} if concern == "performance" else {name}
        keys = [(monitor, None, None), *((monitor, concern, one) for one in names)]
        return [period for key in keys for period in self.known.get(key, [])]


def _periods(warehouse: Warehouse) -> _Periods:
    unhelpful, known = defaultdict(list), defaultdict(list)
    for *subject, start, end in warehouse.rows(
        f"select {', '.join(_SUBJECT)}, first_window, last_window_end "
        f"from {warehouse.relation(ALERTS)} where unhelpful_marks > 0"
    ):
        unhelpful[tuple(subject)].append((start, end))
    for *subject, start, end in warehouse.rows(
        "select monitor, concern, subject, incident_from, incident_to "
        f"from {warehouse.relation(INCIDENTS)}"
    ):
        known[tuple(subject)].append((start, end))
    return _Periods(dict(unhelpful), dict(known))


def _episodes(
    warehouse: Warehouse, periods: _Periods, monitors: Sequence[str]
) -> dict[tuple[Any, ...], list[Episode]]:
    found: dict[tuple[Any, ...], list[Episode]] = defaultdict(list)
    for *subject, metric, start, end, windows in warehouse.rows(
        f"select {', '.join(_SUBJECT)}, metric, first_window, last_window_end, windows "
        f"from {warehouse.relation(EPISODES)}"
    ):
        key = tuple(subject)
        if key[0] in monitors:
            unhelpful = _overlaps(start, end, periods.unhelpful.get(key, []))
            known = _overlaps(start, end, periods.known_to(key))
            found[key].append(Episode(metric, start, end, int(windows), unhelpful, known))
    return found


def _overlaps(start: datetime, end: datetime, periods: list[tuple[datetime, datetime]]) -> bool:
    return any(start < until and since < end for since, until in periods)


def _windows(warehouse: Warehouse) -> dict[str, list[datetime]]:
    found = defaultdict(list)
    for monitor, start in warehouse.rows(
        f"select monitor, window_start from {warehouse.relation(WINDOWS)} "
        "where window_start is not null and n > 0 order by monitor, window_start"
    ):
        found[monitor].append(start)
    return found


def _paired(
    present: dict[tuple[Any, ...], list[Episode]],
    other: dict[tuple[Any, ...], list[Episode]],
    windows: dict[str, list[datetime]],
) -> Iterator[Pair]:
    """Put together what overlaps, subject by subject."""
    pairs: list[Pair] = []
    for key in {*present, *other}:
        sides = [("present", one) for one in present.get(key, [])]
        sides += [("other", one) for one in other.get(key, [])]
        end: datetime | None = None
        for side, episode in sorted(sides, key=lambda one: (one[1].first_window, one[0])):
            if end is None or episode.first_window >= end:
                pairs.append(Pair(*key))
                end = episode.last_window_end
            end = max(end, episode.last_window_end)
            getattr(pairs[-1], side).append(episode)
    for pair in pairs:
        if pair.present and pair.other:
            starts = windows.get(pair.monitor, [])
            before, after = (
                bisect_left(starts, side[0].first_window) for side in (pair.present, pair.other)
            )
            pair.windows_later = after - before
    yield from sorted(pairs, key=lambda pair: (pair.monitor, pair.first_window, pair.subject))
