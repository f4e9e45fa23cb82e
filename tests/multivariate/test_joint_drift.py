"""How features go together: against numpy and pandas, and faults that no single column shows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monitor.project.build import build
from tests.multivariate.stream import (
    BROKEN,
    COMBINED,
    DAYS,
    FEATURES,
    FEW,
    MONITOR,
    NUMERIC,
    OUTLIERS,
    REFERENCE_DAYS,
    SMALL,
    START,
    SWAPPED,
    rows,
)
from tests.support.joint import between, encoded, fisher, fitted
from tests.support.project import MonitoredProject, NewProject

Frames = dict[str, pd.DataFrame]
VALUES = ["value", "n", "reference_value", "lower_limit", "upper_limit", "z_score"]


@pytest.fixture(scope="module")
def projects(new_project: NewProject) -> dict[str, MonitoredProject]:
    """By `dbt build` on DuckDB, by `monitor run` on Postgres, where it fits the components."""
    found = {engine: new_project(engine) for engine in ("duckdb", "postgres")}
    for engine, project in found.items():
        project.load("scores", rows())
        project.declare(shop=MONITOR)
        if engine == "duckdb":
            project.build("--select", "+ml_monitor__alerts")
        else:
            assert not build(project.folder).broken
    return found


def read(projects: dict[str, MonitoredProject], sql: str) -> Frames:
    return {engine: project.query(sql) for engine, project in projects.items()}


@pytest.fixture(scope="module")
def joint(projects: dict[str, MonitoredProject]) -> Frames:
    found = read(projects, "select * from ml_monitor__joint_drift")
    return {engine: frame.assign(day=_day(frame)) for engine, frame in found.items()}


@pytest.fixture(scope="module")
def correlations(projects: dict[str, MonitoredProject]) -> Frames:
    found = read(projects, "select * from ml_monitor__correlations")
    return {engine: frame.assign(day=_day(frame)) for engine, frame in found.items()}


def _day(frame: pd.DataFrame) -> pd.Series[int]:
    return (frame["window_start"] - START).dt.days


def of(joint: pd.DataFrame, metric: str, version: str = "all") -> pd.DataFrame:
    chosen = joint[(joint["metric"] == metric) & (joint["model_version"] == version)]
    return chosen.set_index("day").sort_index()


def by_hand() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Encoded rows, their day, and whether they are of version v1."""
    frame = rows()
    day = _day(frame.rename(columns={"at": "window_start"})).to_numpy()
    values = frame[FEATURES]
    return (
        encoded(values, values[day < REFERENCE_DAYS], NUMERIC),
        day,
        (frame["version"] == "v1").to_numpy(),
    )


def scored() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Day, version, reconstruction error and distance of each row, reference days held out."""
    values, day, is_first = by_hand()
    rows_of = values.fillna(0).to_numpy()
    whole = fitted(rows_of[day < REFERENCE_DAYS])
    errors, distances = whole.errors(rows_of), whole.distances(rows_of)
    for held_out in range(REFERENCE_DAYS):
        others = fitted(rows_of[(day < REFERENCE_DAYS) & (day != held_out)], whole.kept)
        own = day == held_out
        errors[own], distances[own] = others.errors(rows_of[own]), others.distances(rows_of[own])
    return day, is_first, errors, distances


def test_engines_agree(joint: Frames, correlations: Frames) -> None:
    keys = ["model_version", "window_start", "metric"]
    one, two = (joint[engine].set_index(keys).sort_index() for engine in ("duckdb", "postgres"))
    assert len(one) == DAYS * 3 * 4
    pd.testing.assert_frame_equal(
        one[VALUES].astype(float), two[VALUES].astype(float), rtol=1e-8, atol=1e-10
    )
    assert one["verdict"].equals(two["verdict"])
    keys = ["model_version", "window_start", "feature", "other_feature"]
    one, two = (correlations[e].set_index(keys).sort_index() for e in ("duckdb", "postgres"))
    values = ["correlation", "reference_correlation", "lower_limit", "upper_limit"]
    pd.testing.assert_frame_equal(
        one[values].astype(float), two[values].astype(float), rtol=1e-8, atol=1e-10
    )
    assert one["verdict"].equals(two["verdict"])


def test_reconstruction_error_is_that_of_numpy(joint: Frames, engine: str) -> None:
    day, is_first, errors, _ = scored()
    for version, is_in in (("all", is_first | ~is_first), ("v1", is_first)):
        found = of(joint[engine], "reconstruction_error", version)
        for number in range(DAYS):
            own = errors[(day == number) & is_in]
            others = errors[(day < REFERENCE_DAYS) & (day != number) & is_in]
            assert found.loc[number, "value"] == pytest.approx(own.mean(), rel=1e-9)
            assert found.loc[number, "n"] == len(own)
            assert found.loc[number, "reference_value"] == pytest.approx(others.mean(), rel=1e-9)


def test_its_limits_are_learned_from_the_reference(joint: Frames, engine: str) -> None:
    day, _, errors, _ = scored()
    days = range(REFERENCE_DAYS)
    rises = np.array(
        [errors[day == k].mean() - errors[(day < REFERENCE_DAYS) & (day != k)].mean() for k in days]
    )
    chance = np.array([errors[day == k].var() / (day == k).sum() for k in days])
    reference, window = errors[day < REFERENCE_DAYS], errors[day == BROKEN]
    noise = np.sqrt(
        max(window.var(), reference.var()) / len(window)
        + reference.var() / len(reference)
        + between(rises, chance)
    )
    row = of(joint[engine], "reconstruction_error").loc[BROKEN]
    margin = max(0.05 * reference.mean(), row["z_limit"] * noise)
    assert row["upper_limit"] == pytest.approx(reference.mean() + margin, rel=1e-9)
    assert row["lower_limit"] == pytest.approx(reference.mean() - margin, rel=1e-9)
    assert row["z_score"] == pytest.approx((window.mean() - reference.mean()) / noise, rel=1e-9)
    # four numbers, of which one is of all 28 pairs
    assert row["z_limit"] == pytest.approx(3.5, abs=0.5)


def test_joint_outliers_are_those_of_numpy(joint: Frames, engine: str) -> None:
    day, _, _, distances = scored()
    reference = distances[day < REFERENCE_DAYS]
    limit = np.quantile(reference, 0.999, method="inverted_cdf")
    found = of(joint[engine], "joint_outlier_rate")["value"]
    for number in range(DAYS):
        wanted = (distances[day == number] > limit * (1 + 1e-12)).mean()
        assert found[number] == pytest.approx(wanted, abs=1e-12), number
    assert found[OUTLIERS] == pytest.approx(12 / 300, abs=0.007)


def test_unseen_combinations_are_those_of_pandas(joint: Frames, engine: str) -> None:
    frame = rows()
    day = _day(frame.rename(columns={"at": "window_start"}))
    reference = frame[day < REFERENCE_DAYS]
    deciles = np.quantile(reference["load"], np.arange(1, 10) / 10, method="inverted_cdf")
    # three, four and three of the reference's deciles
    third = np.searchsorted(deciles[[3, 6]], frame["load"], side="right")
    combination = frame["plan"] + frame["region"] + third.astype(str)
    found = of(joint[engine], "unseen_combination_rate")["value"]
    for number in range(DAYS):
        known = set(combination[(day < REFERENCE_DAYS) & (day != number)])
        wanted = (~combination[day == number].isin(known)).mean()
        assert found[number] == pytest.approx(wanted, abs=1e-12), number
    assert found[COMBINED] > 0.05
    assert found[0] == 0


def test_correlations_are_those_of_pandas(correlations: Frames, engine: str) -> None:
    values, day, _ = by_hand()
    found = correlations[engine]
    found = found[found["model_version"] == "all"].set_index(["day", "feature", "other_feature"])
    for number in (0, 12, BROKEN):
        own = values[day == number]
        others = values[(day < REFERENCE_DAYS) & (day != number)]
        for one, other in (("load", "power"), ("load", "plan"), ("plan", "region")):
            row = found.loc[(number, one, other)]
            wanted = [side[one].corr(side[other]) for side in (own, others)]
            assert [row["correlation"], row["reference_correlation"]] == pytest.approx(wanted)
        # 5 % of prices are NULL: products of the rows that have both, spread of each by itself
        price, load = own["price"].dropna(), own["load"]
        mean = (own["price"] * load).mean()
        wanted_price = (mean - price.mean() * load.mean()) / (price.std(ddof=0) * load.std(ddof=0))
        assert found.loc[(number, "load", "price"), "correlation"] == pytest.approx(wanted_price)
        assert found.loc[(number, "load", "price"), "n"] == len(price)
        assert found.loc[(number, "load", "constant"), "verdict"] == "insufficient_data"
    assert not {"empty"} & {*found.index.get_level_values(1), *found.index.get_level_values(2)}


def test_limits_of_a_correlation(correlations: Frames, engine: str) -> None:
    values, day, _ = by_hand()

    def correlation(is_in: np.ndarray) -> float:
        return float(values["load"][is_in].corr(values["power"][is_in]))

    is_reference = day < REFERENCE_DAYS
    days = range(REFERENCE_DAYS)
    own = np.array([correlation(day == k) for k in days])
    others = np.array([correlation(is_reference & (day != k)) for k in days])
    chance = np.full(REFERENCE_DAYS, 1 / 297 + 1 / 2697)
    noise = np.sqrt(1 / 297 + 1 / 2997 + between(fisher(own) - fisher(others), chance))
    usual = correlation(is_reference)
    found = correlations[engine]
    row = found[(found["day"] == BROKEN) & (found["model_version"] == "all")]
    row = row.set_index(["feature", "other_feature"]).loc[("load", "power")]
    low = np.tanh(fisher(np.array(usual)) - row["z_limit"] * noise)
    assert row["lower_limit"] == pytest.approx(min(usual - 0.2, low), rel=1e-9)
    assert row["upper_limit"] == pytest.approx(usual + 0.2, rel=1e-9)


CAUGHT = {
    BROKEN: {"reconstruction_error", "joint_outlier_rate", "correlation_difference"},
    SWAPPED: {"reconstruction_error", "joint_outlier_rate", "correlation_difference"},
    OUTLIERS: {"joint_outlier_rate"},
    COMBINED: {"unseen_combination_rate"},
}


def test_faults_that_no_column_shows_are_caught(joint: Frames, engine: str) -> None:
    whole = joint[engine][joint[engine]["model_version"] == "all"]
    alerts = whole[whole["verdict"] == "alert"].groupby("day")["metric"].agg(set).to_dict()
    assert set(alerts) == set(CAUGHT)
    for day, metrics in CAUGHT.items():
        assert metrics <= alerts[day], day


def test_the_columns_by_themselves_keep_still(
    projects: dict[str, MonitoredProject], engine: str
) -> None:
    found = projects[engine].query(
        "select subject, count(*) as n from ml_monitor__metrics "
        "where verdict = 'alert' and window_start < '2026-01-20' group by subject"
    )
    assert list(found["subject"]) == ["__joint__"]


def test_a_broken_pair_is_named(joint: Frames, correlations: Frames, engine: str) -> None:
    found = correlations[engine]
    broken = found[
        (found["day"] == BROKEN) & (found["model_version"] == "all") & (found["verdict"] == "alert")
    ]
    assert broken[["feature", "other_feature"]].to_numpy().tolist() == [["load", "power"]]
    worst = of(joint[engine], "correlation_difference").loc[BROKEN]
    assert worst["reason"].startswith("load and power: ")
    pair = broken.iloc[0]
    assert worst["value"] == pytest.approx(pair["reference_correlation"] - pair["correlation"])


def test_too_few_rows_are_never_ok(joint: Frames, engine: str) -> None:
    small = joint[engine][joint[engine]["day"] == SMALL]
    assert set(small["verdict"]) == {"insufficient_data"}
    assert small["n"].max() == FEW


def test_one_alert_tells_of_it(projects: dict[str, MonitoredProject], engine: str) -> None:
    found = projects[engine].query("select * from ml_monitor__alerts")
    joint = found[found["subject"] == "__joint__"]
    assert len(joint) == 1
    alert = joint.iloc[0]
    assert alert["family"] == "joint"
    assert str(alert["first_window"].date()) == "2026-01-16"
    assert alert["summary"].startswith("the joint distribution of shop has ")
    assert alert["metrics"].count(",") == 3
    assert set(found["subject"]) == {"__joint__"}


def test_rows_outside_can_be_looked_up(projects: dict[str, MonitoredProject], engine: str) -> None:
    found = projects[engine].query(
        "select id from ml_monitor__sample_scores where window_start = '2026-01-18' "
        "order by joint_distance desc limit 12"
    )
    assert sorted(map(int, found["id"])) == list(range(OUTLIERS * 300, OUTLIERS * 300 + 12))
