"""Realized and estimated performance of the car loan model against the published tables."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.performance import SELECT, by_window
from tests.support.project import MonitoredProject, NewProject
from tests.support.published import chunked, published

METRICS = ("roc_auc", "accuracy", "f1", "precision", "recall", "specificity")


@pytest.fixture(scope="module")
def project(new_project: NewProject) -> MonitoredProject:
    frame = chunked("car_loan", 5000)
    frame["repaid"] = frame["repaid"].astype(int)
    project = new_project("duckdb")
    project.declare(
        car_loan={
            "predictions": "raw.loans",
            "id": "row",
            "timestamp": "day",
            "task": "binary",
            "score": "y_pred_proba",
            "prediction": "y_pred",
            "labels": {"label": "repaid"},
            "reference": {"from": "2026-01-01", "to": "2026-01-11"},
        }
    )
    project.load("loans", frame)
    project.build(*SELECT)
    return project


@pytest.fixture(scope="module")
def performance(project: MonitoredProject) -> pd.DataFrame:
    return project.query("select * from ml_monitor__performance")


@pytest.fixture(scope="module")
def values(performance: pd.DataFrame) -> pd.DataFrame:
    return by_window(performance).reset_index(drop=True)


def test_each_chunk_is_as_published(values: pd.DataFrame) -> None:
    expected = pd.read_csv(published("car_loan") / "expected" / "performance_by_chunk.csv")
    assert len(values) == len(expected) == 20
    columns = {name: f"realized_{name}" for name in METRICS}
    columns |= {"average_precision": "realized_ap"}
    columns |= {"prevalence": "prevalence", "selection_rate": "selection_rate"}
    for name, column in columns.items():
        assert (values[name] - expected[column]).abs().max() < 1e-9, name


@pytest.mark.parametrize(("part", "first"), [("reference", 0), ("monitoring", 10)])
def test_the_printed_tables_are_met(values: pd.DataFrame, part: str, first: int) -> None:
    path = published("car_loan") / "expected" / f"realized_performance_{part}.csv"
    expected = pd.read_csv(path)
    ours = values.iloc[first : first + len(expected)].reset_index(drop=True)
    for name in (*METRICS, "average_precision"):
        assert (ours[name] - expected[f"{name}.value"]).abs().max() < 1e-6, name


def test_estimates_are_as_published(performance: pd.DataFrame) -> None:
    expected = pd.read_csv(published("car_loan") / "expected" / "estimated_performance.csv")
    ours = by_window(performance, "estimated").iloc[10:]
    assert len(ours) == len(expected) == 10
    for name in ("roc_auc", "accuracy", "f1"):
        gaps = abs(ours[name].to_numpy() - expected[f"{name}.value"].to_numpy())
        assert gaps.max() < 1e-6, name


@pytest.mark.parametrize("source", ["realized", "estimated"])
def test_the_confusion_matrix_is_met(project: MonitoredProject, source: str) -> None:
    expected = pd.read_csv(published("car_loan") / "expected" / f"{source}_confusion.csv")
    cells = project.query(
        "select * from ml_monitor__confusion "
        f"where segment = 'overall' and source = '{source}' order by window_start"
    )
    for name, actual, predicted in [
        ("true_positive", "positive", "positive"),
        ("true_negative", "negative", "negative"),
        ("false_positive", "negative", "positive"),
        ("false_negative", "positive", "negative"),
    ]:
        cell = cells[(cells["actual"] == actual) & (cells["predicted"] == predicted)]
        shares = cell["n"].to_numpy()[10:] / 5000
        assert abs(shares - expected[f"{name}.value"].to_numpy()).max() < 1e-6, name
