"""What the package's verdicts say of streams: windows in alert, and alerts that open.

Alerts join the versions of a monitor. Where each version is a stream of its own, the alerts of
each are counted here from the verdicts, by the rules of `ml_monitor__alert_log`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.alarms.profiled import FIRST_DAY
from tests.support.project import MonitoredProject

SUBJECT = ["model_version", "segment", "segment_value", "subject"]
SERIES = [*SUBJECT, "family", "source", "baseline", "metric"]
KEYS = "model_version, segment, segment_value"
# What ml_monitor__metrics gathers, without the performance that a drift benchmark has none of.
DRIFT = f"""
    select monitor, {KEYS}, window_start, feature as subject, 'drift' as family,
        'realized' as source, baseline, metric, verdict
    from ml_monitor__drift
    where metric not in ('null_rate_difference', 'unseen_rate')
    union all
    select monitor, {KEYS}, window_start, feature, 'quality', 'realized', 'reference', metric,
        verdict
    from ml_monitor__quality
"""
PERFORMANCE = f"""
    select monitor, {KEYS}, window_start, class as subject, 'performance' as family, source,
        'reference' as baseline, metric, verdict
    from ml_monitor__judged_performance
    where grain = 'day'
"""


def judged(project: MonitoredProject, monitor: str, metrics: str = DRIFT) -> pd.DataFrame:
    """Return the verdicts of every series that has an alert, by version.

    Columns: those of `SERIES`, `day` (counted from the first of the reference), `verdict`.
    """
    project.execute(
        f"""
        create table judged as
        select {", ".join(SERIES)}, window_start, verdict
        from ({metrics}) as metrics
        where monitor = '{monitor}' and model_version <> 'all'
            and verdict in ('ok', 'warn', 'alert')
        """
    )
    rows = project.query(
        f"""
        select judged.*
        from judged
        inner join (select distinct {", ".join(SERIES)} from judged where verdict = 'alert') as bad
            on {" and ".join(f"bad.{column} = judged.{column}" for column in SERIES)}
        """
    )
    project.execute("drop table judged")
    rows["day"] = (pd.to_datetime(rows["window_start"]) - FIRST_DAY).dt.days
    return rows.drop(columns="window_start").sort_values("day", kind="stable")


def alerted(
    rows: pd.DataFrame,
    versions: list[str],
    segment_values: list[str],
    subjects: list[str],
    days: range,
) -> npt.NDArray[np.bool_]:
    """Whether any metric is in alert, by version, part, subject and judged day."""
    found = np.zeros((len(versions), len(segment_values), len(subjects), len(days)), dtype=bool)
    is_asked = rows["day"].isin(days) & rows["subject"].isin(subjects)
    bad = rows[(rows["verdict"] == "alert") & is_asked]
    found[
        pd.Index(versions).get_indexer(pd.Index(bad["model_version"])),
        pd.Index(segment_values).get_indexer(pd.Index(bad["segment_value"])),
        pd.Index(subjects).get_indexer(pd.Index(bad["subject"])),
        bad["day"].to_numpy() - days.start,
    ] = True
    return found


@dataclass(frozen=True)
class Episode:
    """Consecutive windows in alert: first and last, and the end of what belongs to it."""

    first: int
    last: int
    reaches_to: int


def alerts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per alert: the columns of `SUBJECT`, `first_day` and `last_day`."""
    found = []
    episodes: dict[tuple[str, ...], list[Episode]] = {}
    for key, series in rows.groupby(SERIES):
        own = _episodes(series["day"].tolist(), series["verdict"].tolist())
        subject = tuple(map(str, list(key)[: len(SUBJECT)]))
        episodes.setdefault(subject, []).extend(own)
    for subject, parts in episodes.items():
        parts.sort(key=lambda episode: episode.first)
        merged = parts[:1]
        for episode in parts[1:]:
            if episode.first <= merged[-1].reaches_to:
                merged[-1] = Episode(
                    merged[-1].first,
                    max(merged[-1].last, episode.last),
                    max(merged[-1].reaches_to, episode.reaches_to),
                )
            else:
                merged.append(episode)
        found += [(*subject, episode.first, episode.last) for episode in merged]
    return pd.DataFrame(found, columns=pd.Index([*SUBJECT, "first_day", "last_day"]))


def _episodes(days: list[int], verdicts: list[str]) -> list[Episode]:
    """The stretches of one series: from an alert until a window that is ok."""
    stretches: list[list[tuple[int, str]]] = [[]]
    for number, verdict in zip(days, verdicts, strict=True):
        if verdict == "ok":
            stretches.append([])
        else:
            stretches[-1].append((number, verdict))
    found = []
    for stretch in stretches:
        bad = [number for number, verdict in stretch if verdict == "alert"]
        if bad:
            # what lasts until now may go on
            last = stretch[-1][0] if stretch is stretches[-1] else bad[-1]
            found.append(Episode(bad[0], bad[-1], last + 1))
    return found


def opened(found: pd.DataFrame, versions: list[str], first_day: int) -> npt.NDArray[np.int64]:
    """How many alerts of each version have a judged window."""
    bad = found[found["last_day"] >= first_day]
    numbers = pd.Index(versions).get_indexer(pd.Index(bad["model_version"]))
    return np.bincount(numbers, minlength=len(versions))


def runs(in_alert: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How often a window in alert follows one that is not, along the last axis."""
    before = np.concatenate([np.zeros_like(in_alert[..., :1]), in_alert[..., :-1]], axis=-1)
    return np.asarray((in_alert & ~before).sum(axis=-1))
