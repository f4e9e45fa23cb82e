"""Standard errors, intervals and best constants against the rows, and how often intervals cover.

Windows are drawn from populations of a known finite number of rows, so that the true value of a
metric is its value on the population. The engines are compared in test_performance_definitions.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from tests.support import weighted
from tests.support.project import NewProject

DAYS = 300
SIZE = 400
REFERENCE_DAYS = 10
START = pd.Timestamp("2026-01-01")
POPULATION = 20_000
QUANTILES = {f"error_quantile_{percent:02d}": percent / 100 for percent in (5, 25, 50, 75, 95)}

Frame = pd.DataFrame


class Drawn(NamedTuple):
    rows: Frame
    population: Frame
    results: Frame
    numbers: dict[str, Frame]

    def day(self, number: int) -> Frame:
        return self.rows[self.rows["at"] == START + pd.Timedelta(days=number)]

    def number_of(self, monitor: str, number: int) -> dict[str, Any]:
        frame = self.numbers["regression" if monitor == "amount" else "binary"]
        day = START + pd.Timedelta(days=number)
        chosen = frame[(frame["monitor"] == monitor) & (frame["window_start"] == day)]
        return chosen.to_dict("records")[0]

    def of(self, monitor: str, metric: str) -> Frame:
        chosen = (self.results["monitor"] == monitor) & (self.results["metric"] == metric)
        return self.results[chosen].sort_values("window_start")


def _population(rng: np.random.Generator) -> Frame:
    score = (rng.beta(1.2, 2.5, POPULATION) * 50).round() / 50
    predicted = rng.lognormal(3, 0.5, POPULATION) - 8
    return pd.DataFrame(
        {
            "score": score,
            "fair": (rng.random(POPULATION) < score).astype(int),
            "bold": (rng.random(POPULATION) < 0.7 * score + 0.02).astype(int),
            "predicted": predicted,
            "amount": (predicted + 8) * rng.lognormal(0, 0.3, POPULATION) - 8,
        }
    )


@pytest.fixture(scope="module")
def drawn(new_project: NewProject) -> Drawn:
    rng = np.random.default_rng(11)
    population = _population(rng)
    rows = population.iloc[rng.integers(0, POPULATION, DAYS * SIZE)].reset_index(drop=True)
    rows["id"] = rows.index
    rows["at"] = START + pd.to_timedelta(rows["id"] // SIZE, unit="D")
    # zeros and equal labels occur
    rows.loc[rows["id"] % 97 == 0, "amount"] = 0.0
    common = {
        "predictions": "raw.rows",
        "id": "id",
        "timestamp": "at",
        "reference": {"from": "2026-01-01", "to": "2026-01-11"},
    }
    project = new_project("duckdb")
    binary = {**common, "task": "binary", "score": "score"}
    project.declare(
        fair={**binary, "labels": {"label": "fair"}},
        bold={**binary, "labels": {"label": "bold"}},
        amount={
            **common, "task": "regression", "prediction": "predicted",
            "labels": {"label": "amount"},
        },
    )  # fmt: skip
    project.load("rows", rows)
    project.build("--select", "+ml_monitor__performance")
    numbers = {
        kind: project.query(f"select * from ml_monitor__performance_numbers_{kind}")
        for kind in ("binary", "regression")
    }
    results = project.query("select * from ml_monitor__performance")
    return Drawn(rows, population, results, numbers)
