"""Drift of the car loan data against the published table: chunk k is day k."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.project import NewProject
from tests.support.published import chunked, published

FIRST = pd.Timestamp("2026-01-01")
NUMERIC = ["car_value", "debt_to_income_ratio", "loan_length", "driver_tenure"]
CATEGORICAL = ["salary_range", "repaid_loan_on_prev_car", "size_of_downpayment"]
PUBLISHED_NAME = {"__score__": "y_pred_proba", "__prediction__": "y_pred"}


@pytest.fixture(scope="module")
def drift(new_project: NewProject) -> pd.DataFrame:
    """Our drift with the published numbers beside it, by chunk, feature and metric."""
    project = new_project()
    project.load("car_loan", chunked("car_loan", 5000))
    project.declare(
        car_loan={
            "predictions": "raw.car_loan",
            "id": "row",
            "timestamp": "day",
            "task": "binary",
            "score": "y_pred_proba",
            "prediction": "y_pred",
            "reference": {"from": "2026-01-01", "to": "2026-01-11"},
            "features": {"numeric": NUMERIC, "categorical": CATEGORICAL},
        }
    )
    project.build("--select", "+ml_monitor__drift")
    found = project.query("select window_start, feature, metric, value from ml_monitor__drift")
    found["chunk"] = (found["window_start"] - FIRST).dt.days
    found["feature"] = found["feature"].replace(PUBLISHED_NAME)
    table = pd.read_csv(published("car_loan") / "expected" / "univariate_drift.csv")
    short = {
        "kolmogorov_smirnov_statistic": "kolmogorov_smirnov",
        "jensen_shannon_distance": "jensen_shannon",
        "chi_square_statistic": "chi2",
    }
    found = found[found["metric"].isin(list(short))].copy()
    names = found["feature"] + "." + found["metric"].map(short) + ".value"
    found["published"] = [
        table[name].iloc[chunk] if name in table else float("nan")
        for name, chunk in zip(names, found["chunk"], strict=True)
    ]
    return found.dropna(subset=["published"])


def test_kolmogorov_smirnov_of_all_features_and_chunks(drift: pd.DataFrame) -> None:
    ks = drift[drift["metric"] == "kolmogorov_smirnov_statistic"]
    assert len(ks) == 5 * 20
    # There a reference chunk is compared with the whole, itself included: F - (F + 9 G) / 10.
    ours = ks["value"].where(ks["chunk"] >= 10, ks["value"] * 0.9)
    assert (ours - ks["published"]).abs().max() < 0.005


def test_jensen_shannon_of_categories(drift: pd.DataFrame) -> None:
    names = [*CATEGORICAL, "y_pred"]
    rows = drift[
        (drift["metric"] == "jensen_shannon_distance")
        & drift["feature"].isin(names)
        & (drift["chunk"] >= 10)
    ]
    assert len(rows) == 4 * 10
    assert (rows["value"] - rows["published"]).abs().max() < 1e-6


def test_chi_square_of_categories(drift: pd.DataFrame) -> None:
    # Its tables of two categories have Yates' correction; those of more have none.
    names = ["salary_range", "size_of_downpayment"]
    rows = drift[
        (drift["metric"] == "chi_square_statistic")
        & drift["feature"].isin(names)
        & (drift["chunk"] >= 10)
    ]
    assert len(rows) == 2 * 10
    assert (rows["value"] / rows["published"] - 1).abs().max() < 1e-5
