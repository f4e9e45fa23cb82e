"""Drift against cases worked by hand, published ones, and on the edges."""

from __future__ import annotations

import json
import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.published import published
from tests.support.scores import block, frame_of

BUILD = ("--select", "+ml_monitor__drift")
NOTHING = [None] * 200
NORMAL = [NormalDist().inv_cdf((i + 0.5) / 400) for i in range(400)]
SHIFTED = [value + 0.3 for value in NORMAL[::2]]

# feature -> (the reference's values, the window's)
CATEGORIES: dict[str, tuple[list[object], list[object]]] = {
    "halves": (["a", "b"] * 200, ["a"] * 50 + ["b"] * 150),
    "gone": (["a", "b"] * 200, ["a"] * 200),
    "unseen": (["a", "b"] * 200, ["a"] * 100 + ["b"] * 80 + ["z"] * 20),
    "rare": (["a"] * 397 + ["b", "c", "d"], ["a"] * 197 + ["b", "c", "d"]),
    "empty": (["a", "b"] * 200, list(NOTHING)),
    "never": ([None] * 400, ["a"] * 100 + [None] * 100),
}
NUMBERS: dict[str, tuple[list[object], list[object]]] = {
    "four": ([1.0, 2.0, 3.0, 4.0] * 100, [2.0, 3.0, 4.0, 5.0] * 50),
    "constant": ([7.0] * 400, [7.0] * 200),
    "void": ([1.0, 2.0] * 200, list(NOTHING)),
    "shifted": (list(NORMAL), list(SHIFTED)),
    "outlier": (list(NORMAL), [*SHIFTED[:-1], 1e6]),
    "broken": ([1.0, 2.0] * 200, [1.0, 2.0] * 80 + [math.inf, -math.inf, 1e200, -1e200] * 10),
}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def drift(new_project: NewProject, request: pytest.FixtureRequest) -> pd.DataFrame:
    """Drift of every case, by feature and metric."""
    cases = {**CATEGORIES, **NUMBERS}
    days = {
        "2026-01-01": {name: values for name, (values, _) in cases.items()},
        "2026-01-02": {name: values for name, (_, values) in cases.items()},
        "2026-01-03": {name: values[:40] for name, (_, values) in cases.items()},
    }
    project: MonitoredProject = new_project(request.param)
    project.load("scores", frame_of(days))
    features = {"numeric": list(NUMBERS), "categorical": list(CATEGORIES)}
    thresholds = {"kolmogorov_smirnov_statistic": {"warn_at": 0.1, "alert_at": 0.3}}
    project.declare(hand=block(features=features, thresholds=thresholds, metrics="all"))
    project.build(*BUILD)
    rows = project.query("select * from ml_monitor__drift where model_version = 'all'")
    return rows.set_index(["window_start", "feature", "metric"]).sort_index()


def value(drift: pd.DataFrame, feature: str, metric: str) -> float:
    return float(drift.loc[(pd.Timestamp("2026-01-02"), feature, metric), "value"])


def verdict(drift: pd.DataFrame, feature: str, metric: str, day: str = "2026-01-02") -> str:
    return str(drift.loc[(pd.Timestamp(day), feature, metric), "verdict"])


def smoothed(a: list[float], r: list[float]) -> float:
    """The population stability index of counts, with its pseudo-row."""
    n, m = sum(a), sum(r)
    pooled = [(x + y) / (n + m) for x, y in zip(a, r, strict=True)]
    one = 1 if any((x == 0) != (y == 0) for x, y in zip(a, r, strict=True)) else 0
    q = [(x + one * s) / (n + one) for x, s in zip(a, pooled, strict=True)]
    p = [(y + one * s) / (m + one) for y, s in zip(r, pooled, strict=True)]
    return sum((x - y) * math.log(x / y) for x, y in zip(q, p, strict=True) if x != y)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("population_stability_index", 0.25 * math.log(3)),
        ("total_variation_distance", 0.25),
        ("l_infinity_distance", 0.25),
        ("hellinger_distance", math.sqrt(1 - math.sqrt(0.125) - math.sqrt(0.375))),
        (
            "jensen_shannon_distance",
            math.sqrt(
                0.5
                * (
                    0.5 * math.log2(0.5 / 0.375)
                    + 0.5 * math.log2(0.5 / 0.625)
                    + 0.25 * math.log2(0.25 / 0.375)
                    + 0.75 * math.log2(0.75 / 0.625)
                )
            ),
        ),
        ("chi_square_statistic", 600 * (50 * 200 - 150 * 200) ** 2 / (200 * 400 * 250 * 350)),
        ("null_rate_difference", 0.0),
        ("unseen_rate", 0.0),
    ],
)
def test_two_categories(drift: pd.DataFrame, metric: str, expected: float) -> None:
    assert value(drift, "halves", metric) == pytest.approx(expected, rel=1e-9)


def test_noise_floor_limits_and_verdict(drift: pd.DataFrame) -> None:
    row = drift.loc[(pd.Timestamp("2026-01-02"), "halves", "population_stability_index")]
    assert (row["n"], row["reference_n"]) == (200, 400)
    assert row["noise_floor"] == pytest.approx(1 / 200 + 1 / 400)
    assert row["upper_limit"] == pytest.approx(0.2 + row["noise_floor"])
    assert row["verdict"] == "alert"
    assert verdict(drift, "halves", "hellinger_distance") == "not_applicable"
    assert pd.isna(
        drift.loc[(pd.Timestamp("2026-01-02"), "halves", "hellinger_distance"), "upper_limit"]
    )
    assert verdict(drift, "halves", "null_rate_difference") == "ok"


def test_a_category_that_is_gone_still_counts(drift: pd.DataFrame) -> None:
    found = value(drift, "gone", "population_stability_index")
    assert found == pytest.approx(smoothed([200, 0], [200, 200]), rel=1e-9)
    assert found > 2


def test_unseen_category(drift: pd.DataFrame) -> None:
    assert value(drift, "unseen", "unseen_rate") == pytest.approx(0.1)
    assert verdict(drift, "unseen", "unseen_rate") == "alert"
    assert value(drift, "unseen", "population_stability_index") == pytest.approx(
        smoothed([100, 80, 20], [200, 200, 0]), rel=1e-9
    )


def test_rare_categories_are_one_bin(drift: pd.DataFrame) -> None:
    assert value(drift, "rare", "population_stability_index") == pytest.approx(
        smoothed([197, 3], [397, 3]), rel=1e-9
    )
    row = drift.loc[(pd.Timestamp("2026-01-02"), "rare", "population_stability_index")]
    assert row["noise_floor"] == pytest.approx(1 / 200 + 1 / 400)


def test_a_window_of_nulls(drift: pd.DataFrame) -> None:
    for feature in ("empty", "void"):
        assert value(drift, feature, "null_rate_difference") == pytest.approx(1)
        assert verdict(drift, feature, "null_rate_difference") == "alert"
        assert verdict(drift, feature, "population_stability_index") == "alert"
        assert value(drift, feature, "total_variation_distance") == pytest.approx(1)
    for metric in ("kolmogorov_smirnov_statistic", "wasserstein_distance", "mean_difference"):
        assert math.isnan(value(drift, "void", metric))
    assert verdict(drift, "void", "kolmogorov_smirnov_statistic") == "insufficient_data"
    assert value(drift, "never", "null_rate_difference") == pytest.approx(-0.5)
    assert verdict(drift, "never", "null_rate_difference") == "ok"
    assert value(drift, "never", "unseen_rate") == pytest.approx(0.5)


def test_numbers(drift: pd.DataFrame) -> None:
    assert value(drift, "four", "kolmogorov_smirnov_statistic") == pytest.approx(0.25)
    assert value(drift, "four", "wasserstein_distance") == pytest.approx(1)
    assert value(drift, "four", "mean_difference") == pytest.approx(1)
    deviation = float(np.std([1, 2, 3, 4]))
    for metric in ("normalized_wasserstein_distance", "standardized_mean_difference"):
        assert value(drift, "four", metric) == pytest.approx(1 / deviation)
    assert verdict(drift, "four", "kolmogorov_smirnov_statistic") == "warn"
    # counts 0, 50, 50, 50, 50 and 100, 100, 100, 100, 0: the gap is 1/4 at 1, 2, 3 and 4, 0 at 5
    cramer_von_mises = 200 * 400 / 600**2 * (100 + 150 + 150 + 150) / 16
    assert value(drift, "four", "cramer_von_mises_statistic") == pytest.approx(cramer_von_mises)
    # midranks 50, 175, 325, 475, 575 of 600, of the window's rows 0, 25, 75, 125, 175 lie below
    bins = [(100, 50, 0), (150, 175, 25), (150, 325, 75), (150, 475, 125), (50, 575, 175)]
    terms = [
        all_n / 600 * (600 * below - 200 * midrank) ** 2 / (midrank * (600 - midrank) - 150 * all_n)
        for all_n, midrank, below in bins
    ]
    anderson_darling = 599 / 600 * sum(terms) * (1 / 200 + 1 / 400)
    assert value(drift, "four", "anderson_darling_statistic") == pytest.approx(anderson_darling)
    for metric in ("cramer_von_mises_statistic", "anderson_darling_statistic"):
        assert value(drift, "constant", metric) == 0
        assert math.isnan(value(drift, "void", metric))
    # 5 lies beyond the greatest value of the reference and falls in with the last of its bins
    assert value(drift, "four", "population_stability_index") == pytest.approx(
        smoothed([0, 50, 50, 100], [100] * 4), rel=1e-9
    )


def test_one_value_and_values_that_are_no_numbers(drift: pd.DataFrame) -> None:
    assert value(drift, "constant", "population_stability_index") == 0
    assert value(drift, "constant", "kolmogorov_smirnov_statistic") == 0
    assert math.isnan(value(drift, "constant", "standardized_mean_difference"))
    assert value(drift, "broken", "total_variation_distance") == pytest.approx(0.2)
    assert value(drift, "broken", "mean_difference") == pytest.approx(0)
    assert value(drift, "broken", "null_rate_difference") == 0


def test_one_outlier_does_not_hide_a_shift(drift: pd.DataFrame) -> None:
    """Bins that followed the window would put all else into one: the index would be nearly 0."""
    shifted = value(drift, "shifted", "population_stability_index")
    assert shifted > 0.05
    outlier = value(drift, "outlier", "population_stability_index")
    assert outlier == pytest.approx(shifted, rel=0.15)
    distance = value(drift, "shifted", "kolmogorov_smirnov_statistic")
    assert value(drift, "outlier", "kolmogorov_smirnov_statistic") == pytest.approx(distance)


def test_too_few_rows_are_never_ok(drift: pd.DataFrame) -> None:
    few = drift.loc[pd.Timestamp("2026-01-03")]
    assert set(few["verdict"]) == {"insufficient_data", "not_applicable"}
    assert set(few.loc[~few["alert_at"].isna(), "verdict"]) == {"insufficient_data"}


def test_the_only_reference_window_has_nothing_to_compare_with(drift: pd.DataFrame) -> None:
    first = drift.loc[pd.Timestamp("2026-01-01")]
    assert (first["reference_n"] == 0).all()
    assert first["value"].dropna().index.get_level_values("metric").unique() == ["unseen_rate"]
    assert "ok" not in set(first["verdict"])


def test_an_empty_half_of_the_bins_adds_more_than_two(new_project: NewProject) -> None:
    upper = [5.5, 6.5, 7.5, 8.5, 9.5] * 200
    project = new_project()
    uniform = {"x": [bin_ + 0.5 for bin_ in range(10)] * 1000}
    project.load("scores", frame_of({"2026-01-01": uniform, "2026-01-02": {"x": upper}}))
    project.declare(half=block(features={"numeric": ["x"]}))
    project.build(*BUILD)
    found = project.query(
        "select value from ml_monitor__drift where metric = 'population_stability_index' "
        "and feature = 'x' and window_start = timestamp '2026-01-02'"
    )
    assert found["value"].tolist() == pytest.approx([smoothed([0] * 5 + [200] * 5, [1000] * 10)])
    assert found["value"][0] > 2


def test_published(new_project: NewProject) -> None:
    numbers = json.loads(published("published.json").read_text())
    optbinning = numbers["optbinning_psi"]
    evidently = numbers["evidently_micro"]["hellinger"]
    cases = {
        "o": (optbinning["count_expected"], optbinning["count_actual"]),
        "e": (evidently["ref_counts"], evidently["cur_counts"]),
    }
    project = new_project()
    blocks = {}
    for name, (expected, actual) in cases.items():
        days = {"2026-01-01": expected, "2026-01-02": actual}
        values = {day: {"c": np.repeat(range(len(n)), n)} for day, n in days.items()}
        project.load(name, frame_of(values))
        blocks[f"case_{name}"] = block(
            predictions=f"raw.{name}",
            features={"categorical": ["c"]},
            metrics=["hellinger_distance"],
        )
    project.declare(**blocks)
    project.build(*BUILD)
    found = project.query(
        "select monitor, metric, value from ml_monitor__drift "
        "where feature = 'c' and window_start = timestamp '2026-01-02'"
    ).set_index(["monitor", "metric"])["value"]
    psi = found["case_o", "population_stability_index"]
    assert psi == pytest.approx(optbinning["psi_total"], abs=5e-7)
    hellinger = found["case_e", "hellinger_distance"]
    # its printed digits are cut, not rounded
    assert hellinger == pytest.approx(evidently["value"], abs=1e-5)
