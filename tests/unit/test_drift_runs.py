"""Drift and quality over runs, versions, segments and engines."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.rebuild import unchanged
from tests.support.scores import block

ROWS_A_DAY = 300
BUILD = ("--select", "+ml_monitor__drift", "+ml_monitor__quality")
KEYS = {
    "drift": "monitor, model_version, window_start, segment, segment_value, feature, metric",
    "quality": "monitor, model_version, window_start, segment, segment_value, feature, metric",
}
BLOCK = block(
    version="version",
    loaded_at="loaded_at",
    reference={"from": "2026-01-01", "to": "2026-01-05"},
    features={"numeric": ["x", "spend", "items"], "categorical": ["plan"]},
    segments=["region", ["region", "plan"]],
)


def rows(days: int = 8, seed: int = 5) -> pd.DataFrame:
    """Days of two versions in two regions; version 2 begins after the reference."""
    rng = np.random.default_rng(seed)
    n = days * ROWS_A_DAY
    day = np.arange(n) // ROWS_A_DAY
    frame = pd.DataFrame(
        {
            "id": range(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "version": np.where((day >= 4) & (rng.random(n) < 0.5), "2", "1"),
            "score": rng.beta(2, 5, n),
            "x": rng.normal(0.1 * day, 1, n),
            "spend": np.where(rng.random(n) < 0.3, 0, rng.lognormal(3, 1, n)),
            "items": rng.integers(0, 9, n),
            "plan": rng.choice(["s", "m", "l"], n),
            "region": rng.choice(["north", "south"], n),
        }
    )
    frame.loc[rng.random(n) < 0.05, "spend"] = None
    return frame.assign(loaded_at=frame["at"] + pd.Timedelta(hours=30))


class Built(NamedTuple):
    """Drift and quality after runs day by day, after a rebuild, and by a reference of its own."""

    stepwise: dict[str, pd.DataFrame]
    at_once: dict[str, pd.DataFrame]
    trained: dict[str, pd.DataFrame]


def _built(project: MonitoredProject) -> Built:
    frame = rows()
    is_reference = frame["at"] < pd.Timestamp("2026-01-05")
    project.load("training", frame[is_reference])
    project.load("later", frame[~is_reference])
    trained = {"predictions": "raw.later", "reference": {"relation": "raw.training"}}
    project.declare(runs=BLOCK, trained={**BLOCK, **trained})
    late = frame["id"] % 50 == 7
    frame.loc[late, "loaded_at"] = frame["at"].max() + pd.Timedelta(hours=50)
    last = frame["at"].dt.normalize().where(~late, pd.Timestamp("2026-01-09"))
    ends = [pd.Timestamp(f"2026-01-{day:02d}") for day in (3, 6, 8, 9)]
    options: tuple[str, ...] = ()
    for start, end in pairwise([pd.Timestamp("2025-01-01"), *ends]):
        new = frame[(last > start) & (last <= end)]
        project.load("scores", new, mode="append" if options else "replace")
        project.build(*BUILD, *options)
        options = unchanged("trained")
    project.test(*BUILD)
    stepwise = _results(project, "runs")
    project.build(*BUILD, "--full-refresh", *unchanged("trained", views=False))
    return Built(stepwise, _results(project, "runs"), _results(project, "trained"))


def _results(project: MonitoredProject, monitor: str) -> dict[str, pd.DataFrame]:
    return {
        name: project.query(
            f"select * from ml_monitor__{name} where monitor = '{monitor}' order by {keys}"
        )
        for name, keys in KEYS.items()
    }


@pytest.fixture(scope="module")
def built(new_project: NewProject) -> dict[str, Built]:
    return {engine: _built(new_project(engine)) for engine in ("duckdb", "postgres")}


def _differences(left: pd.DataFrame, right: pd.DataFrame) -> list[Any]:
    """Return the cells that differ by more than 1e-9, relative to their size."""
    keys = KEYS["drift"].split(", ")
    both = left.merge(right, on=keys, how="outer", suffixes=("", "_right"), indicator=True)
    found: list[Any] = both.loc[both["_merge"] != "both", keys].to_numpy().tolist()
    for column in left.columns.difference(keys):
        for row, one, other in zip(
            both[keys].to_numpy().tolist(), both[column], both[f"{column}_right"], strict=True
        ):
            is_same = (pd.isna(one) and pd.isna(other)) or one == other
            if isinstance(one, float) and isinstance(other, float):
                is_same = is_same or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
            if not is_same:
                found.append((row, column, one, other))
    return found


@pytest.mark.parametrize("name", list(KEYS))
def test_engines_agree(built: dict[str, Built], name: str) -> None:
    # p-values are not of dbt alone: `monitor run` computes them on Postgres
    one, other = (
        built[engine].at_once[name].drop(columns=["p_value", "q_value"], errors="ignore")
        for engine in ("duckdb", "postgres")
    )
    assert len(one) > 1000
    assert _differences(one, other) == []


def test_levels(built: dict[str, Built]) -> None:
    drift = built["duckdb"].at_once["drift"]
    assert set(drift["model_version"]) == {"1", "2", "all"}
    assert set(drift["segment"]) == {"overall", "region", "region*plan"}
    day = drift[
        (drift["window_start"] == pd.Timestamp("2026-01-07"))
        & (drift["segment"] == "overall")
        & (drift["feature"] == "x")
        & (drift["metric"] == "mean_difference")
    ].set_index("model_version")
    frame = rows()
    means = frame[frame["at"] == pd.Timestamp("2026-01-07")].groupby("version")["x"].mean()
    reference = frame[frame["at"] < pd.Timestamp("2026-01-05")]["x"].mean()
    # version 2 has no reference rows, so it is compared with those of all versions
    assert day["value"]["2"] == pytest.approx(means["2"] - reference)
    assert day["n"]["1"] + day["n"]["2"] == day["n"]["all"] == ROWS_A_DAY
    assert day["reference_n"]["2"] == 4 * ROWS_A_DAY


def test_a_reference_window_is_held_out(built: dict[str, Built]) -> None:
    drift = built["duckdb"].at_once["drift"]
    row = drift[
        (drift["window_start"] == pd.Timestamp("2026-01-02"))
        & (drift["segment"] == "overall")
        & (drift["model_version"] == "all")
        & (drift["feature"] == "x")
    ].set_index("metric")
    frame = rows()
    frame = frame[frame["at"] < pd.Timestamp("2026-01-05")]
    is_held = frame["at"] == pd.Timestamp("2026-01-02")
    assert row["reference_n"].unique().tolist() == [3 * ROWS_A_DAY]
    expected = frame[is_held]["x"].mean() - frame[~is_held]["x"].mean()
    assert row["value"]["mean_difference"] == pytest.approx(expected)
    deviation = frame[~is_held]["x"].std(ddof=0)
    found = row["value"]["standardized_mean_difference"]
    assert found == pytest.approx(expected / deviation)


def test_day_by_day_equals_at_once(built: dict[str, Built], engine: str) -> None:
    for name in KEYS:
        assert len(built[engine].at_once[name]) > 1000
        assert _differences(built[engine].stepwise[name], built[engine].at_once[name]) == []


def test_a_reference_of_its_own(built: dict[str, Built], engine: str) -> None:
    found = built[engine].trained
    assert found["drift"]["window_start"].nunique() == 4
    overall = found["drift"][
        (found["drift"]["segment"] == "overall") & (found["drift"]["model_version"] == "all")
    ]
    assert set(overall["reference_n"]) == {4 * ROWS_A_DAY}
    assert "ok" in set(overall["verdict"])
    is_row_count = found["quality"]["metric"] == "row_count"
    assert found["quality"].loc[is_row_count, "reference_value"].isna().all()
