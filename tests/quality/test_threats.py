"""Each simulated attack is caught in its window; a quiet stream keeps still."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.quality.stream import (
    BREAKS,
    DAYS,
    FIRST_DAY,
    REFERENCE_DAYS,
    day_of,
    declaration,
    stream,
)
from tests.support.project import MonitoredProject, NewProject

FED = stream(7, BREAKS).assign(day=lambda rows: (rows["at"] - FIRST_DAY).dt.days)
CONTENT = ["day", "x", "y", "c", "score"]
STOPPED_ON = DAYS - 3
CAUGHT = {
    (30, "__row__", "repeated_content_rate"),
    (31, "__row__", "replayed_id_rate"),
    (32, "__row__", "largest_entity_rate"),
    (34, "x", "constant_rate"),
    (34, "y", "constant_rate"),
    (34, "c", "constant_rate"),
    (34, "x", "null_rate"),
    (35, "__label__", "label_flip_rate"),
    (36, "__score__", "above_threshold_rate"),
    (37, "__row__", "late_row_rate"),
    (38, "__row__", "missing_windows"),
    (39, "__row__", "missing_windows"),
    (42, "__row__", "row_count"),
    (43, "__row__", "row_count"),
}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    made = new_project(request.param)
    quiet = declaration(predictions="raw.quiet")
    alive = stream(11, {})
    stopped = {key: value for key, value in quiet.items() if key not in ("repeats", "entity")}
    stopped.update(predictions="raw.stopped", constraints={"__row__": {"fresh_within": "2 days"}})
    made.declare(feed=declaration(), quiet=quiet, stopped=stopped)
    made.load("feed", FED.drop(columns="day"))
    made.load("quiet", alive)
    made.load("stopped", alive[alive["at"] < day_of(STOPPED_ON)])
    made.build("--select", "+ml_monitor__alerts", "ml_monitor__status")
    return made


@pytest.fixture(scope="module")
def quality(project: MonitoredProject) -> pd.DataFrame:
    rows = project.query("select * from ml_monitor__quality where segment = 'overall'")
    rows["day"] = (pd.to_datetime(rows["window_start"]) - FIRST_DAY).dt.days
    return rows.set_index(["monitor", "metric", "feature", "day"]).sort_index()


def values(quality: pd.DataFrame, metric: str, feature: str = "__row__") -> pd.Series[Any]:
    return quality.loc[("feed", metric, feature), "value"].astype(float)


def test_every_attack_is_caught_in_its_window(quality: pd.DataFrame) -> None:
    alerts = quality[quality["verdict"] == "alert"].loc["feed"].reset_index()
    assert set(alerts[["day", "feature", "metric"]].itertuples(index=False, name=None)) == CAUGHT


def test_a_quiet_stream_keeps_still(project: MonitoredProject, quality: pd.DataFrame) -> None:
    assert not (quality.loc["quiet"]["verdict"] == "alert").any()
    assert project.query("select * from ml_monitor__alerts where monitor = 'quiet'").empty


def test_repeats_are_those_that_pandas_counts(quality: pd.DataFrame) -> None:
    repeated = FED.assign(is_repeated=FED.duplicated(CONTENT)).groupby("day")["is_repeated"].mean()
    found = values(quality, "repeated_content_rate")
    pd.testing.assert_series_equal(found, repeated, check_names=False)
    first_day = FED.groupby("id")["day"].min()
    replayed = (FED["day"] > FED["id"].map(first_day)).groupby(FED["day"]).mean()
    found = values(quality, "replayed_id_rate")
    pd.testing.assert_series_equal(found, replayed, check_names=False)
    assert found[31] > 0.1


def test_entities_are_those_that_pandas_counts(quality: pd.DataFrame) -> None:
    counts = FED.groupby(["day", "customer"]).size()
    rows = FED.groupby("day").size()
    expected = {
        "largest_entity_rate": counts.groupby("day").max() / rows,
        "distinct_entity_rate": counts.groupby("day").size() / rows,
    }
    for metric, series in expected.items():
        pd.testing.assert_series_equal(values(quality, metric), series, check_names=False)
    reference = counts[counts.index.get_level_values("day") < REFERENCE_DAYS]
    share = reference.groupby("day").max().sum() / reference.sum()
    of_reference = quality.loc[("feed", "largest_entity_rate", "__row__", 40), "reference_value"]
    assert float(of_reference) == pytest.approx(share)


def test_late_rows_are_those_that_came_an_hour_after_their_day(quality: pd.DataFrame) -> None:
    ended = FED["at"].dt.normalize() + pd.Timedelta(days=1, hours=1)
    expected = (FED["loaded_at"] > ended).groupby(FED["day"]).mean()
    pd.testing.assert_series_equal(values(quality, "late_row_rate"), expected, check_names=False)
    assert expected[37] > 0.1


def test_scores_next_to_the_threshold(quality: pd.DataFrame) -> None:
    """The neighbourhood is a hundredth of the reference, or little more, on either side."""
    for side, metric in ((1, "above_threshold_rate"), (-1, "below_threshold_rate")):
        row = quality.loc[("feed", metric, "__score__", 40)]
        share = float(row["reference_value"])
        assert 0.01 <= share < 0.02
        reference = FED.loc[FED["day"] < REFERENCE_DAYS, "score"] - 0.5
        side_of_it = np.sort(side * reference[(reference >= 0) == (side == 1)])
        width = side_of_it[round(share * len(reference)) - 1]
        lifted = FED.loc[FED["day"] == 36, "score"] - 0.5
        near = ((lifted >= 0) == (side == 1)) & (side * lifted <= width)
        assert values(quality, metric, "__score__")[36] == pytest.approx(near.mean(), abs=0.01)


def test_flips_are_the_least_squares_solution(quality: pd.DataFrame) -> None:
    """Against the true chance, of which the reference's calibration is an estimate."""
    slope = 1 - 2 * FED["score"]
    moved = (slope * (FED["label"] - FED["score"])).groupby(FED["day"]).sum()
    expected = moved / slope.pow(2).groupby(FED["day"]).sum()
    rows = quality.loc[("feed", "label_flip_rate", "__label__")]
    off = (rows["value"].astype(float) - expected.reindex(rows.index)).abs()
    assert off.max() < 0.08
    assert expected[35] == pytest.approx(0.8, abs=0.2)
    # the standard error is that of chance: most windows lie within two of them
    scores = rows["z_score"].astype(float)[lambda z: z.index < REFERENCE_DAYS]
    assert 0.6 < scores.std() < 1.4


def test_missing_windows_are_counted(quality: pd.DataFrame) -> None:
    found = quality.loc[("feed", "missing_windows", "__row__")]
    assert list(found.index) == list(range(DAYS))
    assert found["value"].astype(int)[lambda n: n > 0].to_dict() == {38: 1, 39: 2}


def test_volumes_are_judged_by_the_weekday(quality: pd.DataFrame) -> None:
    counts = FED.groupby("day").size()
    saturdays = np.log(counts[[5, 12, 19, 26]])
    row = quality.loc[("feed", "row_count", "__row__", 40)]
    assert day_of(40).day_name() == "Saturday"
    assert float(row["reference_value"]) == pytest.approx(np.exp(saturdays.mean()))
    own = quality.loc[("feed", "row_count", "__row__", 12), "reference_value"]
    assert float(own) == pytest.approx(np.exp(saturdays.drop(12).mean()))
    assert row["verdict"] == "ok"
    assert counts[40] < 0.75 * counts[28]


def test_alerts_say_it_in_a_sentence(project: MonitoredProject) -> None:
    rows = project.query("select summary from ml_monitor__alerts where monitor = 'feed'")
    said = " ".join(rows["summary"])
    assert "the predictions of feed are missing: windows without any in a row 2" in said
    assert "the labels of feed look flipped: share" in said
    assert "the score of feed piles up at the decision threshold: share" in said


def test_a_dead_feed_is_told_by_the_clock_of_the_others(
    project: MonitoredProject, quality: pd.DataFrame
) -> None:
    """Of the window before their newest an hour is left for rows to come."""
    found = quality.loc[("stopped", "missing_windows", "__row__")]
    assert found["verdict"][found["verdict"] == "alert"].index.tolist() == [STOPPED_ON]
    status = project.query("select * from ml_monitor__status").set_index("monitor")
    message = status.loc["stopped", "message"]
    stopped_on = f"{day_of(STOPPED_ON):%Y-%m-%d}"
    assert f"Predictions have stopped: the window of {stopped_on} should be there" in message
    assert "more than the declared fresh_within, 2 days." in message
    assert status.loc["stopped", "state"] == "attention"
    hours = (pd.Timestamp.now("UTC").tz_localize(None) - day_of(STOPPED_ON)) / pd.Timedelta("1h")
    assert float(status.loc["stopped", "hours_since_last_row"]) == pytest.approx(hours, abs=3)
    assert "stopped" not in status.loc["quiet", "message"]
    broken = quality.loc[("stopped", "violated_constraints", "__row__")]
    assert broken["verdict"][broken["verdict"] == "alert"].index.tolist() == [STOPPED_ON - 1]
