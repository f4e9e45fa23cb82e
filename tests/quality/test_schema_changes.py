"""Columns that come, go and change their type, also where that breaks the monitor."""

from __future__ import annotations

import pandas as pd
import pytest

from monitor.project.build import Built, build
from tests.support.project import MonitoredProject, NewProject

NODES = (
    "--select",
    "ml_monitor__monitors",
    "ml_monitor__seen_columns",
    "ml_monitor__schema_changes",
    "ml_monitor__column_changes",
)
BLOCK = {
    "predictions": "raw.scores",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
    "features": {"numeric": ["income", "age"], "categorical": ["plan"]},
    "constraints": {"plan": {"type": "text"}},
}
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "at": pd.to_datetime(["2026-01-01", "2026-01-01", "2026-01-02"]),
        "score": [0.1, 0.2, 0.3],
        "income": [1.0, 2.0, 3.0],
        "age": [30, 40, 50],
        "plan": ["a", "b", "a"],
        "note": ["x", "y", "z"],
    }
)


def changes(project: MonitoredProject, monitor: str = "shop") -> dict[str, tuple[object, ...]]:
    """The state, verdict and kind of types of each column that changed."""
    found = project.query(f"select * from ml_monitor__schema_changes where monitor = '{monitor}'")
    return {row.column_name: (row.state, row.verdict) for row in found.itertuples()}


def seen(project: MonitoredProject) -> pd.DataFrame:
    return project.query(
        "select * from ml_monitor__seen_columns order by column_name, first_seen_at"
    )


def test_columns_come_go_and_change(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    project.declare(shop=BLOCK, other=BLOCK)
    project.load("scores", FRAME)
    project.build(*NODES)
    assert changes(project) == {}
    assert len(seen(project)) == 2 * 7
    project.build(*NODES)
    again = seen(project)
    assert len(again) == 2 * 7
    assert (again["last_seen_at"] > again["first_seen_at"]).all()

    # income is gone, age is text, plan a number, which would be read, but for its constraint
    broken = FRAME.drop(columns=["income", "note"]).assign(
        age=["30", "40", "50"], plan=[1, 2, 1], extra=[True, False, True]
    )
    project.load("scores", broken)
    project.build(*NODES)
    assert changes(project) == {
        "income": ("missing", "alert"),
        "age": ("retyped", "alert"),
        "plan": ("retyped", "alert"),
        "extra": ("new", "ok"),
        "note": ("missing", "ok"),
    }
    told = project.query("select * from ml_monitor__schema_changes where column_name = 'income'")
    assert "correct the declaration or bring the column back" in told["message"].iloc[0]
    assert told["roles"].iloc[0] == "features.numeric"
    quality = project.query("select * from ml_monitor__column_changes where monitor = 'shop'")
    assert set(quality["feature"]) == {"income", "age", "plan"}
    assert set(quality["verdict"]) == {"alert"}
    # no row is lost: what was seen before is there
    assert len(seen(project)) == 2 * (7 + 4)

    project.load("scores", FRAME)
    project.build(*NODES)
    assert {name for name, (_, verdict) in changes(project).items() if verdict == "alert"} == set()
    # repaired in the window in which it broke: nothing is left to tell
    quality = project.query("select * from ml_monitor__column_changes where monitor = 'shop'")
    assert set(zip(quality["feature"], quality["verdict"], strict=True)) >= {("income", "ok")}
    assert not ((quality["feature"] == "income") & (quality["verdict"] == "alert")).any()


@pytest.fixture(scope="module")
def broken(new_project: NewProject) -> tuple[Built, MonitoredProject]:
    """Two monitors, of which each has never had a column that it reads."""
    project = new_project("duckdb")
    project.declare(
        shop={key: value for key, value in BLOCK.items() if key != "constraints"},
        bare={**BLOCK, "predictions": "raw.bare"},
    )
    project.load("scores", FRAME.drop(columns="income"))
    project.load("bare", FRAME.drop(columns="plan"))
    return build(project.folder), project


def test_a_column_that_was_never_there(broken: tuple[Built, MonitoredProject]) -> None:
    assert changes(broken[1], "bare") == {"plan": ("missing", "alert")}


def test_a_missing_column_is_an_alert_although_the_monitor_is_broken(
    broken: tuple[Built, MonitoredProject],
) -> None:
    built, project = broken
    assert set(built.broken) == {"shop", "bare"}
    told = built.broken["shop"]
    assert "features.numeric" in told or "shop__grid" in told
    alerts = project.query("select * from ml_monitor__alerts where monitor = 'shop'")
    assert list(alerts["metric"]) == ["schema_changes"]
    assert list(alerts["subject"]) == ["income"]
    assert list(alerts["state"]) == ["open"]
    assert list(alerts["severity"]) == ["high"]
    said = "income of shop is missing from the predictions or has another type"
    assert said in alerts["summary"].iloc[0]
