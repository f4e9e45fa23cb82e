"""On Postgres drift is read in the time of one pass, whatever its readers filter by."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.project import Block, MonitoredProject, NewProject

DAYS, REFERENCE_DAYS, ROWS = 56, 28, 200
FEATURES = [f"x{number:02d}" for number in range(10)]
FIRST_DAY = pd.Timestamp("2026-01-05")
BLOCK: Block = {
    "predictions": "raw.rows",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-05", "to": "2026-02-02"},
    "features": {"numeric": FEATURES},
    "segments": ["region", "channel"],
    "min_rows": 10,
}
# far above what a pass over all numbers takes, far below what one for each of them does
SECONDS = 5


def _rows() -> pd.DataFrame:
    """Rows of which the last feature has moved in the first region, of late."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"id": range(DAYS * ROWS)})
    day = rows["id"] // ROWS
    rows["at"] = FIRST_DAY + pd.to_timedelta(day, unit="D")
    rows["region"] = [f"r{value}" for value in rng.integers(0, 8, len(rows))]
    rows["channel"] = [f"c{value}" for value in rng.integers(0, 8, len(rows))]
    for name in FEATURES:
        rows[name] = rng.normal(size=len(rows)).round(3)
    rows.loc[(day >= DAYS - 7) & (rows["region"] == "r0"), FEATURES[-1]] += 5
    rows["score"] = rng.random(len(rows)).round(2)
    rows["label"] = (rng.random(len(rows)) < rows["score"]).astype(int)
    return rows


@pytest.fixture(scope="module")
def built(new_project: NewProject) -> MonitoredProject:
    project = new_project("postgres")
    project.load("rows", _rows())
    project.declare(shop=BLOCK)
    project.build("--select", "+ml_monitor__segments")
    return project


def _read(project: MonitoredProject, sql: str) -> pd.DataFrame:
    return project.query(f"set statement_timeout = '{SECONDS}s'; {sql}")


def test_drift_of_one_metric_in_all_segments(built: MonitoredProject) -> None:
    """Filters by which Postgres expects a single row, and finds thousands."""
    found = _read(
        built,
        "select count(distinct feature) as features, count(verdict) as n from ml_monitor__drift "
        "where metric = 'population_stability_index' and baseline = 'reference' "
        "and model_version = 'all'",
    )
    # the score is watched as a feature is; the labels are not cut by segment
    assert found["features"][0] >= len(FEATURES) + 1
    assert found["n"][0] >= DAYS * (1 + 8 + 8) * (len(FEATURES) + 1)


def test_segments(built: MonitoredProject) -> None:
    found = _read(built, "select * from ml_monitor__segments where kind = 'drift' order by rank")
    first = found.loc[0]
    assert (first["conditions"], first["feature"]) == ("region = r0", FEATURES[-1])
    assert first["is_beyond_limit"]
