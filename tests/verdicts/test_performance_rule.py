"""The verdict on performance: what reference windows vary by beyond chance is part of the noise."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

DAYS, ROWS_A_DAY, REFERENCE_DAYS = 20, 400, 12
COMMON: dict[str, Any] = {
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-13"},
    "segments": ["region"],
    "features": {"categorical": ["region"]},
}
MONITORS = {
    "learned": block(**COMMON),
    "incident": block(**COMMON, incidents=[{"from": "2026-01-03", "to": "2026-01-04"}]),
    "deviations": block(**COMMON, limits={"method": "reference_sd", "k": 2}),
}


def rows() -> pd.DataFrame:
    """Accuracy differs by day far more than chance lets it, and falls on the last day."""
    rng = np.random.default_rng(8)
    n = DAYS * ROWS_A_DAY
    day = np.arange(n) // ROWS_A_DAY
    accuracy = rng.normal(0.85, 0.04, DAYS)
    accuracy[[2, 15, DAYS - 1]] = 0.6, 0.75, 0.5
    score = rng.beta(0.8, 0.8, n)
    is_right = rng.random(n) < accuracy[day]
    return pd.DataFrame(
        {
            "id": range(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "score": score,
            "label": ((score >= 0.5) == is_right).astype(int),
            "region": rng.choice(["north", "south"], n),
        }
    )


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def found(new_project: NewProject, request: pytest.FixtureRequest) -> pd.DataFrame:
    project: MonitoredProject = new_project(request.param)
    project.load("scores", rows())
    project.declare(**MONITORS)
    project.build("--select", "+ml_monitor__performance")
    return project.query(
        "select performance.*, limits.z_limit from ml_monitor__performance as performance "
        "inner join ml_monitor__limits as limits on limits.monitor = performance.monitor "
        "and limits.metric = performance.metric and limits.family = 'performance' "
        "where source = 'realized' and performance.metric = 'accuracy' and model_version = 'all' "
        "order by performance.monitor, segment, segment_value, window_start"
    )


def series(found: pd.DataFrame, monitor: str, segment_value: str = "all") -> pd.DataFrame:
    rows = found[(found["monitor"] == monitor) & (found["segment_value"] == segment_value)]
    return rows.reset_index(drop=True)


def agresti_coull(share: Any, n: Any) -> Any:
    """Squared standard error of a share, with two successes and two failures added."""
    trials = n + 1.96**2
    share = (share * n + 1.96**2 / 2) / trials
    return share * (1 - share) / trials


@pytest.mark.parametrize("segment_value", ["all", "north"])
@pytest.mark.parametrize(("monitor", "quiet"), [("learned", ()), ("incident", (2,))])
def test_the_limit_by_hand(
    found: pd.DataFrame, monitor: str, quiet: tuple[int, ...], segment_value: str
) -> None:
    windows = series(found, monitor, segment_value)
    squared_error = agresti_coull(windows["value"], windows["n"])
    reference = windows.index < REFERENCE_DAYS
    n = windows["n"][reference].sum()
    usual = (windows["value"] * windows["n"])[reference].sum() / n
    z_limit = max(3, float(windows["z_limit"].iloc[0]))
    for index, window in windows.iterrows():
        taught = [i for i in range(REFERENCE_DAYS) if i not in quiet and i != index]
        varied = windows["value"][taught].var(ddof=1) - squared_error[taught].mean()
        between = max(0.0, float(varied)) * (1 + 1 / len(taught))
        noise = math.sqrt(squared_error[index] + agresti_coull(usual, n) + between)
        margin = max(0.02, z_limit * noise)
        assert window["reference_value"] == pytest.approx(usual)
        assert window["lower_limit"] == pytest.approx(usual - margin, rel=1e-9)
        assert window["limit_ratio"] == pytest.approx((usual - window["value"]) / margin, rel=1e-6)
        beyond = usual - window["value"] > margin
        expected = ("alert" if segment_value == "all" else "warn") if beyond else None
        assert window["verdict"] == (expected or window["verdict"])
        assert beyond or window["verdict"] in ("ok", "warn")


def test_days_that_differ_open_no_alert_but_a_fall_does(found: pd.DataFrame) -> None:
    windows = series(found, "incident")
    after = windows[windows.index >= REFERENCE_DAYS]
    assert list(after["verdict"][:-1].isin(["ok", "warn"])) == [True] * 7
    assert after["verdict"].iloc[-1] == "alert"
    # by chance alone some of these days would have been one
    chance = after["value"] * (1 - after["value"]) / after["n"]
    fall = after["reference_value"] - after["value"]
    assert ((fall > 3.2 * np.sqrt(chance)) & (fall > 0.02))[:-1].any()
    evidence = series(found, "incident", "south").iloc[-1]
    assert evidence["verdict"] == "warn"
    assert evidence["limit_ratio"] > 1
    assert evidence["reason"].startswith("beyond the limit, but only evidence")


def test_the_deviate_shares_half_an_alert_a_quarter(found: pd.DataFrame) -> None:
    """Twelve metrics of a binary model have limits; realized and estimated they are 24 numbers."""
    limits = series(found, "learned")["z_limit"]
    assert limits.to_numpy() == pytest.approx(stats.norm.isf(0.5 / (90 * 24)), abs=4.5e-4)


def test_reference_deviations(found: pd.DataFrame) -> None:
    windows = series(found, "deviations")
    usual = windows["value"][:REFERENCE_DAYS]
    after = windows[REFERENCE_DAYS:]
    limit = usual.mean() - 2 * usual.std(ddof=0)
    assert after["lower_limit"].to_numpy() == pytest.approx(limit)
    assert ((after["verdict"] == "alert") == (after["value"] < limit)).all()
