"""Tests of shares in bins and of proportions: by hand, against scipy, and published numbers."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy import stats as scipy_stats

from monitor.stats import (
    benjamini_hochberg,
    chi_square_p_value,
    fisher_exact,
    g_test,
    mcnemar,
    two_proportion,
    two_sample_chi_square,
)

TABLES = {
    "two bins": ([30, 60], [45, 45]),
    "five bins": ([12, 30, 7, 0, 51], [90, 210, 75, 13, 612]),
    "one bin empty on both sides": ([5, 0, 9, 4], [50, 0, 40, 70]),
    "no bin in common": ([8, 0], [0, 11]),
}


@pytest.mark.parametrize("table", TABLES)
def test_chi_square_and_g_are_scipys(table: str) -> None:
    counts, reference = (np.array(side) for side in TABLES[table])
    kept = np.stack([counts, reference])[:, counts + reference > 0]
    ours = two_sample_chi_square(counts, reference)
    theirs = scipy_stats.chi2_contingency(kept, correction=False)
    assert ours.statistic == pytest.approx(theirs.statistic)
    assert ours.p_value == pytest.approx(theirs.pvalue)
    assert ours.degrees_of_freedom == theirs.dof
    assert ours.effect == pytest.approx(scipy_stats.contingency.association(kept))
    corrected = scipy_stats.chi2_contingency(kept, correction=True)
    assert two_sample_chi_square(counts, reference, yates=True).p_value == pytest.approx(
        corrected.pvalue
    )
    ratio = scipy_stats.chi2_contingency(kept, correction=False, lambda_="log-likelihood")
    assert g_test(counts, reference).statistic == pytest.approx(ratio.statistic)
    assert g_test(counts, reference).p_value == pytest.approx(ratio.pvalue)


def test_chi_square_by_hand_and_as_the_drift_table_writes_it() -> None:
    # 8 of 10 against 4 of 10: 12 of 20 expected in the first bin, 6 a side; 4 * 2² / 6, 4
    result = two_sample_chi_square([8, 2], [4, 6])
    assert result.statistic == pytest.approx(2 * (4 / 6 + 4 / 4))
    a, r, n, m = np.array([120, 80, 40]), np.array([1000, 900, 1100]), 240, 3000
    drift = np.sum((a * np.sqrt(m / n) - r * np.sqrt(n / m)) ** 2 / (a + r))
    assert two_sample_chi_square(a, r).statistic == pytest.approx(drift)
    p_value = two_sample_chi_square(a, r).p_value
    assert chi_square_p_value(drift, 3) == pytest.approx(p_value, rel=1e-9)


def test_g_by_hand() -> None:
    # two bins that share no row: each of 20 rows tells its side, ln 2 each
    assert g_test([10, 0], [0, 10]).statistic == pytest.approx(2 * 20 * np.log(2))
    assert g_test([10, 0], [0, 10]).effect == pytest.approx(np.log(2))


def test_many_tests_at_once_are_each_alone() -> None:
    rng = np.random.default_rng(1)
    counts, reference = rng.integers(0, 30, (50, 6)), rng.integers(0, 300, 6)
    for test in (two_sample_chi_square, g_test):
        together = test(counts, reference)
        alone = [test(row, reference).p_value for row in counts]
        assert together.p_value == pytest.approx(np.array(alone))
    statistics = two_sample_chi_square(counts, reference).statistic
    tiled, bins = np.tile(statistics, 1000), np.full(50_000, 6)
    assert chi_square_p_value(tiled, bins) == pytest.approx(scipy_stats.chi2.sf(tiled, 5))


@pytest.mark.parametrize("test", [two_sample_chi_square, g_test])
def test_one_bin_is_no_difference_and_an_empty_side_none_that_is_known(test) -> None:  # noqa: ANN001
    assert (test([7], [12]).statistic, test([7], [12]).p_value) == (0, 1)
    assert (test([7, 0], [12, 0]).p_value, test([7, 0], [12, 0]).effect) == (1, 0)
    for counts, reference in (([0, 0], [3, 4]), ([3, 4], [0, 0]), ([], [])):
        assert np.isnan(test(counts, reference).p_value)
        assert np.isnan(test(counts, reference).effect)
    assert np.isnan(test([3, np.nan], [4, 5]).p_value)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="counts holds -1; only finite numbers of 0 or more"):
        two_sample_chi_square([3, -1], [4, 5])
    with pytest.raises(ValueError, match=r"counts has shape \(2,\) and reference_counts \(3,\)"):
        g_test([3, 1], [4, 5, 6])
    with pytest.raises(ValueError, match="successes exceeds n"):
        two_proportion(11, 10, 4, 10)
    with pytest.raises(ValueError, match="compares two"):
        fisher_exact([3, 1, 2], [4, 5, 6])
    with pytest.raises(ValueError, match="whole rows"):
        fisher_exact([3, 1.5], [4, 5])
    with pytest.raises(ValueError, match="rows are whole"):
        mcnemar(1.5, 2)
    with pytest.raises(ValueError, match="confidence is 95"):
        two_proportion(1, 10, 4, 10, confidence=95)
    with pytest.raises(ValueError, match=r"p_values holds 1\.5"):
        benjamini_hochberg([0.1, 1.5])


def test_fisher_is_scipys_and_its_interval_agrees_with_it() -> None:
    # the lady tasting tea: 17 of 35 equally likely orders are as good
    assert fisher_exact([3, 1], [1, 3]).p_value == pytest.approx(34 / 70)
    rng = np.random.default_rng(2)
    counts, reference = rng.integers(0, 12, (20, 2)), rng.integers(0, 40, (20, 2))
    result = fisher_exact(counts, reference)
    for row in range(20):
        theirs = scipy_stats.fisher_exact([counts[row], reference[row]])
        assert result.p_value[row] == pytest.approx(theirs.pvalue)
        assert result.effect[row] == pytest.approx(theirs.statistic)
        assert not (result.effect_low[row] > 1 and result.p_value[row] > 0.06)
    assert fisher_exact([0, 5], [0, 9]).p_value == 1
    assert np.isnan(fisher_exact([0, 5], [0, 9]).effect)
    assert np.isnan(fisher_exact([0, 0], [4, 9]).p_value)


def test_fisher_of_many_rows_takes_no_time() -> None:
    # a side of 499 rows has an exact interval, one of 500 that of the sample
    for rows, kind in ((499, "conditional"), (500, "sample")):
        table = [[200, rows - 200], [700, 900]]
        result = fisher_exact(*table)
        theirs = scipy_stats.contingency.odds_ratio(table, kind=kind).confidence_interval(0.95)
        found = (result.effect_low, result.effect_high)
        assert found == pytest.approx((theirs.low, theirs.high), rel=1e-9), kind
    started = time.monotonic()
    # a rare bin is exact however many rows there are: five on one side, by chance 2 / 2 ** 5
    rare = fisher_exact([0, 10**7], [5, 10**7])
    assert (rare.p_value, rare.effect_low) == (pytest.approx(2 / 2**5, rel=1e-5), 0)
    assert 1 < rare.effect_high < 1.1
    many = fisher_exact([10**7, 10**7], [10**7, 10**7 + 10**4])
    assert 0.999 < many.effect_low < many.effect < many.effect_high < 1.003
    # of so many rows the score test is the same but for the continuity
    score = two_proportion(10**7, 2 * 10**7, 10**7, 2 * 10**7 + 10**4)
    assert many.p_value == pytest.approx(score.p_value, rel=0.01)
    apart = fisher_exact([10**7, 0], [0, 10**7])
    assert (apart.p_value, apart.effect, apart.effect_high) == (0, np.inf, np.inf)
    assert 10**12 < apart.effect_low < 10**15
    together = fisher_exact([0, 10**7], [10**7, 10**7])
    assert (together.effect, together.effect_low) == (0, 0)
    assert 0 < together.effect_high < 1e-5
    assert time.monotonic() - started < 2


def test_two_proportions_are_newcombes_and_their_score_squared_is_chi_square() -> None:
    # Newcombe (1998), table II, method 10
    published = {(56, 70, 48, 80): (0.0524, 0.3339), (9, 10, 3, 10): (0.1705, 0.8090)}
    for counts, (low, high) in published.items():
        result = two_proportion(*counts)
        assert (result.effect_low, result.effect_high) == pytest.approx((low, high), abs=5e-5)
        a, n, b, m = counts
        chi = two_sample_chi_square([a, n - a], [b, m - b])
        assert result.statistic**2 == pytest.approx(chi.statistic)
        assert result.p_value == pytest.approx(chi.p_value)
    assert two_proportion(56, 70, 48, 80).risk_ratio == pytest.approx(0.8 / 0.6)
    # Cohen (1988), table 6.2.2: phi of .60 and .40 are 1.772 and 1.369
    assert two_proportion(60, 100, 40, 100).cohens_h == pytest.approx(1.772 - 1.369, abs=1e-3)


def test_two_proportions_at_their_edges() -> None:
    same = two_proportion([0, 10], [10, 10], [0, 30], [30, 30])
    assert same.statistic.tolist() == [0, 0]
    assert same.p_value.tolist() == [1, 1]
    apart = two_proportion(10, 10, 0, 30)
    assert apart.effect == 1
    assert apart.effect_high == pytest.approx(1)
    assert apart.effect_low < 1
    assert apart.risk_ratio == np.inf
    for empty in (two_proportion(0, 0, 3, 9), two_proportion(3, 9, 0, 0)):
        assert np.isnan([empty.p_value, empty.effect, empty.effect_low, empty.cohens_h]).all()
    assert np.isnan(two_proportion([np.nan, 3], 9, 3, 9).p_value).tolist() == [True, False]


def test_mcnemar_is_as_published_and_scipys() -> None:
    # airway hyper-responsiveness, Fagerland, Lydersen and Laake (2013): 1 and 7 discordant pairs
    result = mcnemar(1, 7)
    assert result.p_value == pytest.approx(0.070, abs=5e-4)
    assert result.mid_p_value == pytest.approx(0.039, abs=5e-4)
    first, second = np.array([0, 3, 10, 25, 400, 6]), np.array([5, 3, 30, 20, 500, 0])
    result = mcnemar(first, second)
    for row, (one, other) in enumerate(zip(first, second, strict=True)):
        exact = scipy_stats.binomtest(int(one), int(one + other), 0.5)
        assert result.p_value[row] == pytest.approx(exact.pvalue)
        # the published rule: less the probability of what was seen, of equal counts half of it
        here = scipy_stats.binom.pmf(one, one + other, 0.5) / (2 if one == other else 1)
        assert result.mid_p_value[row] == pytest.approx(exact.pvalue - here, rel=1e-6)
        interval = exact.proportion_ci()
        low = interval.low / (1 - interval.low)
        high = interval.high / (1 - interval.high) if interval.high < 1 else np.inf
        assert (result.effect_low[row], result.effect_high[row]) == pytest.approx((low, high))
    assert (mcnemar(0, 0).p_value, mcnemar(0, 0).mid_p_value) == (1, 1)
    assert np.isnan(mcnemar(0, 0).effect)
    assert np.isnan(mcnemar(np.nan, 3).p_value)


def test_false_discoveries_are_as_benjamini_and_hochberg_publish_them() -> None:
    # their example of 1995: four of fifteen hypotheses are rejected at 0.05
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    published += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert (benjamini_hochberg(published) <= 0.05).sum() == 4
    with_gaps = benjamini_hochberg([[0.01, np.nan, 0.04], [np.nan, 0.03, 0.5]])
    assert with_gaps[0] == pytest.approx([0.04, np.nan, 0.16 / 3], nan_ok=True)
    assert with_gaps[1] == pytest.approx([np.nan, 0.16 / 3, 0.5], nan_ok=True)
    assert np.isnan(benjamini_hochberg([np.nan, np.nan])).all()
    assert benjamini_hochberg([]).shape == (0,)


def test_false_discoveries_stay_below_their_rate() -> None:
    rng = np.random.default_rng(3)
    shares = []
    for _ in range(2000):
        z = rng.normal(size=200)
        z[:20] += 3.5
        found = benjamini_hochberg(2 * scipy_stats.norm.sf(np.abs(z))) <= 0.1
        shares.append(found[20:].sum() / max(1, found.sum()))
    # 180 of 200 hypotheses are true
    assert np.mean(shares) == pytest.approx(0.1 * 180 / 200, abs=0.006)
