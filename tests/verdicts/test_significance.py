"""p-values beside the verdicts: the same inside dbt and by `monitor run`, and as scipy has them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from monitor.project.build import build
from monitor.stats import benjamini_hochberg, sequential_change
from tests.support.project import MonitoredProject, NewProject
from tests.support.rebuild import WITHOUT_VIEWS
from tests.support.scores import block

BUILD = ("--select", "+ml_monitor__significance", "+ml_monitor__drift", "+ml_monitor__metrics")
DAYS, ROWS_A_DAY = 24, 300
WEEKS = 4
KEYS = ["family", "window_key", "model_version", "subject", "baseline", "metric"]
VALUES = ["statistic", "p_value", "q_value", "effect", "effect_low", "effect_high"]
MONITOR = block(
    loaded_at="loaded_at",
    labels={"label": "label", "loaded_at": "loaded_at"},
    features={"numeric": ["x"], "categorical": ["plan"]},
    segments=["plan"],
    reference={"from": "2026-01-01", "to": "2026-01-11"},
    roll_up=["week"],
)


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    n = DAYS * ROWS_A_DAY
    day = np.arange(n) // ROWS_A_DAY
    score = rng.beta(2, 3, n)
    # from day 15 on the score says less
    label = rng.random(n) < np.where(day < 15, score, 0.4)
    x = rng.normal(np.where(day >= 18, 0.4, 0), 1, n)
    x[rng.random(n) < np.where(day == 20, 0.1, 0.02)] = np.nan
    return pd.DataFrame(
        {
            "id": range(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "loaded_at": pd.Timestamp("2026-01-02") + pd.to_timedelta(day, unit="D"),
            "score": score,
            "label": label.astype(int),
            "x": x,
            "plan": rng.choice(["s", "m", "l"], n),
        }
    )


@pytest.fixture(scope="module")
def projects(new_project: NewProject) -> dict[str, MonitoredProject]:
    """The first twenty days and then the rest, by `dbt build` and by `monitor run`."""
    found = {engine: new_project(engine) for engine in ("duckdb", "postgres")}
    frame = rows()
    for engine, project in found.items():
        project.declare(shop=MONITOR)
        for part in (frame[frame["at"] < "2026-01-21"], frame):
            is_first = not project.tables
            project.load("scores", part)
            if engine == "duckdb":
                project.build(*BUILD, *(() if is_first else WITHOUT_VIEWS))
            else:
                done = build(project.folder, with_views=is_first)
                assert not done.broken
    return found


@pytest.fixture(scope="module")
def tested(projects: dict[str, MonitoredProject]) -> dict[str, pd.DataFrame]:
    query = "select * from ml_monitor__significance"
    return {engine: project.query(query) for engine, project in projects.items()}


def test_dbt_and_monitor_run_give_the_same(tested: dict[str, pd.DataFrame]) -> None:
    one, two = (tested[engine].set_index(KEYS).sort_index() for engine in ("duckdb", "postgres"))
    assert len(one) > 300
    pd.testing.assert_frame_equal(one[VALUES], two[VALUES], rtol=1e-8, atol=1e-12)
    assert one["test"].equals(two["test"])


def test_every_window_is_tested_once_and_again_where_its_numbers_are_new(
    projects: dict[str, MonitoredProject], tested: dict[str, pd.DataFrame]
) -> None:
    for engine, found in tested.items():
        assert not found.duplicated(KEYS).any(), engine
        drift = found[found["family"] == "drift"]
        windows = drift.drop_duplicates("window_key").groupby("grain")["window_start"]
        assert windows.nunique().to_dict() == {"day": DAYS, "week": WEEKS}
        assert windows.min()["week"] == pd.Timestamp("2025-12-29")
        numbers = projects[engine].query(
            "select window_key, dependency from ml_monitor__drift_numbers"
        )
        current = numbers.groupby("window_key")["dependency"].max()
        assert (drift["window_key"].map(current) == drift["dependency"]).all(), engine


def test_each_finds_the_number_that_it_tests(projects: dict[str, MonitoredProject]) -> None:
    keys = "monitor, model_version, window_start, family, subject, baseline, metric"
    for engine, project in projects.items():
        counts = project.query(
            "select count(*) as joined, "
            "(select count(*) from ml_monitor__significance where grain = 'day') as tests "
            f"from ml_monitor__significance join ml_monitor__metrics using ({keys}) "
            "where grain = 'day' and segment = 'overall' and source = 'realized' "
            "and value is not null"
        )
        joined, tests = counts.iloc[0]
        assert joined == tests > 300, engine


def test_postgres_knows_at_once_how_many_there_are(
    projects: dict[str, MonitoredProject], tested: dict[str, pd.DataFrame]
) -> None:
    known = projects["postgres"].query(
        "select reltuples from pg_class where oid = 'ml_monitor__significance_store'::regclass"
    )
    assert known["reltuples"].tolist() == [len(tested["postgres"])]


def raw(day: str) -> pd.DataFrame:
    frame = rows()
    return frame[frame["at"] == day]


@pytest.mark.parametrize("day", ["2026-01-15", "2026-01-21"])
def test_scipy_on_raw_rows(tested: dict[str, pd.DataFrame], day: str) -> None:
    frame = rows()
    reference = frame[frame["at"] < "2026-01-11"]
    window = raw(day)
    found = tested["duckdb"]
    found = found[found["window_key"].str.contains(day) & (found["model_version"] == "all")]
    of_x = found[found["subject"] == "x"].set_index("metric")
    welch = stats.ttest_ind(window["x"].dropna(), reference["x"].dropna(), equal_var=False)
    assert of_x.loc["mean_difference", "p_value"] == pytest.approx(welch.pvalue, rel=1e-6)
    assert of_x.loc["mean_difference", "statistic"] == pytest.approx(welch.statistic, rel=1e-6)
    nulls = [[side["x"].isna().sum(), side["x"].notna().sum()] for side in (window, reference)]
    two = stats.chi2_contingency(nulls, correction=False)
    assert of_x.loc["null_rate_difference", "p_value"] == pytest.approx(two.pvalue, rel=1e-9)
    # bins hide a little of the distance
    distance = stats.ks_2samp(window["x"].dropna(), reference["x"].dropna())
    ours = of_x.loc["kolmogorov_smirnov_statistic", "p_value"]
    assert math.log(ours) == pytest.approx(math.log(distance.pvalue), rel=0.05, abs=0.1)
    plans = pd.crosstab(
        np.r_[np.zeros(len(window)), np.ones(len(reference))],
        np.r_[window["plan"], reference["plan"]],
    )
    chi = stats.chi2_contingency(plans, correction=False)
    of_plan = found[found["subject"] == "plan"].set_index("metric")
    index = of_plan.loc["population_stability_index"]
    assert index["statistic"] == pytest.approx(chi.statistic, rel=1e-9)
    assert index["p_value"] == pytest.approx(chi.pvalue, rel=1e-9)


def test_q_values_are_those_of_benjamini_and_hochberg(tested: dict[str, pd.DataFrame]) -> None:
    drift = tested["duckdb"][tested["duckdb"]["family"] == "drift"]
    groups = drift.groupby(["window_key", "model_version", "baseline"])
    assert len(groups) == DAYS + WEEKS
    for _, group in groups:
        wanted = benjamini_hochberg(group["p_value"].to_numpy())
        np.testing.assert_allclose(group["q_value"], wanted, rtol=1e-12)


def test_a_change_of_the_watched_metric_is_seen(
    projects: dict[str, MonitoredProject], tested: dict[str, pd.DataFrame]
) -> None:
    """Accuracy falls on 16 January; the evidence never forgets, and quiet days bring none."""
    series = tested["duckdb"][tested["duckdb"]["family"] == "performance"].set_index("window_key")
    p_values = series.sort_index()["p_value"]
    assert len(p_values) == DAYS - 10
    assert (p_values.iloc[:5] > 0.2).all()
    assert p_values.is_monotonic_decreasing
    assert p_values.iloc[-1] < 1e-4
    watched = projects["duckdb"].query(
        "select * from ml_monitor__watched_metrics order by window_start"
    )
    assert set(watched["metric"]) == {"accuracy"}
    reference, later = (watched[watched["is_reference"] == is_part] for is_part in (True, False))
    share = reference["n"] / reference["n"].sum()
    between = reference["value"].var(ddof=1) - (reference["standard_error"] ** 2).mean()
    wanted = sequential_change(
        later["value"],
        later["standard_error"],
        later["n"],
        float((share * reference["value"]).sum()),
        float(np.sqrt((share**2 * reference["standard_error"] ** 2).sum())),
        float(reference["n"].sum()),
        expected_difference=0.02,
        between_variance=max(0.0, float(between)),
        reference_windows=10,
    )
    np.testing.assert_allclose(p_values, wanted.p_value, rtol=1e-9)


def test_drift_shows_them_beside_the_verdict(projects: dict[str, MonitoredProject]) -> None:
    for project in projects.values():
        drift = project.query("select * from ml_monitor__drift where segment = 'overall'")
        key = ["window_start", "feature"]
        by_metric: Any = drift.pivot_table("p_value", key, "metric")
        same = by_metric["chi_square_statistic"] == by_metric["population_stability_index"]
        assert same.all()
        assert drift[drift["metric"] == "wasserstein_distance"]["p_value"].isna().all()
        moved = drift[(drift["feature"] == "x") & (drift["window_start"] == "2026-01-21")]
        moved = moved.set_index("metric")
        assert moved.loc["population_stability_index", "q_value"] < 1e-4
        segments = project.query("select p_value from ml_monitor__drift where segment <> 'overall'")
        assert segments["p_value"].isna().all()
