"""Streams judged by the package and by plain rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.alarms import judged
from benchmarks.alarms.outcome_streams import outcomes, write_outcomes
from benchmarks.alarms.plain_rules import RULES
from benchmarks.alarms.profiled import Writer, declaration, declare, run_results
from benchmarks.alarms.streams import Setting, streams
from tests.support.project import MonitoredProject

Booleans = npt.NDArray[np.bool_]
OURS = "ml_monitor"


@dataclass(frozen=True)
class Judgement:
    """What each rule says of the streams of one setting.

    Attributes
    ----------
    alerts : mapping of array of bool, (seeds, parts, features, judged days)
        By rule, whether a window is in alert. Parts are the whole and, for the package alone, the
        segments.
    opened : mapping of array of int, (seeds,)
        By rule, how many alerts open in the judged days.
    subjects : tuple of str
        The features' names.
    """

    alerts: Mapping[str, Booleans]
    opened: Mapping[str, npt.NDArray[np.int64]]
    subjects: tuple[str, ...]


def judge(
    project: MonitoredProject, setting: Setting, seeds: int, rng: int | Sequence[int]
) -> Judgement:
    """Draw streams of features, have them judged, and return what each rule made of them."""
    declare(project, {"alarms": declaration(setting)})
    writer = Writer(project, "alarms", setting)
    plain: dict[str, list[Booleans]] = {name: [] for name in RULES}
    names = []
    for feature, drawn in streams(setting, seeds, np.random.default_rng(rng)):
        writer.add(feature, drawn)
        names.append(feature.name)
        for name, rule in RULES.items():
            plain[name].append(rule(feature, drawn.sum(axis=0), setting.reference_days))
    writer.write(seeds)
    run_results(project, "ml_monitor__drift", "ml_monitor__quality")
    rows = judged.judged(project, "alarms")
    versions = _versions(seeds)
    parts = ["all", *(f"part {number + 1}" for number in range(len(setting.segments)))]
    days = range(setting.reference_days, setting.days)
    alerts = {name: np.stack(found, axis=1)[:, None] for name, found in plain.items()}
    opened = {name: judged.runs(found).sum(axis=(1, 2)) for name, found in alerts.items()}
    return Judgement(
        {OURS: judged.alerted(rows, versions, parts, names, days), **alerts},
        {OURS: judged.opened(judged.alerts(rows), versions, days.start), **opened},
        tuple(names),
    )


def together(judgements: Sequence[Judgement]) -> Judgement:
    """Put the seeds of several judgements of one setting one after the other."""
    return Judgement(
        {name: np.concatenate([one.alerts[name] for one in judgements]) for name in (OURS, *RULES)},
        {name: np.concatenate([one.opened[name] for one in judgements]) for name in (OURS, *RULES)},
        judgements[0].subjects,
    )


def judge_outcomes(
    project: MonitoredProject, setting: Setting, seeds: int, rng: int | Sequence[int]
) -> Judgement:
    """Draw streams of outcomes and have them judged; the one subject is performance."""
    declare(project, {"alarms": declaration(setting)})
    Writer(project, "alarms", setting).write(seeds)
    write_outcomes(project, "alarms", setting, outcomes(setting, seeds, np.random.default_rng(rng)))
    run_results(project, "ml_monitor__judged_performance")
    rows = judged.judged(project, "alarms", judged.PERFORMANCE)
    versions = _versions(seeds)
    days = range(setting.reference_days, setting.days)
    return Judgement(
        {OURS: judged.alerted(rows, versions, ["all"], ["all"], days)},
        {OURS: judged.opened(judged.alerts(rows), versions, days.start)},
        ("all",),
    )


def _versions(seeds: int) -> list[str]:
    return [f"v{number:03d}" for number in range(seeds)]
