"""The metric registry: one source for SQL and Python."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from monitor.registry import Metric, metrics
from tests.support.project import NewProject

TEXTS = ("name", "family", "formula", "unit", "source")
NUMBERS = ("lower", "upper", "warn_at", "alert_at")


def test_entries_are_sound() -> None:
    keys = [(metric.family, metric.name) for metric in metrics()]
    assert len(keys) == len(set(keys))
    assert {"population_stability_index", "null_rate", "unseen_rate"} <= {name for _, name in keys}
    for metric in metrics():
        assert all(isinstance(getattr(metric, key), str) for key in TEXTS), metric
        assert all(
            value is None or isinstance(value, int | float)
            for value in (getattr(metric, key) for key in NUMBERS)
        ), metric
        assert metric.direction in ("higher_is_worse", "lower_is_worse", "both"), metric
        assert (metric.warn_at is None) == (metric.alert_at is None), metric
        if metric.warn_at is not None and metric.alert_at is not None:
            assert 0 < metric.warn_at <= metric.alert_at, metric


def test_tasks_are_those_that_the_macros_compute() -> None:
    folder = Path(__file__).resolve().parents[2] / "macros" / "performance" / "columns"
    named = {file.stem: re.findall(r"'(\w+)'", file.read_text()) for file in folder.glob("*.sql")}
    rates = named["rate_columns"]
    # what a model of any task has: see macros/performance/label_life.sql
    delays = {f"label_delay_quantile_{part}" for part in ("05", "50", "95")}
    labels = {*delays, "labelled_share_gap"}
    computed = {
        "binary": {*rates, *named["binary_columns"], *labels},
        "multiclass": {*rates, *named["class_columns"], *named["multiclass_columns"], *labels},
        "regression": {*named["regression_columns"], *delays},
        "ranking": {*named["ranking_columns"], *delays},
    }
    for task, names in computed.items():
        for metric in metrics():
            if metric.family == "performance":
                assert (task in metric.tasks) == (metric.name in names), (task, metric.name)


def test_the_relation_is_the_registry(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    project.build("--select", "ml_monitor__metric_registry")
    stored = project.query("select * from ml_monitor__metric_registry")
    assert len(stored) == len(metrics())
    renamed = stored.rename(
        columns={"metric": "name", "lower_bound": "lower", "upper_bound": "upper"}
    )
    by_key = {(row["family"], row["name"]): row for row in renamed.to_dict("records")}
    for metric in metrics():
        assert _differences(by_key[metric.family, metric.name], metric) == []


def _differences(row: dict[str, object], metric: Metric) -> list[str]:
    return [
        key
        for key, value in row.items()
        if not (
            (bool(pd.isna(value)) and getattr(metric, key) is None)
            or value == getattr(metric, key)
            or (isinstance(value, float) and math.isclose(value, getattr(metric, key)))
        )
    ]


def test_limits_take_what_is_declared(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    block = {
        "predictions": "raw.scores",
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "score": "score",
        "reference": {"from": "2026-01-01", "to": "2026-02-01"},
    }
    thresholds = {"hellinger_distance": {"warn_at": 0.05, "alert_at": 0.5}}
    project.declare(plain=block, strict={**block, "thresholds": thresholds})
    rows = pd.DataFrame({"id": [1], "at": [pd.Timestamp("2026-01-01")], "score": [0.5]})
    project.load("scores", rows)
    project.build("--select", "+ml_monitor__limits")
    limits = project.query("select * from ml_monitor__limits where family = 'drift'")
    limits = limits.set_index(["monitor", "metric"])
    drift = [one for one in metrics() if one.family == "drift"]
    # what is measured of vectors or attributions only those have that declare some
    shown = sum(
        not one.is_optional and one.features not in ("embedding", "attributions") for one in drift
    )
    assert len(limits) == 2 * shown + 1
    assert limits.loc[("strict", "hellinger_distance"), "alert_at"] == pytest.approx(0.5)
    assert limits.loc[("strict", "hellinger_distance"), "is_declared"]
    # an optional metric is shown to who names it
    assert ("plain", "hellinger_distance") not in limits.index
    assert limits.loc[("strict", "population_stability_index"), "alert_at"] == pytest.approx(0.1)
    assert int(limits["is_declared"].sum()) == 1
    # score and predicted class: index and NULLs of both, tails of one, unseen of the other
    assert set(limits.loc["plain"]["tests"]) == {6}
    assert set(limits.loc["strict"]["tests"]) == {8}
    chance = stats.norm.isf(0.5 / (90 * 6))
    assert limits.loc["plain"]["z_limit"].to_numpy() == pytest.approx(chance, abs=4.5e-4)
