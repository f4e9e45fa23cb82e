"""Late labels: how they come in, and that late rows end where early ones would have."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.performance import RESULTS, SELECT
from tests.support.project import Block, MonitoredProject, NewProject
from tests.support.rebuild import unchanged

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


def _small() -> pd.DataFrame:
    """Days of 60 predictions, of which chance labels half; of the last day few are labelled."""
    rng = np.random.default_rng(17)
    days, n = 40, 60
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(days * n) // n, unit="D")
    score = rng.random(days * n).round(2)
    frame = pd.DataFrame({"id": np.arange(days * n), "at": at, "score": score})
    share = np.where(np.arange(days * n) // n == days - 1, 0.15, 0.5)
    label = pd.Series((rng.random(days * n) < score).astype(int)).astype("Int64")
    frame["label"] = label.where(rng.random(days * n) < share)
    return frame


def _block(tables: str) -> Block:
    return {
        "predictions": f"raw.{tables}_predictions",
        "id": "id",
        "timestamp": "at",
        "loaded_at": "loaded_at",
        "task": "binary",
        "version": "version",
        "score": "score",
        "labels": {
            "relation": f"raw.{tables}_labels",
            "label": "label",
            "timestamp": "known_at",
            "loaded_at": "loaded_at",
        },
        "reference": REFERENCE,
        "min_rows": 20,
    }


SMALL: Block = {
    "predictions": "raw.small",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-21"},
    "min_rows": 5,
}
AT_ONCE = ("whole", "young", "missing", "small")


def _load(project: MonitoredProject, tables: str, until: str) -> None:
    for name, frame in zip(("predictions", "labels"), _tables(), strict=True):
        project.load(f"{tables}_{name}", frame[frame["loaded_at"] < until])


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    """What is loaded in steps, and monitors whose rows are loaded at once."""
    project: MonitoredProject = new_project(request.param)
    _load(project, "whole", "2026-01-15")
    _load(project, "young", "2026-01-13")
    predictions, labels = _tables()
    broken = predictions[predictions["at"].dt.floor("D") == "2026-01-09"]["id"]
    project.load("missing_predictions", predictions)
    project.load("missing_labels", labels[~labels["id"].isin(broken[:80])])
    project.load("small", _small())
    blocks = {name: _block(name) for name in ("steps", "whole", "young", "missing")}
    project.declare(**blocks, small=SMALL)
    options: tuple[str, ...] = ()
    for until in ("2026-01-10", "2026-01-12", "2026-01-15"):
        _load(project, "steps", until)
        project.build(*SELECT, *options)
        options = unchanged(*AT_ONCE)
    return project


@pytest.fixture(scope="module")
def realized(project: MonitoredProject) -> pd.DataFrame:
    return project.query(
        "select monitor, metric, window_start, labelled_share, verdict "
        "from ml_monitor__performance "
        "where source = 'realized' and model_version = 'all' order by window_start"
    )


def _found(realized: pd.DataFrame, monitor: str, metric: str) -> pd.DataFrame:
    """The windows of a monitor and a metric, in order."""
    is_of = (realized["monitor"] == monitor) & (realized["metric"] == metric)
    return realized[is_of].set_index("window_start")


def test_late_labels_replace_what_was_known(project: MonitoredProject) -> None:
    for name in RESULTS:
        stepwise, at_once = (
            project.query(f"select * from ml_monitor__{name} where monitor = '{monitor}'").drop(
                columns="monitor"
            )
            for monitor in ("steps", "whole")
        )
        assert len(stepwise)
        columns = list(stepwise.columns)
        keys = [name for name in columns if stepwise[name].dtype.kind != "f"]
        one, other = (
            frame.sort_values(keys).reset_index(drop=True)[columns] for frame in (stepwise, at_once)
        )
        pd.testing.assert_frame_equal(one, other, rtol=1e-9, check_dtype=False)


def test_maturity_counts_labels_by_their_age(project: MonitoredProject) -> None:
    predictions, labels = _tables()
    now = pd.Timestamp("2026-01-13")
    seen = predictions[predictions["loaded_at"] < now].merge(
        labels[labels["loaded_at"] < now][["id", "known_at"]], on="id", how="left"
    )
    seen["delay"] = (seen["known_at"] - seen["at"]) / pd.Timedelta(days=1)
    found = project.query("select * from ml_monitor__label_maturity where monitor = 'young'")
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
    found = project.query(
        "select * from ml_monitor__label_maturity where monitor = 'young' and model_version = 'all'"
    )
    reference = found[found["window_start"] < "2026-01-08"]
    for age, rows in found.groupby("age_days"):
        reached = reference[reference["age_days"] == age]
        if age in (0, 1, 2, 3):
            expected = reached["labelled"].sum() / reached["predictions"].sum()
            assert rows["expected_share"].to_numpy() == pytest.approx(expected)


def test_young_windows_wait_for_their_labels(realized: pd.DataFrame) -> None:
    found = _found(realized, "young", "accuracy")
    # two days after it the window has what the reference's windows had by then, and not all
    young = found.loc[pd.Timestamp("2026-01-10")]
    assert 0.1 < young["labelled_share"] < 0.6
    assert young["verdict"] == "insufficient_data"
    assert (found["verdict"][:8] != "insufficient_data").all()


def test_windows_that_are_young_say_nothing_of_later_ages(project: MonitoredProject) -> None:
    """Of the windows of a reference that has just ended, each counts for the ages it has seen."""
    found = project.query(
        "select distinct age_days, expected_share, ripe_share from ml_monitor__label_maturity "
        "where monitor = 'young' and model_version = 'all' order by age_days"
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


def test_missing_labels_are_noticed(realized: pd.DataFrame) -> None:
    found = _found(realized, "missing", "accuracy")["verdict"]
    assert found[pd.Timestamp("2026-01-09")] == "insufficient_data"
    assert found[pd.Timestamp("2026-01-10")] != "insufficient_data"


def test_chance_in_small_windows_is_not_taken_for_missing_labels(
    realized: pd.DataFrame,
) -> None:
    found = _found(realized, "small", "brier_score")
    # days that fall short of nine tenths of a half
    assert (found["labelled_share"][:-1] < 0.45).sum() >= 4
    assert (found["verdict"][:-1] != "insufficient_data").all()
    assert found["verdict"].iloc[-1] == "insufficient_data"
