"""What is known not to be usual teaches no limit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitor.project.feedback import record
from tests.alerts.stream import day
from tests.conftest import NewProject
from tests.support.project import MonitoredProject
from tests.support.scores import block

DAYS, ROWS, BAD_DAY = 14, 300, 4
KEYS = "monitor, model_version, window_start, segment, segment_value, family, subject, metric"
JUDGED = f"select * from ml_monitor__metrics where source = 'realized' order by {KEYS}, baseline"


def rows() -> pd.DataFrame:
    """Days that differ a little, and one of the reference on which much is wrong."""
    k = np.tile(np.arange(ROWS), DAYS)
    number = np.repeat(np.arange(DAYS), ROWS)
    frame = pd.DataFrame({"id": np.arange(DAYS * ROWS), "score": (k % 100 + 0.5) / 100})
    frame["at"] = (day(0) + pd.to_timedelta(number, unit="D")).as_unit("us")
    frame["x"] = (k + number % 3 * 5) % 40 + number % 3
    is_bad = number == BAD_DAY
    frame["label"] = ((k * 37 + number * 11) % 100 < k % 100) ^ (is_bad & (k % 2 == 0))
    frame["label"] = frame["label"].astype(int)
    frame.loc[is_bad & (k % 5 == 0), "x"] = None
    frame.loc[is_bad & (k % 3 == 0), "x"] = 7
    return frame


def limits(project: MonitoredProject, monitor: str) -> pd.DataFrame:
    """The limits of the windows after the reference."""
    found = project.query(
        "select family, metric, lower_limit, upper_limit from ml_monitor__metrics "
        f"where monitor = '{monitor}' and window_start = '{day(DAYS - 1)}' and subject in "
        "('x', 'all') and verdict <> 'not_applicable' and source = 'realized'"
    )
    return found.set_index(["family", "metric"]).sort_index()


def test_windows_of_known_incidents_teach_nothing(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    project.load("scores", rows())
    common = {
        "reference": {"from": "2026-01-01", "to": "2026-01-13"},
        "features": {"numeric": ["x"]},
        "labels": {"label": "label"},
    }
    incident = {"from": "2026-01-05", "to": "2026-01-06", "reason": "a broken feed"}
    project.declare(silent=block(**common), told=block(**common, incidents=[incident]))
    project.build("--select", "+ml_monitor__alerts")

    wide, narrow = limits(project, "silent"), limits(project, "told")
    for key, limit in (
        (("drift", "population_stability_index"), "upper_limit"),
        (("quality", "null_rate"), "upper_limit"),
        (("performance", "accuracy"), "lower_limit"),
    ):
        beyond = 1 if limit == "upper_limit" else -1
        assert beyond * (wide.loc[key, limit] - narrow.loc[key, limit]) > 0.01, key

    # that window is judged all the same, by what the others teach
    alerts = project.query(
        "select alert_id, monitor, first_window, windows from ml_monitor__alerts "
        "where subject = 'x' order by monitor"
    )
    assert alerts["first_window"].tolist() == [day(BAD_DAY)] * 2
    assert alerts["windows"].tolist() == [1, 1]

    # an acknowledgement says the same as a declaration of what it is about, from the next run on:
    # in between, windows of the reference are judged as before too
    judged = project.query(JUDGED)
    alert = alerts["alert_id"][0]
    record(project.folder, None, None, [alert], "acknowledge", note="a feed")
    pd.testing.assert_frame_equal(limits(project, "silent"), wide)
    pd.testing.assert_frame_equal(project.query(JUDGED), judged)
    project.build("--select", "+ml_monitor__metrics")
    of_x = limits(project, "silent")
    pd.testing.assert_frame_equal(of_x.drop("performance"), narrow.drop("performance"))
    pd.testing.assert_frame_equal(of_x.loc[["performance"]], wide.loc[["performance"]])
    record(project.folder, None, None, [alert], "acknowledge", note="a feed", is_incident=True)
    project.build("--select", "+ml_monitor__metrics")
    pd.testing.assert_frame_equal(limits(project, "silent"), narrow)

    # and no longer once it is taken back
    every = project.query("select alert_id from ml_monitor__alerts where monitor = 'silent'")
    reopened = every["alert_id"].tolist()
    record(project.folder, None, None, reopened, "reopen")
    pd.testing.assert_frame_equal(limits(project, "silent"), narrow)
    project.build("--select", "+ml_monitor__metrics")
    pd.testing.assert_frame_equal(limits(project, "silent"), wide)
    pd.testing.assert_frame_equal(project.query(JUDGED), judged)
    record(project.folder, None, None, [alert], "acknowledge", note="a feed", is_incident=True)
    known = project.query("select * from ml_monitor__known_incidents")
    told = known[["monitor", "concern", "subject", "reason", "source"]].fillna("").to_numpy()
    assert sorted(told.tolist()) == [
        # labels of the broken feed are unlike its scores
        ["silent", "data", "__label__", "a feed", "acknowledged"],
        ["silent", "data", "x", "a feed", "acknowledged"],
        ["silent", "performance", "all", "a feed", "acknowledged"],
        ["told", "", "", "a broken feed", "declared"],
    ]
    assert set(known["incident_from"]) == {day(BAD_DAY)}
    assert set(known["incident_to"]) == {day(BAD_DAY + 1)}
