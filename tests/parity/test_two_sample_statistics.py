"""Cramér-von Mises and Anderson-Darling from bins, against scipy's from raw rows."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from monitor.stats import anderson_darling, cramer_von_mises
from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block, frame_of

ROWS = 4000
FIRST = pd.Timestamp("2026-01-01")
NAMES = ["normal", "lognormal", "spread", "rounded"]


def days() -> dict[str, dict[str, np.ndarray]]:
    rng = np.random.default_rng(8)

    def values(shift: float, spread: float) -> dict[str, np.ndarray]:
        return {
            "normal": rng.normal(shift, 1, ROWS),
            "lognormal": rng.lognormal(shift, 1, ROWS),
            "spread": rng.normal(0, spread, ROWS),
            "rounded": rng.normal(shift, spread, ROWS).round(1),
        }

    moved = [(0.0, 1.0), (0.1, 1.1), (0.4, 1.3)]
    return {f"2026-01-0{day + 1}": values(*change) for day, change in enumerate(moved)}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    project: MonitoredProject = new_project(request.param)
    project.load("scores", frame_of(days()))
    tests = ["cramer_von_mises_statistic", "anderson_darling_statistic"]
    project.declare(shapes=block(features={"numeric": NAMES}, metrics=tests))
    project.build("--select", "+ml_monitor__drift")
    return project


def test_bins_and_rows(project: MonitoredProject) -> None:
    found = project.query("select * from ml_monitor__drift").set_index(
        ["window_start", "feature", "metric"]
    )["value"]
    profile = project.query(
        "select feature, bin, window_start, n from ml_monitor__feature_profile "
        "where segment = 'overall' and bin >= 0"
    )
    raw = {pd.Timestamp(day): values for day, values in days().items()}
    for day in list(raw)[1:]:
        for name in NAMES:
            counts = profile[profile["feature"] == name].pivot(
                index="bin", columns="window_start", values="n"
            )
            sides = [counts[one].fillna(0).to_numpy() for one in (day, FIRST)]
            distance = found[day, name, "cramer_von_mises_statistic"]
            weighted = found[day, name, "anderson_darling_statistic"]
            same_bins = cramer_von_mises(*sides, draws=1).statistic
            assert distance == pytest.approx(float(same_bins), rel=1e-9)
            same_bins = anderson_darling(*sides, draws=1).statistic
            assert weighted == pytest.approx(float(same_bins), rel=1e-9)
            if name == "rounded":
                continue
            rows = [raw[one][name] for one in (day, FIRST)]
            expected = stats.cramervonmises_2samp(*rows, method="asymptotic").statistic
            assert distance == pytest.approx(expected, rel=0.01), name
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of p-values that are clipped
                expected = stats.anderson_ksamp(rows, variant="midrank").statistic
            assert _standardized(weighted) == pytest.approx(expected, rel=0.03), name


def _standardized(statistic: float) -> float:
    """(statistic - 1) / its standard deviation (Scholz and Stephens, 1987, equation 4)."""
    all_rows = 2 * ROWS
    ranks = np.arange(1, all_rows)
    harmonic = (1 / ranks).sum()
    size = 2 / ROWS
    tails = (1 / ranks)[::-1].cumsum()[::-1]
    g = (tails[1:] / (all_rows - ranks[:-1])).sum()
    a = (4 * g - 6) + (10 - 6 * g) * size
    b = (2 * g - 4) * 4 + 8 * harmonic * 2 + (2 * g - 14 * harmonic - 4) * size
    b += -8 * harmonic + 4 * g - 6
    c = (6 * harmonic + 2 * g - 2) * 4 + (4 * harmonic - 4 * g + 6) * 2
    c += (2 * harmonic - 6) * size + 4 * harmonic
    d = (2 * harmonic + 6) * 4 - 4 * harmonic * 2
    variance = (a * all_rows**3 + b * all_rows**2 + c * all_rows + d) / (
        (all_rows - 1) * (all_rows - 2) * (all_rows - 3)
    )
    return float((statistic - 1) / np.sqrt(variance))
