"""What an alert says is true of all of it: whose rule is broken, what has happened, and when."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.project.feedback import record
from monitor.warehouse import invoke
from tests.alerts.stream import day
from tests.conftest import NewProject
from tests.support.project import MonitoredProject
from tests.support.scores import block

DAYS, ROWS = 28, 400
REFERENCE = {"from": "2026-01-01", "to": "2026-01-15"}
FEATURES = ["tenure", "fee", "mixed", "scarce"]
DRIFT, FROZEN_DAY, EMPTY_DAY, KEPT_DAY, SCARCE = range(18, 21), 16, 25, 26, (22, 23)
CONSTRAINTS: dict[str, Any] = {
    "tenure": {"minimum": 1, "maximum": 60},
    "scarce": {"null_rate": 0.5},
    "__row__": {"minimum_rows": 300},
}


def rows() -> pd.DataFrame:
    """Days that are all alike, but for what each feature is named after."""
    k = np.tile(np.arange(ROWS), DAYS)
    number = np.repeat(np.arange(DAYS), ROWS)
    frame = pd.DataFrame({"id": np.arange(DAYS * ROWS), "score": (k % 100 + 0.5) / 100})
    frame["at"] = (day(0) + pd.to_timedelta(number, unit="D")).as_unit("us")
    has_drift = np.isin(number, DRIFT)
    for feature in FEATURES:
        frame[feature] = (1 + k % 20).astype(float)
    for feature in ("tenure", "mixed"):
        frame.loc[has_drift, feature] = 1.0 + k[has_drift] % 10
    # one row of every day but one
    frame.loc[(k == 0) & (number != KEPT_DAY), "tenure"] = 75.25
    frame.loc[number == FROZEN_DAY, "fee"] = 7.0
    frame.loc[number == DRIFT[1], "mixed"] = 7.0
    frame.loc[np.isin(number, SCARCE) & (k % 20 < 8), "scarce"] = np.nan
    return frame[number != EMPTY_DAY]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    made = new_project(request.param)
    stream = rows()
    made.load("scores", stream)
    made.load("weekdays", stream[stream["at"].dt.day_name() != "Sunday"])
    common = {"reference": REFERENCE, "features": {"numeric": FEATURES}}
    made.declare(
        shop=block(**common, constraints=CONSTRAINTS, severity={"tenure": "critical"}),
        slow=block(**common, late_by="5000 days", constraints={"__row__": {"minimum_rows": 300}}),
        closed=block(
            predictions="raw.weekdays", **common, constraints={"__row__": {"minimum_rows": 300}}
        ),
    )
    made.build("--select", "+ml_monitor__incidents")
    return made


@pytest.fixture(scope="module")
def alerts(project: MonitoredProject) -> pd.DataFrame:
    found = project.query("select * from ml_monitor__alerts order by first_window, alert_id")
    return found.set_index(["monitor", "subject", "concern"]).sort_index()


def test_a_broken_constraint_is_an_alert_of_its_own(alerts: pd.DataFrame) -> None:
    """With dates of its own, beside what has moved, and as grave as its feature is declared."""
    earlier, later = alerts.loc[("shop", "tenure", "constraint")].to_dict("records")
    (drift,) = alerts.loc[[("shop", "tenure", "data")]].to_dict("records")
    assert earlier["summary"] == (
        "tenure of shop breaks its constraint: values from 1 to 60 are allowed (greatest 75.25) "
        "from 2026-01-01 to 2026-01-25, 10,000 rows"
    )
    assert later["summary"] == (
        "tenure of shop breaks its constraint: values from 1 to 60 are allowed (greatest 75.25) "
        "since 2026-01-28, 400 rows"
    )
    assert drift["summary"].startswith("tenure of shop has moved: population stability index ")
    assert drift["summary"].endswith(" from 2026-01-19 to 2026-01-21, 1,200 rows")
    assert (earlier["metrics"], drift["windows"]) == ("violated_constraints", 3)
    assert "violated_constraints" not in drift["metrics"]
    assert {earlier["severity"], drift["severity"]} == {"critical"}
    # they began at other times, and are other incidents
    assert earlier["incident_id"] != drift["incident_id"]


def test_what_names_a_cause_speaks_first(alerts: pd.DataFrame) -> None:
    """Where it holds for the whole alert; a distribution that moves is only what follows."""
    (frozen,) = alerts.loc[[("shop", "fee", "data")]].to_dict("records")
    assert "population_stability_index" in frozen["metrics"]
    assert frozen["summary"].startswith("fee of shop is frozen: constant rate 1 (limit 0.")
    assert frozen["summary"].endswith(" in the window of 2026-01-17, 400 rows")
    (scarce,) = alerts.loc[[("shop", "scarce", "data")]].to_dict("records")
    assert "population_stability_index" in scarce["metrics"]
    assert scarce["summary"].startswith("scarce of shop has more NULLs: share 0.4 (limit ")
    # frozen on one of three days
    (mixed,) = alerts.loc[[("shop", "mixed", "data")]].to_dict("records")
    assert "constant_rate" in mixed["metrics"]
    assert mixed["summary"].startswith("mixed of shop has moved: population stability index ")
    assert mixed["summary"].endswith("1,200 rows; also frozen to one value")


def test_a_window_without_rows_has_too_few(project: MonitoredProject, alerts: pd.DataFrame) -> None:
    found = project.query(
        "select monitor, window_start, window_end, value, n, lower_limit, verdict "
        "from ml_monitor__constraint_checks "
        "where constraint_type = 'minimum_rows' and n = 0 order by monitor"
    )
    # where the reference has no Sundays none is expected
    assert found["monitor"].tolist() == ["closed", "shop", "slow"]
    for one in found.to_dict("records"):
        assert (one["window_start"], one["window_end"]) == (day(EMPTY_DAY), day(EMPTY_DAY + 1))
        assert (one["value"], one["lower_limit"]) == (0, 300)
    # rows of the last one may still come
    assert found["verdict"].tolist() == ["alert", "alert", "insufficient_data"]
    (alert,) = alerts.loc[[("shop", "__row__", "constraint")]].to_dict("records")
    assert alert["summary"] == (
        "the predictions of shop break their constraint: at least 300 rows a window are wanted "
        "(0 rows) in the window of 2026-01-26, 0 rows"
    )
    # the empty window is missed too, and both are one incident
    (missing,) = alerts.loc[[("shop", "__row__", "data")]].to_dict("records")
    assert missing["metric"] == "missing_windows"
    assert missing["incident_id"] == alert["incident_id"]


GATES = """
version: 2
models:
  - name: gate
    data_tests:
      - ml_monitor.no_alerts:
          name: of_data
          arguments: {monitor: shop, concern: data, subject: tenure}
      - ml_monitor.no_alerts:
          name: of_constraints
          arguments: {monitor: shop, concern: constraint, subject: tenure}
      - ml_monitor.no_alerts:
          name: of_performance
          arguments: {monitor: shop, concern: performance}
"""


def test_gates_and_feedback(project: MonitoredProject) -> None:
    """A constraint is a concern of data; what is said of its alert is not said of the drift."""
    gate = "select 1 as x -- depends_on: {{ ref('ml_monitor', 'ml_monitor__alerts') }}"
    (project.folder / "models" / "gate.sql").write_text(gate, encoding="utf-8")
    (project.folder / "models" / "gates.yml").write_text(GATES, encoding="utf-8")

    def failures() -> dict[str, int]:
        results = invoke(["test", "--select", "gate"], project.folder).result.results
        return {one.node.name: one.failures for one in results}

    assert failures() == {"of_data": 1, "of_constraints": 1, "of_performance": 0}
    open_alert, empty = (
        project.query(f"select alert_id from ml_monitor__alerts where {where}")["alert_id"][0]
        for where in (
            "subject = 'tenure' and state = 'open'",
            "monitor = 'shop' and subject = '__row__' and concern = 'constraint'",
        )
    )
    record(project.folder, None, None, [open_alert], "acknowledge")
    record(project.folder, None, None, [empty], "acknowledge", is_incident=True)
    assert failures() == {"of_data": 0, "of_constraints": 0, "of_performance": 0}
    known = project.query("select concern, subject from ml_monitor__known_incidents")
    assert sorted(known.itertuples(index=False, name=None)) == [
        ("constraint", "__row__"), ("constraint", "tenure"), ("data", "__row__"),
    ]  # fmt: skip
    incidents = project.query("select subjects from ml_monitor__incidents where monitor = 'shop'")
    assert "__row__" in set(incidents["subjects"])
