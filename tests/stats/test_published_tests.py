"""Significance tests of other projects, as they publish them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.stats import (
    fisher_exact,
    g_test,
    kolmogorov_smirnov,
    two_sample_chi_square,
    welch,
)
from tests.support.published import published, read_parquet


def _expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(published("published.json").read_text())[name]
    return found


@pytest.fixture(scope="module")
def adult() -> list[pd.DataFrame]:
    """The reference and two windows, 10,000 rows each, in the order of the training file."""
    frame = read_parquet(published("adult", "adults.parquet")).iloc[16281:]
    return [frame.iloc[start : start + 10_000] for start in (0, 10_000, 20_000)]


FEATURES = ["age", "workclass", "relationship", "race", "sex", "capital-gain", "capital-loss"]


@pytest.mark.parametrize("feature", [*FEATURES, "hours-per-week"])
@pytest.mark.parametrize("window", [0, 1])
def test_adult_drifts_as_published(adult: list[pd.DataFrame], feature: str, window: int) -> None:
    test, statistic, p_value = _expected("alibi_adult_drift")[f"t{window}"][feature]
    sides = [adult[window + 1][feature].fillna("?"), adult[0][feature].fillna("?")]
    values = sorted(set(sides[0]) | set(sides[1]))
    counts = [side.value_counts().reindex(values, fill_value=0).to_numpy() for side in sides]
    if test == "ks":
        result = kolmogorov_smirnov(*counts)
    else:
        result = two_sample_chi_square(*counts, yates=test == "chi2_yates")
    assert round(float(result.statistic), 3) == statistic
    assert round(float(result.p_value), 3) == p_value


def test_fisher_is_as_published() -> None:
    expected = _expected("evidently_micro")
    for case in expected["fisher"]:
        p_value = fisher_exact(case["cur"], case["ref"]).p_value
        assert p_value == pytest.approx(case["p"], abs=expected["fisher_tolerance"])


def test_one_sample_tests_find_more_than_there_is() -> None:
    # The published chi-square and G tests take the reference's shares for the truth. They cannot
    # be equal to ours, which know that the reference is a sample as well: ours are less sure.
    expected = _expected("evidently_micro")
    case = expected["chi_one_sample_p"]
    current, reference = np.array(case["cur_counts"]), np.array(case["ref_counts"])
    ours = two_sample_chi_square(current, reference)
    assert ours.p_value > case["p"] == pytest.approx(0.67309)
    # with as many rows, a reference without error would double the statistic, but for pooling
    one_sample = np.sum((current - reference) ** 2 / reference)
    assert one_sample == pytest.approx(2 * ours.statistic, rel=0.05)
    case = expected["g_test"]
    assert g_test(case["cur"], case["ref"]).p_value > case["p"]


def test_the_t_test_has_the_published_statistic_at_other_degrees_of_freedom() -> None:
    # The published test takes both variances for equal. With eight rows a side t is the same;
    # Welch's degrees of freedom are 9.2 instead of 14, so that p is 0.095 instead of 0.084.
    from scipy import stats as scipy_stats

    case = _expected("evidently_micro")["t_test"]
    sides = [np.array(case[side]) for side in ("cur", "ref")]
    moments = [part for side in sides for part in (side.mean(), side.var(ddof=1), len(side))]
    result = welch(*moments)
    assert 2 * scipy_stats.t.sf(abs(result.statistic), 14) == pytest.approx(case["p"], abs=5e-4)
    theirs = scipy_stats.ttest_ind(*sides, equal_var=False)
    assert result.p_value == pytest.approx(theirs.pvalue)
