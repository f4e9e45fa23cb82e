"""Realized and estimated performance of the credit card model against the published tables."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.performance import SELECT, by_window
from tests.support.project import MonitoredProject, NewProject
from tests.support.published import chunked, published

CLASSES = ("highstreet_card", "prepaid_card", "upmarket_card")
METRICS = {
    "roc_auc": "roc_auc_macro",
    "f1": "f1_macro",
    "precision": "precision_macro",
    "recall": "recall_macro",
    "specificity": "specificity_macro",
    "accuracy": "accuracy",
}


@pytest.fixture(scope="module")
def project(new_project: NewProject) -> MonitoredProject:
    project = new_project("duckdb")
    project.declare(
        credit_card={
            "predictions": "raw.cards",
            "id": "row",
            "timestamp": "day",
            "task": "multiclass",
            "score": {name: f"y_pred_proba_{name}" for name in CLASSES},
            "prediction": "y_pred",
            "labels": {"label": "y_true"},
            "reference": {"from": "2026-01-01", "to": "2026-01-11"},
        }
    )
    project.load("cards", chunked("credit_card", 6000))
    project.build(*SELECT)
    return project


def test_each_chunk_is_as_published(project: MonitoredProject) -> None:
    expected = pd.read_csv(published("credit_card") / "expected" / "realized_performance.csv")
    values = by_window(project.query("select * from ml_monitor__performance")).iloc[10:]
    assert len(values) == len(expected) == 10
    for theirs, ours in METRICS.items():
        gaps = abs(values[ours].to_numpy() - expected[f"{theirs}.value"].to_numpy())
        assert gaps.max() < 1e-6, theirs


def test_estimates_are_near_the_published_ones(project: MonitoredProject) -> None:
    expected = pd.read_csv(published("credit_card") / "expected" / "estimated_performance.csv")
    performance = project.query("select * from ml_monitor__performance")
    values = by_window(performance, "estimated").iloc[10:]
    assert len(values) == len(expected) == 10
    for theirs, ours in (("roc_auc", "roc_auc_macro"), ("f1", "f1_macro")):
        gaps = abs(values[ours].to_numpy() - expected[f"{theirs}.value"].to_numpy())
        assert gaps.max() < 1e-3, theirs


def test_the_confusion_matrix_is_met(project: MonitoredProject) -> None:
    expected = pd.read_csv(published("credit_card") / "expected" / "realized_confusion.csv")
    cells = project.query(
        "select * from ml_monitor__confusion where source = 'realized' order by window_start"
    )
    for actual in CLASSES:
        for predicted in CLASSES:
            cell = cells[(cells["actual"] == actual) & (cells["predicted"] == predicted)]
            published_shares = expected[f"true_{actual}_pred_{predicted}.value"].to_numpy()
            assert abs(cell["n"].to_numpy()[10:] / 6000 - published_shares).max() < 1e-6
