"""Missing and unseen values of the Titanic against published tables: chunk k is day k."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.project import NewProject
from tests.support.published import published

NUMERIC = ["Pclass", "Age", "SibSp", "Parch", "Fare"]
CATEGORICAL = ["Name", "Sex", "Ticket", "Cabin", "Embarked"]
FIRST = pd.Timestamp("2026-01-01")


@pytest.fixture(scope="module")
def rates(new_project: NewProject) -> pd.DataFrame:
    """Our rates by chunk, feature and metric."""
    reference = pd.read_csv(published("titanic", "titanic_reference.csv"))
    analysis = pd.read_csv(published("titanic", "titanic_analysis.csv"))
    chunks = [*(reference.index // 89), *(analysis.index // 41 + 11)]
    rows = pd.concat([reference, analysis], ignore_index=True)[[*NUMERIC, *CATEGORICAL]]
    rows["id"], rows["score"] = rows.index, 0.5
    rows["day"] = FIRST + pd.to_timedelta(chunks, unit="D")
    project = new_project()
    project.load("titanic", rows)
    project.declare(
        titanic={
            "predictions": "raw.titanic",
            "id": "id",
            "timestamp": "day",
            "task": "binary",
            "score": "score",
            "reference": {"from": "2026-01-01", "to": "2026-01-12"},
            "features": {"numeric": NUMERIC, "categorical": CATEGORICAL},
        }
    )
    project.build("--select", "+ml_monitor__quality")
    found = project.query("select window_start, feature, metric, value from ml_monitor__quality")
    found["chunk"] = (found["window_start"] - FIRST).dt.days
    return found.set_index(["metric", "feature", "chunk"])["value"].sort_index()


@pytest.mark.parametrize(
    ("metric", "table", "features"),
    [
        ("null_rate", "missing_values.csv", [*NUMERIC, *CATEGORICAL]),
        ("unseen_rate", "unseen_values.csv", ["Sex", "Ticket", "Cabin", "Embarked"]),
    ],
)
def test_rates(rates: pd.Series, metric: str, table: str, features: list[str]) -> None:
    expected = pd.read_csv(published("titanic", "expected", table))
    assert len(expected) == 22
    for feature in features:
        found = rates[metric, feature]
        assert found.index.tolist() == list(range(22))
        assert found.to_numpy() == pytest.approx(expected[f"{feature}.value"], abs=5e-7), feature
    assert rates[metric].max() > 0.5
