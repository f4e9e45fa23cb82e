"""Few false alerts, few missed faults, and the same ones on both engines.

`make alarms` measures the bars on many more streams; these are a fixed few, by the same code.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.alarms import judged
from benchmarks.alarms.judgement import OURS, judge
from benchmarks.alarms.outcome_streams import outcomes, write_outcomes
from benchmarks.alarms.profiled import FIRST_DAY, Writer, declaration, declare, run_results
from benchmarks.alarms.report import FOUND, alerts_of
from benchmarks.alarms.streams import Fault, Setting, streams
from tests.support.project import NewProject

FAULTS = tuple(dict.fromkeys(fault for fault, _, _ in FOUND))
SEEDS = 3


def test_verdicts_on_both_engines(new_project: NewProject) -> None:
    setting = Setting(1_000, healthy_days=30, faults=FAULTS)
    found = {
        engine: judge(new_project(engine), setting, SEEDS, 11) for engine in ("duckdb", "postgres")
    }
    ours, plain = found["duckdb"].alerts[OURS], found["duckdb"].alerts["PSI > mean + 3 sd"]
    # 3 models of 20 features: a third of a quarter of each
    healthy = slice(0, setting.healthy_days)
    assert judged.runs(ours[..., healthy]).sum() <= 1
    assert judged.runs(plain[..., healthy]).sum() > 20
    for fault, kind, least in FOUND:
        # every day of a fault is a first window here: no verdict looks at the day before
        days = alerts_of(setting, fault, kind, found["duckdb"], OURS)
        assert days.mean() >= least - 2 * np.sqrt(least * (1 - least) / days.size), (fault, kind)
    assert np.array_equal(ours, found["postgres"].alerts[OURS])
    assert ours.any()


def test_alerts_are_counted_as_the_alert_log_counts_them(
    new_project: NewProject, engine: str
) -> None:
    """A stream that is a version has the alerts that it would have as a monitor of its own."""
    faults = (Fault("shift", 0.6), Fault("null", 0.04), Fault("accuracy", 0.15))
    setting = Setting(300, reference_days=14, healthy_days=4, daily=0.15, features=6, faults=faults)
    project = new_project(engine)
    names = ["together", "first", "second"]
    declare(project, {name: declaration(setting) for name in names})
    drawn = list(streams(setting, 2, np.random.default_rng(5)))
    labelled = outcomes(setting, 2, np.random.default_rng(6))
    for name, seeds in zip(names, ([0, 1], [0], [1]), strict=True):
        writer = Writer(project, name, setting)
        for feature, counts in drawn:
            writer.add(feature, counts[:, seeds])
        writer.write(len(seeds))
        write_outcomes(project, name, setting, labelled[seeds])
    run_results(project, "ml_monitor__alerts")
    for metrics, concern in ((judged.DRIFT, "data"), (judged.PERFORMANCE, "performance")):
        counted = judged.alerts(judged.judged(project, "together", metrics))
        for version, name in enumerate(names[1:]):
            logged = project.query(
                "select subject, first_window, last_window from ml_monitor__alerts "
                f"where monitor = '{name}' and concern = '{concern}'"
            )
            own = counted[counted["model_version"] == f"v{version:03d}"]
            windows = logged[["first_window", "last_window"]].apply(pd.to_datetime)
            logged[["first_day", "last_day"]] = (windows - FIRST_DAY).apply(lambda by: by.dt.days)
            alert = ["subject", "first_day", "last_day"]
            assert len(logged) >= (4 if concern == "data" else 1)
            assert sorted(map(tuple, logged[alert].to_numpy())) == sorted(
                map(tuple, own[alert].to_numpy())
            )
