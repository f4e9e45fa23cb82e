"""In `monitor run` a broken monitor stops only itself, and status tells which is broken."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from monitor.project.build import build
from tests.bad_input.tables import block, failures, run, status
from tests.support.project import MonitoredProject, NewProject

FEATURES = {"numeric": ["amount"]}
N = 20
STATUS = "+ml_monitor__status"


def _rows(days: int) -> pd.DataFrame:
    n = N * days
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta([k // N for k in range(n)], unit="D")
    frame = pd.DataFrame({"id": range(n), "at": at.astype("datetime64[us]")})
    frame["score"] = [(k % 4) / 4 for k in range(n)]
    frame["amount"] = [float(k) for k in range(n)]
    frame["label"] = [k % 2 for k in range(n)]
    return frame


def _rows_of(project: MonitoredProject, table: str, monitor: str) -> list[Any]:
    # that a column is missing is new, and told of the broken too
    found = project.query(
        f"select window_start, segment, metric, value from ml_monitor__{table} "
        f"where monitor = '{monitor}' and metric <> 'schema_changes' order by 1, 2, 3, 4"
    )
    rows: list[Any] = found.astype({"value": str}).to_numpy().tolist()
    return rows


def _days(project: MonitoredProject, monitor: str) -> dict[str, float]:
    found = project.query(
        "select window_start, value from ml_monitor__quality where feature = 'amount' "
        f"and metric = 'mean' and segment = 'overall' and monitor = '{monitor}'"
    )
    return {f"{day:%d}": mean for day, mean in found.itertuples(index=False, name=None)}


def test_broken_monitors(new_project: NewProject, engine: str) -> None:
    """One never builds, one breaks, then two read what is not there; the good one goes on."""
    project = new_project(engine)
    good = block("raw.good_scores", features=FEATURES, labels={"label": "label"})
    bad = {**good, "predictions": "raw.bad_scores"}
    project.declare(good=good, bad=bad, never=block("raw.scores", features={"numeric": ["amonut"]}))
    for table in ("scores", "good_scores", "bad_scores"):
        project.load(table, _rows(2))
    done = build(project.folder)
    assert list(done.broken) == ["never"]
    row = status(project, "never")
    assert row["state"] == "stale"
    assert row["message"].startswith("It has never been profiled: ")
    assert {name: status(project, name)["state"] for name in ("good", "bad")} == {
        "good": "ok",
        "bad": "ok",
    }
    assert _days(project, "good") == {"01": 9.5, "02": 29.5}
    tables = ("drift", "quality", "performance")
    before = {table: _rows_of(project, table, "bad") for table in tables}
    assert all(before.values())

    # both get a new day, one loses a column
    project.load("good_scores", _rows(3))
    project.load("bad_scores", _rows(3).rename(columns={"amount": "total"}))
    done = build(project.folder)
    assert sorted(done.broken) == ["bad", "never"]
    assert "features.numeric: " in done.broken["bad"]
    assert "has no column 'amount'" in done.broken["bad"]
    assert _days(project, "good") == {"01": 9.5, "02": 29.5, "03": 49.5}
    assert _days(project, "bad") == {"01": 9.5, "02": 29.5}
    for table in tables:
        assert _rows_of(project, table, "bad") == before[table], table
    assert status(project, "good")["state"] == "ok"
    assert status(project, "bad")["state"] == "stale"
    profile = project.query("select sum(n) as n from bad__feature_profile where feature = 'amount'")
    assert profile["n"].tolist() == [2 * N]

    # what dbt does not know stops only who reads it
    labels = {"relation": "raw.outcoms", "label": "label"}
    project.declare(
        good=good, bad={**bad, "predictions": "scors"}, worse={**good, "labels": labels}
    )
    project.load("good_scores", _rows(4))
    done = build(project.folder)
    assert done.broken == {
        "bad": "predictions: dbt knows no model, seed or source 'scors'; "
        "correct the name in the declaration, or add it to the project",
        "worse": "labels.relation: dbt knows no model, seed or source 'raw.outcoms'; "
        "correct the name in the declaration, or add it to the project",
    }
    states = {name: status(project, name)["state"] for name in ("good", "bad", "worse")}
    assert states == {"good": "ok", "bad": "stale", "worse": "stale"}
    assert _days(project, "good")["04"] == 69.5


def test_status_tells_whose_last_run_failed(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    blocks = {name: block(f"raw.{name}_scores", features=FEATURES) for name in ("good", "bad")}
    project.declare(**blocks)
    for name in blocks:
        project.load(f"{name}_scores", _rows(2))
    run(project, "--select", STATUS)
    assert {name: status(project, name)["state"] for name in blocks} == {"good": "ok", "bad": "ok"}

    # one plain run: dbt skips what is shared, whose views stay
    project.load("bad_scores", _rows(3).rename(columns={"amount": "total"}))
    assert {node.split("__")[0] for node in failures(project, "--select", STATUS)} == {"bad"}
    row = status(project, "good")
    assert (row["state"], row["message"].partition(":")[0]) == (
        "stale",
        "The results of 2 of its windows are older than their profiles",
    )
    row = status(project, "bad")
    assert row["state"] == "stale"
    assert row["predictions"] == 2 * N
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    told = rf"The run of {moment} did not profile it, the last that did was that of {moment}: "
    assert re.match(told, row["message"])

    # results alone, or another monitor alone, say nothing of it; a run that succeeds does
    run(project, "--select", f"{STATUS},tag:ml_monitor_results")
    assert {name: status(project, name)["state"] for name in blocks} == {
        "good": "ok",
        "bad": "stale",
    }
    project.load("bad_scores", _rows(3))
    run(project, "--select", f"{STATUS},bad__grid+", "ml_monitor__monitors")
    assert {name: status(project, name)["state"] for name in blocks} == {"good": "ok", "bad": "ok"}
    # nothing has arrived since, which is no failure
    run(project, "--select", STATUS)
    assert {name: status(project, name)["state"] for name in blocks} == {"good": "ok", "bad": "ok"}
