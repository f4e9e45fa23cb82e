"""Late labels: how they come in, and that late rows end where early ones would have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.performance import RESULTS, SELECT
from tests.support.project import MonitoredProject, NewProject

REFERENCE = {"from": "2026-01-01", "to": "2026-01-08"}


def _tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(11)
    n = 14 * 120
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) * 14 * 24 * 60 // n, unit="min")
    score = rng.random(n).round(2)
    predictions = pd.DataFrame(
        {"id": np.arange(n), "at": at, "version": rng.choice(["a", "b"], n), "score": score}
    )
    predictions["loaded_at"] = predictions["at"] + pd.Timedelta(minutes=5)
    known = predictions["at"] + pd.to_timedelta(rng.integers(0, 5 * 24 * 60, n), unit="min")
    labels = pd.DataFrame({"id": predictions["id"], "known_at": known})
    labels["label"] = (rng.random(n) < score).astype(int)
    labels["loaded_at"] = labels["known_at"] + pd.Timedelta(minutes=5)
    return predictions, labels[rng.random(n) < 0.8]


def _declare(project: MonitoredProject) -> None:
    project.declare(
        late={
            "predictions": "raw.predictions",
            "id": "id",
            "timestamp": "at",
            "loaded_at": "loaded_at",
            "task": "binary",
            "version": "version",
            "score": "score",
            "labels": {
                "relation": "raw.labels",
                "label": "label",
                "timestamp": "known_at",
                "loaded_at": "loaded_at",
            },
            "reference": REFERENCE,
            "min_rows": 20,
        }
    )


def _load(project: MonitoredProject, until: str) -> None:
    for name, frame in zip(("predictions", "labels"), _tables(), strict=True):
        project.load(name, frame[frame["loaded_at"] < until])


def test_late_labels_replace_what_was_known(new_project: NewProject, engine: str) -> None:
    found = []
    project = new_project(engine)
    _declare(project)
    for steps in (["2026-01-10", "2026-01-12", "2026-01-15"], ["2026-01-15"]):
        for until in steps:
            _load(project, until)
            project.build(*SELECT)
        tables = [project.query(f"select * from ml_monitor__{name}") for name in RESULTS]
        found.append(tables)
        project.reset()
    for stepwise, at_once in zip(*found, strict=True):
        columns = list(stepwise.columns)
        keys = [name for name in columns if stepwise[name].dtype.kind != "f"]
        one, other = (
            frame.sort_values(keys).reset_index(drop=True)[columns] for frame in (stepwise, at_once)
        )
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, check_dtype=False)


@pytest.fixture(scope="module")
def project(new_project: NewProject) -> MonitoredProject:
    project = new_project("duckdb")
    _declare(project)
    _load(project, "2026-01-13")
    project.build(*SELECT)
    return project


def test_maturity_counts_labels_by_their_age(project: MonitoredProject) -> None:
    predictions, labels = _tables()
    now = pd.Timestamp("2026-01-13")
    seen = predictions[predictions["loaded_at"] < now].merge(
        labels[labels["loaded_at"] < now][["id", "known_at"]], on="id", how="left"
    )
    seen["delay"] = (seen["known_at"] - seen["at"]) / pd.Timedelta(days=1)
    found = project.query("select * from ml_monitor__label_maturity")
    assert len(found)
    for row in found.to_dict("records"):
        rows = seen[seen["at"].dt.floor("D") == row["window_start"]]
        if row["model_version"] != "all":
            rows = rows[rows["version"] == row["model_version"]]
        assert row["predictions"] == len(rows)
        assert row["labelled"] == int((rows["delay"] < row["age_days"]).sum())
        assert row["labelled_share"] == pytest.approx(row["labelled"] / row["predictions"])
    latest = found.groupby("window_start")["age_days"].max()
    # a moment before midnight: the day that ended on the 12th is not a whole day old
    assert latest[pd.Timestamp("2026-01-11")] == 0
    assert latest[pd.Timestamp("2026-01-08")] == 3
    assert latest[pd.Timestamp("2026-01-01")] == 10


def test_expected_share_is_the_references(project: MonitoredProject) -> None:
    found = project.query("select * from ml_monitor__label_maturity where model_version = 'all'")
    reference = found[found["window_start"] < "2026-01-08"]
    for age, rows in found.groupby("age_days"):
        reached = reference[reference["age_days"] == age]
        if age in (0, 1, 2, 3):
            expected = reached["labelled"].sum() / reached["predictions"].sum()
            assert rows["expected_share"].to_numpy() == pytest.approx(expected)


def test_young_windows_wait_for_their_labels(project: MonitoredProject) -> None:
    found = project.query(
        "select window_start, labelled_share, verdict from ml_monitor__performance "
        "where metric = 'accuracy' and source = 'realized' and model_version = 'all' "
        "order by window_start"
    ).set_index("window_start")
    # two days after it the window has what the reference's windows had by then, and not all
    young = found.loc[pd.Timestamp("2026-01-10")]
    assert 0.1 < young["labelled_share"] < 0.6
    assert young["verdict"] == "insufficient_data"
    assert (found["verdict"][:8] != "insufficient_data").all()


def test_windows_that_are_young_say_nothing_of_later_ages(project: MonitoredProject) -> None:
    """Of the windows of a reference that has just ended, each counts for the ages it has seen."""
    found = project.query(
        "select distinct age_days, expected_share, ripe_share from ml_monitor__label_maturity "
        "where model_version = 'all' order by age_days"
    ).set_index("age_days")
    predictions, labels = _tables()
    now = pd.Timestamp("2026-01-13")
    seen = predictions[predictions["at"] < REFERENCE["to"]].merge(
        labels[labels["loaded_at"] < now][["id", "known_at"]], on="id", how="left"
    )
    delay = (seen["known_at"] - seen["at"]) // pd.Timedelta(days=1)
    # a moment before midnight of the 12th
    age = 11 - seen["at"].dt.day
    left, share = 1.0, {0: 0.0}
    for day in range(10):
        at_risk = (age > day) & ~(delay < day)
        left *= 1 - (at_risk & (delay == day)).sum() / at_risk.sum()
        share[day + 1] = 1 - left
    for days, row in found.iterrows():
        assert row["expected_share"] == pytest.approx(share[days], abs=1e-9)  # type: ignore[index]
        assert row["ripe_share"] == pytest.approx(max(share.values()), abs=1e-9)


def test_missing_labels_are_noticed(new_project: NewProject) -> None:
    predictions, labels = _tables()
    broken = predictions[predictions["at"].dt.floor("D") == "2026-01-09"]["id"]
    project = new_project("duckdb")
    _declare(project)
    project.load("predictions", predictions)
    project.load("labels", labels[~labels["id"].isin(broken[:80])])
    project.build(*SELECT)
    found = project.query(
        "select window_start, verdict from ml_monitor__performance "
        "where metric = 'accuracy' and source = 'realized' and model_version = 'all'"
    ).set_index("window_start")["verdict"]
    assert found[pd.Timestamp("2026-01-09")] == "insufficient_data"
    assert found[pd.Timestamp("2026-01-10")] != "insufficient_data"


def test_chance_in_small_windows_is_not_taken_for_missing_labels(
    new_project: NewProject, engine: str
) -> None:
    """Days of 60 predictions, of which chance labels half; of the last day few are labelled."""
    rng = np.random.default_rng(17)
    days, n = 40, 60
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(days * n) // n, unit="D")
    score = rng.random(days * n).round(2)
    frame = pd.DataFrame({"id": np.arange(days * n), "at": at, "score": score})
    share = np.where(np.arange(days * n) // n == days - 1, 0.15, 0.5)
    label = pd.Series((rng.random(days * n) < score).astype(int)).astype("Int64")
    frame["label"] = label.where(rng.random(days * n) < share)
    project = new_project(engine)
    project.declare(
        small={
            "predictions": "raw.rows",
            "id": "id",
            "timestamp": "at",
            "task": "binary",
            "score": "score",
            "labels": {"label": "label"},
            "reference": {"from": "2026-01-01", "to": "2026-01-21"},
            "min_rows": 5,
        }
    )
    project.load("rows", frame)
    project.build(*SELECT)
    found = project.query(
        "select labelled_share, verdict from ml_monitor__performance "
        "where metric = 'brier_score' and source = 'realized' order by window_start"
    )
    # days that fall short of nine tenths of a half
    assert (found["labelled_share"][:-1] < 0.45).sum() >= 4
    assert (found["verdict"][:-1] != "insufficient_data").all()
    assert found["verdict"].iloc[-1] == "insufficient_data"
