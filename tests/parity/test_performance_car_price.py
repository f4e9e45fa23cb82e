"""Realized and estimated performance of the car price model against the published tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.performance import SELECT, by_window, regression_metrics
from tests.support.project import NewProject
from tests.support.published import chunked, published

METRICS = ("mae", "mape", "mse", "msle", "rmse", "rmsle")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return chunked("car_price", 6000)


@pytest.fixture(scope="module")
def performance(new_project: NewProject, frame: pd.DataFrame) -> pd.DataFrame:
    project = new_project("duckdb")
    project.declare(
        car_price={
            "predictions": "raw.prices",
            "id": "row",
            "timestamp": "day",
            "task": "regression",
            "prediction": "y_pred",
            "labels": {"label": "y_true"},
            "reference": {"from": "2026-01-01", "to": "2026-01-11"},
            "features": {"numeric": ["price_new", "car_age"]},
            "segments": ["car_age", "price_new"],
        }
    )
    project.load("prices", frame)
    project.build(*SELECT)
    return project.query("select * from ml_monitor__performance")


@pytest.fixture(scope="module")
def values(performance: pd.DataFrame) -> pd.DataFrame:
    return by_window(performance)


def test_each_chunk_is_as_published(values: pd.DataFrame) -> None:
    expected = pd.read_csv(published("car_price") / "expected" / "realized_performance.csv")
    assert len(expected) == 10
    for name in METRICS:
        theirs = expected[f"{name}.value"].to_numpy()
        # the table is printed with six digits
        half_a_digit = 0.5001 * 10 ** (np.floor(np.log10(theirs)) - 5)
        assert (abs(values[name].to_numpy()[10:] - theirs) <= half_a_digit).all(), name


def test_each_chunk_is_as_computed_from_its_rows(values: pd.DataFrame, frame: pd.DataFrame) -> None:
    for day, rows in frame.groupby("day"):
        expected = regression_metrics(rows["y_true"].to_numpy(), rows["y_pred"].to_numpy())
        for name, value in expected.items():
            assert values.loc[day, name] == pytest.approx(value, rel=1e-9, abs=1e-9), (day, name)


def test_estimates_are_near_the_published_ones(performance: pd.DataFrame) -> None:
    """The price of the new car decides how far predictions are off, beside the prediction."""
    expected = pd.read_csv(published("car_price") / "expected" / "estimated_performance.csv")
    ours, realized = by_window(performance, "estimated"), by_window(performance)
    ratios = ours["rmse"].to_numpy()[10:] / expected["rmse.value"].to_numpy()
    assert abs(ratios - 1).max() < 0.03
    assert abs(ours["rmse"] / realized["rmse"] - 1).max() < 0.07
    bands = performance[performance["segment"] == "price_new"]["segment_value"].unique()
    assert len(bands) == 10
    assert sorted(bands)[0].startswith("01: below ")


def test_error_quantiles_are_within_a_bin(values: pd.DataFrame, frame: pd.DataFrame) -> None:
    for day, rows in frame.groupby("day"):
        error = (rows["y_pred"] - rows["y_true"]).to_numpy()
        median = float(np.median(np.abs(error)))
        assert values.loc[day, "median_absolute_error"] == pytest.approx(median, rel=0.02)
        for percent in (5, 25, 50, 75, 95):
            quantile = float(np.quantile(error, percent / 100))
            ours = values.loc[day, f"error_quantile_{percent:02d}"]
            assert ours == pytest.approx(quantile, rel=0.04, abs=0.005 * np.std(error))
