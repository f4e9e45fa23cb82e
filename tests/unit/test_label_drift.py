"""Drift of what came true: its numbers by hand, and no verdict before the labels are in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.support.project import MonitoredProject, NewProject
from tests.support.rebuild import unchanged

BUILD = ("--select", "+ml_monitor__drift", "+ml_monitor__limits")
ROWS_A_DAY = 200
REFERENCE_DAYS, DAYS = 4, 9
LABELS = {"relation": "raw.labels", "label": "label", "timestamp": "known", "loaded_at": "loaded"}
MONITOR: dict[str, Any] = {
    "predictions": "raw.scores",
    "id": "id",
    "timestamp": "at",
    "loaded_at": "at",
    "reference": {"from": "2026-01-01", "to": "2026-01-05"},
    "segments": ["region"],
    "features": {"numeric": ["x"]},
    "labels": LABELS,
}
BINARY = {**MONITOR, "version": "version", "task": "binary", "score": "score", "positive": "yes"}
REGRESSION = {
    **MONITOR,
    "task": "regression",
    "prediction": "guess",
    "labels": {**LABELS, "label": "amount"},
    "metrics": "all",
}
CLASSES = {
    **MONITOR,
    "task": "multiclass",
    "prediction": "colour",
    "labels": {**LABELS, "label": "colour"},
    "metrics": ["total_variation_distance"],
}


def scored() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predictions, and labels of all but the last day, three days late; the share of yes falls."""
    rng = np.random.default_rng(11)
    n = DAYS * ROWS_A_DAY
    day = np.arange(n) // ROWS_A_DAY
    rows = pd.DataFrame(
        {
            "id": range(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "version": np.where(np.arange(n) % 3 == 0, "2", "1"),
            "score": rng.integers(1, 10, n) / 10,
            "guess": rng.integers(0, 12, n).astype(float),
            "x": rng.integers(0, 9, n),
            "region": rng.choice(["north", "south"], n),
            "colour": rng.choice(["red", "green"], n),
        }
    )
    has_moved = day >= REFERENCE_DAYS
    is_yes = rng.random(n) < np.where(has_moved, 0.2, 0.6)
    labels = pd.DataFrame(
        {
            "id": rows["id"],
            "label": np.where(is_yes, "yes", "no"),
            "amount": rng.integers(0, 12, n) * np.where(has_moved, 0.5, 1.0) // 1,
            "colour": np.where(has_moved & (rng.random(n) < 0.1), "blue", rows["colour"]),
            "known": rows["at"] + pd.Timedelta(days=3),
            "loaded": rows["at"] + pd.Timedelta(days=3),
        }
    )
    return rows, labels[day < DAYS - 1]


def in_time(labels: pd.DataFrame) -> pd.Series[bool]:
    """Whether a label comes before the late ones: all of the first days, and a tenth."""
    return (labels["loaded"] < "2026-01-09") | (labels["id"] % 10 == 0)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    project: MonitoredProject = new_project(request.param)
    rows, labels = scored()
    project.load("scores", rows)
    project.load("labels", labels)
    project.load("late_labels", labels[in_time(labels)])
    binary = {**BINARY, "baselines": ["previous"], "roll_up": ["week"]}
    late = {**BINARY, "labels": {**LABELS, "relation": "raw.late_labels"}}
    project.declare(binary=binary, price=REGRESSION, classes=CLASSES, late=late)
    project.build(*BUILD)
    project.test(*BUILD)
    return project


@pytest.fixture(scope="module")
def drift(project: MonitoredProject) -> pd.DataFrame:
    frame = project.query("select * from ml_monitor__drift where feature = '__label__'")
    keys = ["monitor", "grain", "window_start", "baseline", "model_version", "segment_value"]
    return frame.set_index([*keys, "metric"]).sort_index()


def row(
    drift: pd.DataFrame, monitor: str, metric: str, version: str = "all", segment: str = "all",
    day: str = "2026-01-06", baseline: str = "reference", grain: str = "day",
) -> pd.Series[Any]:  # fmt: skip
    key = (monitor, grain, pd.Timestamp(day), baseline, version, segment, metric)
    found = drift.loc[key]
    assert isinstance(found, pd.Series)
    return found


def index(a: list[int], r: list[int]) -> float:
    pairs = [(x / sum(a), y / sum(r)) for x, y in zip(a, r, strict=True)]
    return sum((q - p) * math.log(q / p) for q, p in pairs)


def parts(version: str, region: str, start: str, end: str) -> pd.DataFrame:
    rows, labels = scored()
    both = rows.merge(labels.drop(columns="colour"), on="id")
    both = both.merge(labels[["id", "colour"]].rename(columns={"colour": "true_colour"}), on="id")
    both = both[(both["at"] >= start) & (both["at"] < end)]
    both = both if version == "all" else both[both["version"] == version]
    return both if region == "all" else both[both["region"] == region]


@pytest.mark.parametrize(
    ("version", "region"), [("all", "all"), ("2", "all"), ("all", "north"), ("1", "south")]
)
def test_classes_by_version_and_segment(drift: pd.DataFrame, version: str, region: str) -> None:
    window = parts(version, region, "2026-01-06", "2026-01-07")
    for baseline, start, end in (
        ("reference", "2026-01-01", "2026-01-05"),
        ("previous", "2026-01-05", "2026-01-06"),
    ):
        other = parts(version, region, start, end)
        counts = [
            [(one["label"] == name).sum() for name in ("yes", "no")] for one in (window, other)
        ]
        found = row(
            drift, "binary", "population_stability_index", version, region, baseline=baseline
        )
        assert found["value"] == pytest.approx(index(*counts), rel=1e-9)
        assert (found["n"], found["reference_n"]) == (len(window), len(other))
        assert found["baseline_from"] == pd.Timestamp(start)


def test_a_week_of_labels(drift: pd.DataFrame) -> None:
    # of the week from the 29th of December the reference is wholly part; of the next nothing is
    window = parts("all", "all", "2026-01-05", "2026-01-12")
    reference = parts("all", "all", "2026-01-01", "2026-01-05")
    counts = [
        [(one["label"] == name).sum() for name in ("yes", "no")] for one in (window, reference)
    ]
    key = {"day": "2026-01-05", "grain": "week"}
    found = row(drift, "binary", "population_stability_index", **key)
    assert found["value"] == pytest.approx(index(*counts), rel=1e-9)
    # a day of five is without labels
    assert found["verdict"] == "insufficient_data"
    assert found["reason"] == "labels are missing: 80 % are there, 100 % are due"


def test_a_class_that_the_reference_never_had(drift: pd.DataFrame) -> None:
    window = parts("all", "all", "2026-01-06", "2026-01-07")["true_colour"]
    reference = parts("all", "all", "2026-01-01", "2026-01-05")["true_colour"]
    blue = (window == "blue").mean()
    assert blue > 0.05
    found = row(drift, "classes", "unseen_rate")
    assert (found["value"], found["verdict"]) == (pytest.approx(blue), "alert")
    shares = window.value_counts(normalize=True).sub(
        reference.value_counts(normalize=True), fill_value=0
    )
    found = row(drift, "classes", "total_variation_distance")
    assert found["value"] == pytest.approx(shares.abs().sum() / 2)


def test_a_number(drift: pd.DataFrame) -> None:
    window = parts("all", "all", "2026-01-06", "2026-01-07")["amount"]
    reference = parts("all", "all", "2026-01-01", "2026-01-05")["amount"]
    expected = {
        "kolmogorov_smirnov_statistic": stats.ks_2samp(window, reference).statistic,
        "mean_difference": window.mean() - reference.mean(),
        "wasserstein_distance": stats.wasserstein_distance(window, reference),
        "standardized_mean_difference": (window.mean() - reference.mean()) / reference.std(ddof=0),
    }
    for metric, value in expected.items():
        assert row(drift, "price", metric)["value"] == pytest.approx(value, rel=1e-9), metric
    # each whole number from 0 to 11 has a bin of its own; the reference's tenths hold one or two
    found = row(drift, "price", "population_stability_index")
    assert found["verdict"] == "alert"
    assert 9 <= round(found["noise_floor"] / (1 / len(window) + 1 / len(reference))) + 1 <= 10
    metrics = set(drift.loc["price"].index.get_level_values("metric"))
    assert not metrics & {"null_rate_difference", "tail_rate_difference", "unseen_rate"}


def test_judged_when_the_labels_are_in(project: MonitoredProject, drift: pd.DataFrame) -> None:
    assert row(drift, "binary", "population_stability_index")["verdict"] == "alert"
    # overall and by version: the label's index and classes that are unseen are two tests more
    limits = project.query(
        "select tests from ml_monitor__limits where monitor = 'binary' and family = 'drift'"
    )
    assert set(limits["tests"]) == {9 + 2}
    last = pd.Timestamp("2026-01-09")
    assert last not in drift.loc["binary"].loc["day"].index.get_level_values("window_start")


def features(project: MonitoredProject) -> pd.DataFrame:
    # of all windows but the last, which each run counts again
    return project.query(
        "select distinct window_key, dependency from ml_monitor__drift_numbers "
        "where monitor = 'late' and window_start < timestamp '2026-01-09' order by window_key"
    )


def test_late_labels_leave_the_features_alone(project: MonitoredProject) -> None:
    others = ("binary", "price", "classes")
    before = features(project)
    psi = (
        "select window_start, n, value, verdict, reason from ml_monitor__drift where feature = "
        "'__label__' and metric = 'population_stability_index' and segment = 'overall' "
        "and model_version = 'all' and monitor = 'late' order by window_start"
    )
    found = project.query(psi).set_index("window_start")
    eighth = found.loc[pd.Timestamp("2026-01-08")]
    assert (eighth["n"], eighth["verdict"]) == (ROWS_A_DAY / 10, "insufficient_data")
    assert eighth["reason"] == "labels are missing: 10 % are there, 100 % are due"
    labels = scored()[1]
    late = labels[~in_time(labels)]
    project.load("late_labels", late.assign(loaded=pd.Timestamp("2026-01-12")), mode="append")
    project.build(*BUILD, *unchanged(*others))
    stepwise = project.query(psi)
    assert stepwise.set_index("window_start").loc[pd.Timestamp("2026-01-08"), "verdict"] == "alert"
    pd.testing.assert_frame_equal(before, features(project))
    project.build(*BUILD, "--full-refresh", *unchanged(*others, views=False))
    pd.testing.assert_frame_equal(stepwise, project.query(psi), rtol=1e-12)
