"""Quality against cases worked by hand and numpy, and on the edges."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from tests.support.project import NewProject
from tests.support.scores import block, frame_of

RNG = np.random.default_rng(3)
DRAWN = RNG.normal(1e9, 1, 1200).tolist()
DAYS: dict[str, dict[str, list[object]]] = {
    "2026-01-01": {
        "x": [1.0, 2.0, 3.0, 4.0] * 50,
        "c": ["a", "b"] * 100,
        "r": ["u", "v"] * 100,
        "far": DRAWN[:200],
    },
    "2026-01-02": {
        "x": [2.0, 4.0] * 100,
        "c": ["a"] * 200,
        "r": ["u", "v"] * 100,
        "far": DRAWN[200:400],
    },
    "2026-01-03": {
        "x": [0.0, 9.0, None, math.nan, math.inf] * 10 + [2.0] * 150,
        "c": ["z"] * 20 + [None] * 80 + ["a"] * 100,
        "r": ["u"] * 50 + ["v"] * 150,
        "far": [*DRAWN[400:590], *[1e9 + 50.0] * 10],
    },
    "2026-01-04": {"x": [3.0] * 7, "c": ["a"] * 7, "r": ["w"] * 7, "far": DRAWN[600:607]},
}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def quality(new_project: NewProject, request: pytest.FixtureRequest) -> pd.DataFrame:
    frame = frame_of(DAYS)
    is_third = frame["at"] == pd.Timestamp("2026-01-03")
    frame.loc[is_third, "id"] = frame.loc[is_third, "id"] // 2 * 2
    frame["row_number"] = range(len(frame))
    project = new_project(request.param)
    project.load("scores", frame.drop(columns="x"))
    # a data frame has one kind of missing number, a warehouse has NULL and NaN
    literals = ", ".join(
        f"({index}, {_literal(value)})"
        for index, value in enumerate(value for day in DAYS.values() for value in day["x"])
    )
    (project.folder / "models" / "scored.sql").write_text(
        "{{ config(materialized='table') }}\n"
        f"with x as (select * from (values {literals}) as literals(row_number, x))\n"
        "select scores.*, x.x from {{ source('raw', 'scores') }} as scores "
        "inner join x on x.row_number = scores.row_number",
        encoding="utf-8",
    )
    features = {"numeric": ["x", "far"], "categorical": ["c"]}
    reference = {"from": "2026-01-01", "to": "2026-01-03"}
    limits = {"row_count": {"warn_at": 50, "alert_at": 150}}
    project.declare(
        hand=block(
            predictions="scored",
            features=features,
            segments=["r"],
            reference=reference,
            thresholds=limits,
        )
    )
    project.build("--select", "+ml_monitor__quality")
    rows = project.query("select * from ml_monitor__quality where model_version = 'all'")
    keys = ["window_start", "segment", "segment_value", "feature", "metric"]
    return rows.set_index(keys).sort_index()


def _literal(value: object) -> str:
    if value is None:
        return "cast(null as double precision)"
    return f"cast('{value}' as double precision)"


def cell(
    quality: pd.DataFrame,
    day: str,
    feature: str,
    metric: str,
    *,
    column: str = "value",
    of: str = "",
) -> float:
    segment = ("r", of) if of else ("overall", "all")
    return float(quality.loc[(pd.Timestamp(day), *segment, feature, metric), column])


def verdict(quality: pd.DataFrame, day: str, feature: str, metric: str) -> str:
    key = (pd.Timestamp(day), "overall", "all", feature, metric)
    return str(quality.loc[key, "verdict"])


def test_rows(quality: pd.DataFrame) -> None:
    assert cell(quality, "2026-01-03", "__row__", "row_count") == 200
    assert cell(quality, "2026-01-03", "__row__", "row_count", column="reference_value") == 200
    assert cell(quality, "2026-01-03", "__row__", "duplicate_id_rate") == pytest.approx(0.5)
    assert verdict(quality, "2026-01-03", "__row__", "duplicate_id_rate") == "alert"
    assert cell(quality, "2026-01-02", "__row__", "duplicate_id_rate") == 0
    assert cell(quality, "2026-01-03", "__row__", "row_count", of="u") == 50


def test_a_count_of_rows_falls_and_rises(quality: pd.DataFrame) -> None:
    # it needs no least number of rows: too few are what it is about
    assert verdict(quality, "2026-01-04", "__row__", "row_count") == "alert"
    assert verdict(quality, "2026-01-03", "__row__", "row_count") == "ok"
    for column, expected in (("lower_limit", 50), ("upper_limit", 350)):
        assert cell(quality, "2026-01-04", "__row__", "row_count", column=column) == expected


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("null_rate", 0.05),
        ("not_a_number_rate", 0.1),
        ("out_of_range_rate", 0.1),
        ("mean", (9 * 10 + 2 * 150) / 170),
        ("minimum", 0),
        ("maximum", 9),
        ("median", 2),
        ("quantile_99", 9),
    ],
)
def test_a_broken_window(quality: pd.DataFrame, metric: str, expected: float) -> None:
    assert cell(quality, "2026-01-03", "x", metric) == pytest.approx(expected)


def test_verdicts_of_rates(quality: pd.DataFrame) -> None:
    assert verdict(quality, "2026-01-03", "x", "not_a_number_rate") == "alert"
    assert verdict(quality, "2026-01-03", "x", "out_of_range_rate") == "alert"
    assert verdict(quality, "2026-01-03", "c", "null_rate") == "alert"
    assert verdict(quality, "2026-01-03", "c", "unseen_rate") == "alert"
    assert cell(quality, "2026-01-03", "c", "unseen_rate") == pytest.approx(0.1)
    assert verdict(quality, "2026-01-02", "c", "unseen_rate") == "ok"
    assert verdict(quality, "2026-01-03", "x", "mean") == "not_applicable"
    assert verdict(quality, "2026-01-04", "x", "null_rate") == "insufficient_data"


def test_limits_of_rates(quality: pd.DataFrame) -> None:
    limit = cell(quality, "2026-01-03", "c", "null_rate", column="upper_limit")
    rise = math.asin(math.sqrt((200 * limit + 0.375) / 200.75)) - math.asin(
        math.sqrt(0.375 / 400.75)
    )
    assert rise == pytest.approx(4 * math.sqrt(0.0005 * 1.5 + (1 / 200 + 1 / 400) / 4))
    assert math.isnan(cell(quality, "2026-01-03", "x", "mean", column="upper_limit"))


def test_a_reference_window_is_compared_with_the_others(quality: pd.DataFrame) -> None:
    assert cell(quality, "2026-01-01", "x", "mean") == pytest.approx(2.5)
    assert cell(quality, "2026-01-01", "x", "mean", column="reference_value") == pytest.approx(3)
    deviation = cell(quality, "2026-01-01", "x", "standard_deviation", column="reference_value")
    assert deviation == pytest.approx(1)
    assert cell(quality, "2026-01-03", "x", "mean", column="reference_value") == pytest.approx(2.75)


def test_large_values_keep_their_digits(quality: pd.DataFrame) -> None:
    values = np.array(DRAWN[200:400])
    assert cell(quality, "2026-01-02", "far", "mean") == pytest.approx(values.mean(), rel=1e-14)
    deviation = cell(quality, "2026-01-02", "far", "standard_deviation")
    assert deviation == pytest.approx(values.std(), rel=1e-6)


@pytest.mark.parametrize("percent", [1, 5, 25, 50, 75, 95, 99])
def test_quantiles(quality: pd.DataFrame, percent: int) -> None:
    name = "median" if percent == 50 else f"quantile_{percent:02d}"
    expected = np.quantile(np.array(DRAWN[200:400]) - 1e9, percent / 100)
    found = cell(quality, "2026-01-02", "far", name) - 1e9
    assert found == pytest.approx(expected, abs=0.05)


def test_segments(quality: pd.DataFrame) -> None:
    assert cell(quality, "2026-01-01", "x", "mean", of="u") == pytest.approx(2)
    metrics = quality.loc[(pd.Timestamp("2026-01-01"), "r", "u", "x")].index
    assert not {"minimum", "maximum", "median"} & set(metrics)
    new = quality.loc[(pd.Timestamp("2026-01-04"), "r", "w")]
    assert set(new["verdict"]) == {"insufficient_data", "not_applicable"}
