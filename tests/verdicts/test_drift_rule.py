"""The verdict on drift: SQL against the same rule in numpy and scipy, and worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.drift_rule import UNIT, expected_verdicts
from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

DAYS, ROWS_A_DAY = 56, 200
TESTS = 15  # 5 features: index and NULLs of each, tails of 3 numeric, unseen of 2 categorical
JUDGED = [
    "population_stability_index", "null_rate_difference", "unseen_rate", "tail_rate_difference",
]  # fmt: skip
COMMON: dict[str, Any] = {
    "version": "version",
    "features": {"numeric": ["x", "amount"], "categorical": ["plan"]},
    "segments": ["region"],
}


def reference(end: str) -> dict[str, Any]:
    return block(**COMMON, reference={"from": "2026-01-01", "to": end})


INCIDENT = {"from": "2026-01-04", "to": "2026-01-06", "reason": "sale"}
QUIET = {**reference("2026-01-13"), "incidents": [INCIDENT]}
MONITORS = {
    "season": reference("2026-02-12"),
    "learned": reference("2026-01-13"),
    "few": reference("2026-01-05"),
    "incident": QUIET,
    "judged_segments": {**QUIET, "limits": {"segments": ["region"]}},
    "deviations": {**reference("2026-01-13"), "limits": {"method": "reference_sd", "k": 3}},
    "declared": {
        **QUIET,
        "thresholds": {
            "population_stability_index": {"warn_at": 0.3, "alert_at": 0.6},
            "kolmogorov_smirnov_statistic": {"warn_at": 0.01, "alert_at": 0.02},
        },
    },
}


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = DAYS * ROWS_A_DAY
    day = np.arange(n) // ROWS_A_DAY
    x = rng.normal(0.25 * np.sin(day * 2 * np.pi / 7), 1, n)
    x[(day == 3) | (day == 4)] += 0.8
    x[day == 50] += 1.4
    amount = rng.lognormal(3, 1, n)
    amount[rng.random(n) < np.where(day == 52, 0.15, 0.01)] = np.nan
    amount[(day == 54) & (rng.random(n) < 0.06)] = 1e6
    plan = rng.choice(["s", "m", "l", "xl"], n, p=[0.5, 0.3, 0.15, 0.05]).astype(object)
    plan[(day == 53) & (rng.random(n) < 0.2)] = "new"
    frame = pd.DataFrame(
        {
            "id": range(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "version": np.where(day < 45, "1", "2"),
            "score": rng.beta(2, 3, n),
            "x": x,
            "amount": amount,
            "plan": plan,
            "region": rng.choice(["north", "south"], n, p=[0.7, 0.3]),
        }
    )
    return frame[(day != 55) | (np.arange(n) % ROWS_A_DAY < 60)]


Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def tables(new_project: NewProject, request: pytest.FixtureRequest) -> Tables:
    project: MonitoredProject = new_project(request.param)
    project.load("scores", rows())
    project.declare(**MONITORS)
    project.build("--select", "+ml_monitor__drift")
    names = ("drift", "drift_numbers", "limits")
    return {name: project.query(f"select * from ml_monitor__{name}") for name in names}


def of(tables: Tables, name: str, monitor: str) -> pd.DataFrame:
    return tables[name][tables[name]["monitor"] == monitor]


def one(tables: Tables, monitor: str, day: str, feature: str, metric: str) -> Any:
    found = of(tables, "drift", monitor)
    keys = {"model_version": "all", "segment": "overall", "feature": feature, "metric": metric}
    for column, value in keys.items():
        found = found[found[column] == value]
    found = found[(found["window_start"] == day)]
    baseline = "season" if "season" in set(found["baseline"]) else "reference"
    return found[found["baseline"] == baseline].iloc[0]


@pytest.mark.parametrize(
    ("monitor", "quiet_days"),
    [
        ("season", None),
        ("learned", None),
        ("few", None),
        ("incident", ("2026-01-04", "2026-01-05")),
    ],
)
def test_the_rule_in_numpy_gives_the_same(
    tables: Tables, monitor: str, quiet_days: tuple[str, str] | None
) -> None:
    keys = ["window_start", *UNIT, "metric"]
    columns = ["value", "upper_limit", "limit_ratio", "z_score", "z_limit", "verdict"]
    numbers = of(tables, "drift_numbers", monitor)
    wanted = expected_verdicts(numbers, TESTS, quiet_days=quiet_days)
    found = of(tables, "drift", monitor)
    found = found[found["metric"].isin(JUDGED)]
    found = found[~((found["segment"] != "overall") & (found["metric"] == JUDGED[3]))]
    one, two = (frame.set_index(keys)[columns].sort_index() for frame in (found, wanted))
    assert len(one) > 1000
    # the normal's deviate is an approximation in SQL, within 0.00045
    assert (one["z_limit"] - two["z_limit"]).abs().max() < 5e-4
    assert (one["verdict"] == two["verdict"]).all()
    for column in ["value", "z_score"]:
        np.testing.assert_allclose(one[column], two[column], rtol=1e-8, atol=1e-9)
    for column in ["upper_limit", "limit_ratio"]:
        np.testing.assert_allclose(one[column], two[column], rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(
    ("day", "feature", "metric"),
    [
        ("2026-02-20", "x", "population_stability_index"),
        ("2026-02-22", "amount", "null_rate_difference"),
        ("2026-02-23", "plan", "unseen_rate"),
        ("2026-02-24", "amount", "tail_rate_difference"),
    ],
)
def test_each_fault_is_an_alert_on_its_day(
    tables: Tables, day: str, feature: str, metric: str
) -> None:
    # two moved days that nobody has told of teach that x moves
    for monitor in ("season", "incident", *(["learned", "few"] if feature != "x" else [])):
        assert one(tables, monitor, day, feature, metric)["verdict"] == "alert", monitor
        before = str(pd.Timestamp(day) - pd.Timedelta(days=3))
        assert one(tables, monitor, before, feature, metric)["verdict"] == "ok", monitor


def test_a_long_reference_is_held_against_the_season(tables: Tables) -> None:
    numbers = of(tables, "drift_numbers", "season")
    overall = numbers[(numbers["segment"] == "overall") & (numbers["model_version"] == "all")]
    judged = overall[overall["is_judged"]]
    assert set(judged["baseline"]) == {"season"}
    assert set(numbers[numbers["segment"] == "region"]["baseline"]) == {"reference"}
    # 6 weeks: 6 days of 200 rows for a day after the reference, 5 for one of the reference
    after = judged["window_start"] >= "2026-02-12"
    assert set(judged[after]["reference_n"]) == {1200}
    assert set(judged[~after]["reference_n"]) == {1000}
    # the weekday moves x; held against its own weekday it has not moved
    x = overall[(overall["feature"] == "x") & (overall["window_start"] < "2026-01-31")]
    x = x[~x["window_start"].isin(pd.to_datetime(["2026-01-04", "2026-01-05"]))]
    by_baseline = x.groupby("baseline")["normalized_wasserstein_distance"].mean()
    assert by_baseline["season"] < 0.75 * by_baseline["reference"]
    assert set(of(tables, "drift_numbers", "learned")["baseline"]) == {"reference"}


def test_a_known_incident_teaches_nothing(tables: Tables) -> None:
    """x was moved on two days of the reference: without them the limit is lower."""
    taught, untaught = (
        one(tables, monitor, "2026-02-20", "x", "population_stability_index")
        for monitor in ("learned", "incident")
    )
    assert (taught["learned_windows"], untaught["learned_windows"]) == (12, 10)
    assert untaught["upper_limit"] < 0.7 * taught["upper_limit"]
    assert untaught["value"] == pytest.approx(taught["value"])


def test_too_few_windows_double_the_least_effect(tables: Tables) -> None:
    found = one(tables, "few", "2026-02-10", "x", "population_stability_index")
    assert found["learned_windows"] == 4
    assert found["upper_limit"] == pytest.approx(found["noise_floor"] + 0.2)


def test_a_window_of_the_reference_does_not_teach_itself(tables: Tables) -> None:
    inside = one(tables, "learned", "2026-01-02", "x", "population_stability_index")
    assert inside["learned_windows"] == 11
    moved = one(tables, "learned", "2026-01-04", "x", "population_stability_index")
    quiet = one(tables, "learned", "2026-02-20", "x", "population_stability_index")
    assert moved["upper_limit"] < quiet["upper_limit"]


def test_segments_are_evidence_unless_they_are_named(tables: Tables) -> None:
    def north(monitor: str) -> Any:
        found = of(tables, "drift", monitor)
        found = found[(found["segment"] == "region") & (found["segment_value"] == "north")]
        found = found[(found["feature"] == "x") & (found["model_version"] == "all")]
        found = found[found["window_start"] == "2026-02-20"]
        return found[found["metric"] == "population_stability_index"].iloc[0]

    evidence, named = north("incident"), north("judged_segments")
    assert (evidence["verdict"], named["verdict"]) == ("warn", "alert")
    assert evidence["limit_ratio"] > 1
    assert evidence["reason"] == (
        "beyond the limit, but only evidence: a segment opens alerts where limits.segments names it"
    )
    assert pd.isna(named["reason"])
    # overall and two regions are three times as many tests
    limits = tables["limits"].set_index(["monitor", "metric"])["tests"]
    assert limits["incident", "population_stability_index"].max() == TESTS
    assert limits["judged_segments", "population_stability_index"].max() == 3 * TESTS
    assert named["z_limit"] > evidence["z_limit"]


def test_declared_thresholds_take_precedence(tables: Tables) -> None:
    found = one(tables, "declared", "2026-02-20", "x", "population_stability_index")
    assert found["upper_limit"] == pytest.approx(found["noise_floor"] + 0.6)
    assert (found["warn_at"], found["alert_at"]) == (0.3, 0.6)
    distance = one(tables, "declared", "2026-02-10", "amount", "kolmogorov_smirnov_statistic")
    # beyond the declared limit, but so few rows differ by as much by chance
    assert distance["value"] > distance["upper_limit"] == 0.02
    assert distance["verdict"] == "ok"
    assert distance["reason"].startswith("chance may explain it: ")
    moved = one(tables, "declared", "2026-02-20", "x", "kolmogorov_smirnov_statistic")
    assert moved["verdict"] == "alert"


def test_reference_deviations(tables: Tables) -> None:
    """Mean and three standard deviations of the reference's windows, the judged one left out."""
    drift = of(tables, "drift", "deviations")
    drift = drift[(drift["segment"] == "overall") & (drift["model_version"] == "all")]
    drift = drift[(drift["feature"] == "x") & (drift["metric"] == "population_stability_index")]
    series = drift.set_index("window_start")
    usual = series[series.index < "2026-01-13"]["value"]
    after = series[series.index >= "2026-01-13"]
    limit = usual.mean() + 3 * usual.std(ddof=0)
    assert after["upper_limit"].to_numpy() == pytest.approx(limit)
    assert after["z_limit"].isna().all()
    others = usual.drop(pd.Timestamp("2026-01-04"))
    moved = series.loc[pd.Timestamp("2026-01-04")]
    assert moved["upper_limit"] == pytest.approx(others.mean() + 3 * others.std(ddof=0))
    beyond = after["value"] >= limit
    assert ((after["verdict"] == "alert") == (beyond & (after["n"] >= 100))).all()


def test_a_small_window_is_not_judged(tables: Tables) -> None:
    found = one(tables, "learned", "2026-02-25", "x", "population_stability_index")
    assert (found["n"], found["verdict"]) == (60, "insufficient_data")
    assert found["reason"] == "fewer than 100 rows"
