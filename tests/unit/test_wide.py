"""A monitor of many features counts as one of few does, in a statement that does not grow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject

ROWS, DAYS, REFERENCE_DAYS = 220, 8, 6
FILLERS = [f"filler_{i:02d}" for i in range(46)]
NUMERIC = [
    "normal", "skewed", "far", "two_modes", "constant", "whole", "flag",
    "gone", "late", "broken", "heavy",
]  # fmt: skip
CATEGORICAL = ["plan", "code", "agreed", "many", "void"]
GRAIN = ["day", "model_version", "segment", "segment_value", "feature", "bin"]
SUMS = ["sum_value", "sum_squared_value", "sum_score"]


def predictions(days: range, seed: int) -> pd.DataFrame:
    """Numbers and categories of every shape; what the reference never had comes after it."""
    rng = np.random.default_rng(seed)
    n = ROWS * len(days)
    day = np.repeat(np.array(list(days)), ROWS)
    is_new = day >= REFERENCE_DAYS
    broken = rng.normal(size=n)
    broken[::9], broken[1::9], broken[2::9] = np.nan, np.inf, 1e60
    heavy = np.where(rng.random(n) < 0.1, 0.0, rng.exponential(size=n))
    plan = rng.choice(["a", "b", "o'hara"], n).astype(object)
    plan[is_new & (rng.random(n) < 0.3)] = "unseen"
    plan[::11] = None
    score = rng.random(n)
    columns: dict[str, Any] = {
        "id": np.arange(n) + days.start * ROWS,
        "at": pd.Timestamp("2026-01-05") + pd.to_timedelta(day, unit="D"),
        "score": score,
        "label": (rng.random(n) < score).astype(int),
        "version": rng.choice(["v1", "v2"], n),
        "region": rng.choice(["north", "south", None], n),
        "store": rng.integers(0, 18, n).astype(str),
        "normal": rng.normal(size=n) + is_new,
        "skewed": rng.lognormal(sigma=1.5, size=n),
        "far": 1e9 + rng.normal(size=n),
        "two_modes": rng.choice([0.0, 1000.0], n) + 0.01 * rng.random(n),
        "constant": np.full(n, 7.0),
        "whole": rng.integers(0, 30, n),
        "flag": rng.random(n) < 0.2,
        "gone": np.full(n, np.nan),
        "late": np.where(is_new, 3.0, np.nan),
        "broken": broken,
        "heavy": heavy,
        "plan": plan,
        "code": rng.integers(0, 5, n),
        "agreed": rng.random(n) < 0.5,
        "many": np.char.add("c", rng.integers(0, 150, n).astype(str)),
        "void": np.full(n, None),
    }
    for filler in FILLERS:
        columns[filler] = np.where(rng.random(n) < 0.1, np.nan, rng.uniform(size=n))
    frame = pd.DataFrame(columns)
    return frame.astype({"void": "string", "plan": "string", "region": "string"})


def block(numeric: list[str]) -> dict[str, Any]:
    """A declaration whose reference is the first days."""
    return {
        "predictions": "raw.scores",
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "version": "version",
        "score": "score",
        "labels": {"label": "label"},
        "reference": {"from": "2026-01-05", "to": "2026-01-11"},
        "features": {"numeric": numeric, "categorical": CATEGORICAL},
        "segments": ["region", "store"],
        "lookback": 1,
    }


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    """The same features in a monitor of few and in one of many; days, then one day more."""
    made = new_project(request.param)
    made.declare(narrow=block(NUMERIC), wide=block(NUMERIC + FILLERS))
    made.load("scores", predictions(range(DAYS - 1), 1))
    made.build("--select", "+ml_monitor__drift_numbers")
    made.load("scores", predictions(range(DAYS - 1, DAYS), 2), mode="append")
    made.build("--select", "narrow__feature_profile", "wide__feature_profile")
    return made


def rows_of(project: MonitoredProject, table: str, columns: str = "*") -> pd.DataFrame:
    """A monitor's table without the fillers, in the order of its columns."""
    shared = "', '".join([*NUMERIC, *CATEGORICAL, "__score__", "__prediction__", "__row__"])
    found = project.query(f"select {columns} from {table} where feature in ('{shared}')")
    return found.sort_values(list(found.columns)).reset_index(drop=True)


def test_bins_are_the_same(project: MonitoredProject) -> None:
    columns = (
        "part, feature, kind, bin, coarse_bin, position, lower_edge, upper_edge, category, center,"
        " piece_lower, piece_scale"
    )
    narrow, wide = (rows_of(project, f"{name}__grid", columns) for name in ("narrow", "wide"))
    assert set(narrow["kind"]) == {"continuous", "discrete", "categorical"}
    pd.testing.assert_frame_equal(narrow, wide, check_exact=True)


def test_counts_are_the_same(project: MonitoredProject) -> None:
    columns = (
        "cast(window_start as date) as day, model_version, segment, segment_value, feature, bin, n,"
        f" minimum, maximum, {', '.join(SUMS)}"
    )
    narrow, wide = (
        rows_of(project, f"{name}__feature_profile", columns).sort_values(GRAIN)
        for name in ("narrow", "wide")
    )
    exact = [*GRAIN, "n", "minimum", "maximum"]
    assert set(narrow["bin"]) >= {-3, -2, -1, 0, 100}
    assert set(narrow["segment"]) == {"overall", "region", "store"}
    pd.testing.assert_frame_equal(narrow[exact], wide[exact], check_exact=True)
    pd.testing.assert_frame_equal(narrow[SUMS], wide[SUMS], rtol=1e-12, atol=1e-9)


def test_drift_is_the_same(project: MonitoredProject) -> None:
    found = rows_of(project, "ml_monitor__drift_numbers")
    keys = ["window_start", "model_version", "segment", "segment_value", "feature", "baseline"]
    narrow, wide = (
        found[found["monitor"] == name]
        .sort_values(keys)
        .drop(columns=["monitor", "window_key", "dependency"])
        .reset_index(drop=True)
        for name in ("narrow", "wide")
    )
    assert narrow["population_stability_index"].max() > 0.5
    pd.testing.assert_frame_equal(narrow, wide, rtol=1e-9, atol=1e-9)


def test_counts_are_those_of_the_rows(project: MonitoredProject) -> None:
    frame = pd.concat([predictions(range(DAYS - 1), 1), predictions(range(DAYS - 1, DAYS), 2)])
    values = frame.set_index(frame["at"].dt.normalize())[FILLERS].stack(future_stack=True)
    expected = values.groupby(level=[0, 1]).agg(["size", "count", "sum", "min", "max"])
    grid = project.query("select distinct feature, center from wide__grid where bin = 0")
    profile = project.query(
        "select window_start, feature, sum(n) as size, sum(case when bin >= 0 then n end) as count,"
        " sum(sum_value) as centered, min(minimum) as min, max(maximum) as max"
        " from wide__feature_profile where segment = 'overall' and feature like 'filler%'"
        " group by window_start, feature"
    ).merge(grid, on="feature")
    profile = profile.set_index(["window_start", "feature"]).astype(float).sort_index()
    profile["sum"] = profile["centered"] + profile["count"] * profile["center"]
    assert len(profile) == DAYS * len(FILLERS)
    np.testing.assert_allclose(
        profile[list(expected.columns)], expected.sort_index().astype(float), rtol=1e-12
    )


def test_statement_does_not_grow_with_the_features(project: MonitoredProject) -> None:
    branches = {
        path.stem: path.read_text(encoding="utf-8").count("union all")
        for path in project.folder.glob("target/compiled/**/*__feature_profile.sql")
    }
    assert branches["wide__feature_profile"] < branches["narrow__feature_profile"]
