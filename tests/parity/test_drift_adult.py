"""Drift of the census data against published statistics: each ten thousand rows are a day."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from monitor.stats import two_sample_chi_square
from tests.support.project import MonitoredProject, NewProject
from tests.support.published import published, read_parquet

DAYS = {"t0": pd.Timestamp("2026-01-02"), "t1": pd.Timestamp("2026-01-03")}
NUMERIC = ["age", "capital-gain", "capital-loss", "hours-per-week"]
CATEGORICAL = ["workclass", "relationship", "race", "sex"]


@pytest.fixture(scope="module")
def project(new_project: NewProject) -> MonitoredProject:
    frame = read_parquet(published("adult", "adults.parquet")).iloc[16281 : 16281 + 30_000]
    rows = frame[[*NUMERIC, *CATEGORICAL]].reset_index(drop=True)
    rows["id"], rows["score"] = rows.index, 0.5
    rows["day"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rows["id"] // 10_000, unit="D")
    project = new_project()
    project.load("adult", rows)
    project.declare(
        adult={
            "predictions": "raw.adult",
            "id": "id",
            "timestamp": "day",
            "task": "binary",
            "score": "score",
            "reference": {"from": "2026-01-01", "to": "2026-01-02"},
            "features": {"numeric": NUMERIC, "categorical": CATEGORICAL},
        }
    )
    project.build("--select", "+ml_monitor__drift")
    return project


@pytest.fixture(scope="module")
def drift(project: MonitoredProject) -> pd.DataFrame:
    found = project.query(
        "select window_start, feature, metric, value, p_value from ml_monitor__drift"
    )
    return found.set_index(["window_start", "feature", "metric"]).sort_index()


def expected(window: str, feature: str) -> tuple[str, float, float]:
    numbers = json.loads(published("published.json").read_text())["alibi_adult_drift"]
    test, statistic, p_value = numbers[window][feature]
    return test, statistic, p_value


@pytest.mark.parametrize("window", DAYS)
@pytest.mark.parametrize("feature", NUMERIC)
def test_kolmogorov_smirnov(drift: pd.DataFrame, window: str, feature: str) -> None:
    test, statistic, p_value = expected(window, feature)
    assert test == "ks"
    found = drift.loc[(DAYS[window], feature, "kolmogorov_smirnov_statistic")]
    assert round(found["value"], 3) == statistic
    assert round(found["p_value"], 3) == p_value


@pytest.mark.parametrize("window", DAYS)
def test_chi_square(drift: pd.DataFrame, window: str) -> None:
    # of the four the one without a category of less than 1 %, which share a bin in the table
    _, statistic, p_value = expected(window, "relationship")
    found = drift.loc[(DAYS[window], "relationship", "chi_square_statistic")]
    assert round(found["value"], 3) == statistic
    assert round(found["p_value"], 3) == p_value


@pytest.mark.parametrize("window", DAYS)
@pytest.mark.parametrize("feature", CATEGORICAL)
def test_chi_square_of_every_category_in_the_profile(
    project: MonitoredProject, drift: pd.DataFrame, window: str, feature: str
) -> None:
    counts = project.query(
        "select bin, window_start, n from ml_monitor__feature_profile "
        f"where feature = '{feature}' and segment = 'overall'"
    ).pivot(index="bin", columns="window_start", values="n")
    sides = [counts[day].fillna(0).to_numpy() for day in (DAYS[window], pd.Timestamp("2026-01-01"))]
    test, statistic, p_value = expected(window, feature)
    found = two_sample_chi_square(*sides, yates=test == "chi2_yates")
    assert np.round(found.statistic, 3) == statistic
    assert np.round(found.p_value, 3) == p_value
    if feature == "sex":
        plain = drift.loc[(DAYS[window], feature, "chi_square_statistic"), "value"]
        assert plain == pytest.approx(two_sample_chi_square(*sides).statistic, rel=1e-9)
