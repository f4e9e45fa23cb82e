"""Drift against windows before, and of weeks and months: what raw rows give, late or not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.rebuild import unchanged
from tests.support.scores import block

DRIFT = ("--select", "+ml_monitor__drift")
BUILD = (*DRIFT, "+ml_monitor__metrics")
ROWS_A_DAY = 40
REFERENCE = {"from": "2026-01-05", "to": "2026-01-12"}
BLOCK = block(
    version="version",
    loaded_at="loaded_at",
    reference=REFERENCE,
    features={"numeric": ["x"], "categorical": ["plan"]},
    segments=["region"],
    min_rows=20,
    metrics=["total_variation_distance"],
)
DAYS = {**BLOCK, "baselines": ["previous", "trailing"], "trailing": 3, "roll_up": ["week", "month"]}
STEPWISE = {**DAYS, "predictions": "raw.growing"}
KEYS = [
    "grain", "window_start", "model_version", "segment", "segment_value", "feature", "baseline",
    "metric",
]  # fmt: skip


def scored() -> pd.DataFrame:
    """Five weeks from a Monday: a day and a week are missing, version 2 is not there every day."""
    rng = np.random.default_rng(3)
    n = 35 * ROWS_A_DAY
    day = np.arange(n) // ROWS_A_DAY
    rows = pd.DataFrame(
        {
            "id": range(n),
            "at": pd.Timestamp("2026-01-05") + pd.to_timedelta(day, unit="D"),
            "version": np.where((day % 3 == 1) & (rng.random(n) < 0.5), "2", "1"),
            "score": rng.integers(1, 20, n) / 20,
            "x": rng.integers(0, 40, n) + day,
            "plan": rng.choice(["s", "m", "l"], n),
            "region": rng.choice(["north", "south"], n),
        }
    )
    missing = (day == 12) | ((day >= 21) & (day < 28))
    return rows[~missing].assign(loaded_at=rows["at"] + pd.Timedelta(hours=30))


def late() -> pd.DataFrame:
    """A day that is empty without them, and rows of version 2 on a day that had none."""
    rows = scored()
    rows = rows[rows["at"] == "2026-01-21"]
    is_even = rows["id"] % 2 == 0
    return rows.assign(
        id=rows["id"] + 100_000,
        version="2",
        at=np.where(is_even, pd.Timestamp("2026-01-17"), pd.Timestamp("2026-01-21")),
        loaded_at=pd.Timestamp("2026-02-10"),
    )


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    """Monitors of all rows, and one that has seen only those before the 20th."""
    made = new_project(request.param)
    rows = scored()
    made.load("scores", rows)
    made.load("whole", pd.concat([late(), rows]))
    made.load("growing", rows[rows["at"] < "2026-01-20"])
    made.declare(
        days=DAYS,
        weeks={**BLOCK, "window": "week", "baselines": ["previous"]},
        plain=BLOCK,
        whole={**DAYS, "predictions": "raw.whole"},
        stepwise=STEPWISE,
    )
    made.build(*BUILD)
    made.test(*BUILD)
    return made


@pytest.fixture(scope="module")
def drift(project: MonitoredProject) -> pd.DataFrame:
    by_grain = project.query(
        "select distinct window_end - window_start = interval '1 day' from ml_monitor__metrics "
        "where monitor = 'days' and family = 'drift'"
    )
    assert by_grain.iloc[:, 0].tolist() == [True]
    return shown(project)


def shown(project: MonitoredProject) -> pd.DataFrame:
    frame = project.query("select * from ml_monitor__drift").drop(columns=["p_value", "q_value"])
    return frame.set_index(["monitor", *KEYS]).sort_index()


def value(drift: pd.DataFrame, day: str, baseline: str, metric: str, **keys: str) -> pd.Series[Any]:
    part = {"monitor": "days", "grain": "day"}
    part |= {"model_version": "all", "segment": "overall", "segment_value": "all"} | keys
    feature = "x" if metric == "mean_difference" else "plan"
    levels = [part[name] for name in ("model_version", "segment", "segment_value")]
    window = (part["monitor"], part["grain"], pd.Timestamp(day))
    row = drift.loc[(*window, *levels, feature, baseline, metric)]
    assert isinstance(row, pd.Series)
    return row


def distance(rows: pd.DataFrame, others: pd.DataFrame) -> float:
    shares = [one["plan"].value_counts(normalize=True) for one in (rows, others)]
    return float(shares[0].sub(shares[1], fill_value=0).abs().sum() / 2)


# the windows compared with, in days from the first; the 17th is missing, and the week of the 26th
@pytest.mark.parametrize(
    ("day", "baseline", "version", "others"),
    [
        ("2026-01-15", "previous", "all", [9]),
        ("2026-01-18", "previous", "all", [11]),
        ("2026-01-18", "trailing", "all", [9, 10, 11]),
        ("2026-01-12", "trailing", "all", [4, 5, 6]),
        ("2026-01-06", "trailing", "all", [0]),
        ("2026-02-02", "previous", "all", [20]),
        ("2026-01-18", "previous", "2", [10]),
        ("2026-01-18", "trailing", "2", [4, 7, 10]),
        ("2026-02-02", "trailing", "2", [13, 16, 19]),
    ],
)
def test_windows_before(
    drift: pd.DataFrame, day: str, baseline: str, version: str, others: list[int]
) -> None:
    rows = scored()
    rows = rows if version == "all" else rows[rows["version"] == version]
    number = (rows["at"] - pd.Timestamp("2026-01-05")).dt.days
    own, other = rows[rows["at"] == day], rows[number.isin(others)]
    for region in (None, "north"):
        keys = {"model_version": version}
        if region:
            own, other = own[own["region"] == region], other[other["region"] == region]
            keys |= {"segment": "region", "segment_value": region}
        found = value(drift, day, baseline, "mean_difference", **keys)
        assert found["value"] == pytest.approx(own["x"].mean() - other["x"].mean(), abs=1e-9)
        assert (found["n"], found["reference_n"]) == (len(own), len(other))
        plan = value(drift, day, baseline, "total_variation_distance", **keys)
        assert plan["value"] == pytest.approx(distance(own, other), abs=1e-9)
        first = pd.Timestamp("2026-01-05")
        assert found["baseline_from"] == first + pd.Timedelta(days=others[0])
        assert found["baseline_to"] == first + pd.Timedelta(days=others[-1] + 1)


def test_the_first_window_has_none_before(drift: pd.DataFrame) -> None:
    first = drift.loc[("days", "day", pd.Timestamp("2026-01-05"))]
    assert set(first.index.get_level_values("baseline")) == {"reference"}
    reference = value(drift, "2026-01-20", "reference", "mean_difference")
    assert reference["baseline_from"] == pd.Timestamp("2026-01-05")
    assert reference["baseline_to"] == pd.Timestamp("2026-01-12")


def test_weeks_are_those_of_a_weekly_monitor(drift: pd.DataFrame) -> None:
    compared = ["value", "n", "reference_n", "noise_floor"]
    rolled = drift.loc["days"].loc["week"]
    rolled = rolled[rolled.index.get_level_values("baseline") != "trailing"]
    weekly = drift.loc["weeks"].loc["week"]
    assert len(weekly) > 500
    pd.testing.assert_frame_equal(rolled[compared], weekly[compared], rtol=1e-9, atol=1e-12)
    compared = ["baseline_from", "baseline_to"]
    rolled, weekly = (part.xs("previous", level="baseline")[compared] for part in (rolled, weekly))
    pd.testing.assert_frame_equal(rolled, weekly)


def test_a_month_is_what_its_rows_give(drift: pd.DataFrame) -> None:
    rows = scored()
    february = rows[rows["at"] >= "2026-02-01"]
    january = rows[(rows["at"] < "2026-02-01")]
    reference = rows[rows["at"] < "2026-01-12"]
    found = value(drift, "2026-02-01", "previous", "total_variation_distance", grain="month")
    assert found["value"] == pytest.approx(distance(february, january))
    assert found["baseline_from"] == pd.Timestamp("2026-01-01")
    found = value(drift, "2026-02-01", "reference", "total_variation_distance", grain="month")
    assert found["value"] == pytest.approx(distance(february, reference))
    # the reference lies in January wholly, so that nothing of it is left to compare with
    found = value(drift, "2026-01-01", "reference", "mean_difference", grain="month")
    assert (found["n"], found["reference_n"]) == (len(january), 0)
    assert found["verdict"] == "not_applicable"


def test_they_are_evidence(drift: pd.DataFrame) -> None:
    index = drift.loc["days"].xs("population_stability_index", level="metric")
    assert (index.loc["day"]["verdict"] == "alert").any()
    day = index.loc["day"].xs("x", level="feature")
    before = day[day.index.get_level_values("baseline").isin(["previous", "trailing"])]
    for part in (before, index.loc["week"], index.loc["month"]):
        assert set(part["verdict"]) <= {"ok", "warn", "insufficient_data"}
    beyond = index.loc["week"]["reason"].dropna()
    assert "beyond the limit, but only evidence: its days open alerts" in set(beyond)


def test_they_change_nothing_else(drift: pd.DataFrame) -> None:
    days = drift.loc["days"].loc[["day"]]
    days = days[days.index.get_level_values("baseline") == "reference"]
    pd.testing.assert_frame_equal(days, drift.loc["plain"], rtol=1e-12)


def dependencies(project: MonitoredProject) -> pd.Series[Any]:
    frame = project.query(
        "select distinct window_key, dependency from ml_monitor__drift_numbers "
        "where monitor = 'stepwise'"
    )
    return frame.set_index("window_key")["dependency"]


def test_late_rows_redo_what_follows_them_and_no_more(
    project: MonitoredProject, drift: pd.DataFrame
) -> None:
    """The last test of the module: it declares other monitors."""
    rows = scored()
    others = unchanged("days", "weeks", "plain", "whole")
    project.load("growing", rows[rows["at"] >= "2026-01-20"], mode="append")
    project.build(*DRIFT, *others)
    before = dependencies(project)
    project.load("growing", late(), mode="append")
    project.build(*DRIFT, *others)
    after = dependencies(project)
    touched = sorted(key for key in after.index if after[key] != before.get(key))
    # the two days, the three windows of each version after them (version 2 has every third day),
    # the last day, which each run counts again; their weeks and months and the ones after
    days = [key.split("|")[1][:10] for key in touched if key.count("|") == 1]
    assert days == [
        "2026-01-17", "2026-01-18", "2026-01-19", "2026-01-20", "2026-01-21", "2026-01-22",
        "2026-01-23", "2026-01-24", "2026-02-02", "2026-02-05", "2026-02-08",
    ]  # fmt: skip
    assert [key.split("|")[1:] for key in touched if key.count("|") == 2] == [
        ["month", "2026-01-01 00:00:00"], ["month", "2026-02-01 00:00:00"],
        ["week", "2026-01-12 00:00:00"], ["week", "2026-01-19 00:00:00"],
        ["week", "2026-02-02 00:00:00"],
    ]  # fmt: skip
    stepwise = shown(project)
    pd.testing.assert_frame_equal(
        stepwise.loc["stepwise"], drift.loc["whole"], rtol=1e-9, atol=1e-12, check_dtype=False
    )

    # rows that have gone make an earlier window the last one
    project.execute("delete from growing where \"at\" = timestamp '2026-01-17'")
    project.declare(stepwise={**STEPWISE, "roll_up": ["week"]})
    project.build(*DRIFT, ml_monitor__rebuild_from="2026-01-17")
    found = shown(project)
    assert set(found.index.get_level_values("grain")) == {"day", "week"}
    row = value(found, "2026-01-18", "previous", "mean_difference", monitor="stepwise")
    assert row["baseline_from"] == pd.Timestamp("2026-01-16")
