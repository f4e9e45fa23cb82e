"""Tests of whole distributions from counts in ordered bins, against scipy on the raw values."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy import stats as scipy_stats

from monitor.stats import (
    anderson_darling,
    cramer_von_mises,
    kolmogorov_smirnov,
    kolmogorov_smirnov_p_value,
    mann_whitney,
    permutation,
)

TESTS = [kolmogorov_smirnov, cramer_von_mises, anderson_darling, mann_whitney]


def _sides(rng: np.random.Generator, n: int, m: int, values: int, shift: int = 0) -> tuple:
    """Return two samples of integers and their counts by value."""
    one = np.minimum(rng.integers(0, values, n) + shift, values - 1)
    other = rng.integers(0, values, m)
    counts, reference = (np.bincount(side, minlength=values) for side in (one, other))
    return one, other, counts, reference


@pytest.mark.parametrize(("n", "m"), [(8, 8), (40, 40), (7, 30), (90, 110), (200, 200), (3, 900)])
def test_kolmogorov_smirnov_is_scipys_where_it_is_exact(n: int, m: int) -> None:
    rng = np.random.default_rng(n * m)
    for shift in (0, 2):
        one, other, counts, reference = _sides(rng, n, m, 20, shift)
        ours = kolmogorov_smirnov(counts, reference)
        theirs = scipy_stats.ks_2samp(one, other, method="exact")
        assert ours.statistic == pytest.approx(theirs.statistic)
        assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-9)


def test_kolmogorov_smirnov_by_hand() -> None:
    # {1, 1, 2, 2} against {2, 3, 3, 4}: 1/2 after 1, 3/4 after 2, 1/4 after 3. Of the 70 orders
    # of two fours, 16 come three steps off the diagonal: 2 (C(8, 1) - C(8, -2))
    result = kolmogorov_smirnov([2, 2, 0, 0], [0, 1, 2, 1])
    assert result.statistic == 0.75
    assert result.p_value == pytest.approx(16 / 70)


def test_kolmogorov_smirnov_of_many_rows_is_near_the_exact_value() -> None:
    for n, m in ((50, 3000), (300, 3000), (700, 1000), (1000, 3000)):
        spread = np.sqrt((n + m) / (n * m))
        for scaled in (0.7, 1.0, 1.36, 1.63):
            statistic = np.ceil(scaled * spread * n * m) / (n * m)
            exact = _exact(statistic, n, m)
            assert kolmogorov_smirnov_p_value(statistic, n, m) == pytest.approx(exact, rel=0.03)


def _exact(statistic: float, n: int, m: int) -> float:
    """Return the probability of a path that comes so far off the diagonal, by diagonals."""
    reach, i = round(statistic * n * m), np.arange(n + 1)
    outside = np.zeros(n + 1)
    for step in range(1, n + m + 1):
        j = step - i
        before = np.concatenate([[0], outside[:-1]])
        outside = i / step * before + np.maximum(j, 0) / step * outside
        outside[np.abs(i * m - j * n) >= reach] = 1
        outside[(j < 0) | (j > m)] = 0
    return float(outside[n])


def test_kolmogorov_smirnov_takes_arrays_and_keeps_the_smallest_p_values() -> None:
    statistic = np.linspace(0, 1, 30_001)
    p_value = kolmogorov_smirnov_p_value(statistic, 1_000_000, 30_000_000)
    assert p_value[0] == 1
    assert (np.diff(p_value) <= 0).all()
    # sides without a row in common: 2 of C(n + m, n) orders
    assert kolmogorov_smirnov_p_value(1, 10, 20) == pytest.approx(2 / 30_045_015, rel=1e-12)
    assert kolmogorov_smirnov_p_value(1, 20, 20) == pytest.approx(2 / 137_846_528_820, rel=1e-9)
    several = kolmogorov_smirnov_p_value([0.5, np.nan, 0.5, 0.5], [10, 10, 0, np.nan], 20)
    assert np.isnan(several).tolist() == [False, True, True, True]
    # a sum of shares may end beyond 1 by its last digits
    assert kolmogorov_smirnov_p_value(1 + 1e-12, 10_000, 10_000) == 0
    assert kolmogorov_smirnov_p_value(1 + 1e-12, 20, 20) > 0
    with pytest.raises(ValueError, match=r"statistic holds 1\.2; a difference of shares"):
        kolmogorov_smirnov_p_value(1.2, 10, 20)


def test_ks_p_values_are_conservative_with_ties_where_a_permutation_is_not() -> None:
    rng = np.random.default_rng(4)

    def distance(counts: np.ndarray, reference: np.ndarray) -> np.ndarray:
        return kolmogorov_smirnov(counts, reference).statistic

    formula, permuted = [], []
    for seed in range(1000):
        _, _, counts, reference = _sides(rng, 100, 150, 4)
        formula.append(kolmogorov_smirnov(counts, reference).p_value)
        permuted.append(permutation(distance, counts, reference, draws=199, seed=seed).p_value)
    assert np.mean(np.array(formula) <= 0.05) < 0.02
    # a standard error of 0.7 %
    assert 0.03 < np.mean(np.array(permuted) <= 0.05) < 0.07


def test_cramer_von_mises_is_scipys_without_ties() -> None:
    rng = np.random.default_rng(5)
    for n, m in ((6, 7), (30, 80)):
        place = rng.permutation(n + m) < n
        counts, reference = place.astype(int), (~place).astype(int)
        theirs = scipy_stats.cramervonmises_2samp(np.flatnonzero(place), np.flatnonzero(~place))
        ours = cramer_von_mises(counts, reference)
        assert ours.statistic == pytest.approx(theirs.statistic)
        assert ours.p_value == pytest.approx(theirs.pvalue, abs=0.02)


def test_cramer_von_mises_by_hand() -> None:
    # shares 1 and 1/2 after the first of two values: 2 * 2 / 16 * 3 rows * (1/2)²
    assert cramer_von_mises([2, 0], [1, 1]).statistic == pytest.approx(4 / 16 * 3 / 4)


def test_anderson_darling_is_scipys_midrank_statistic_before_it_is_standardized() -> None:
    rng = np.random.default_rng(6)
    for n, m, values in ((20, 30, 6), (100, 400, 50), (15, 15, 1000)):
        one, other, counts, reference = _sides(rng, n, m, values, 1)
        rows = n + m
        # the standard deviation of Scholz and Stephens (1987), equation 4, for two samples
        h = sum(1 / i for i in range(1, rows))
        g = sum(1 / ((rows - i) * j) for i in range(1, rows - 1) for j in range(i + 1, rows))
        inverse = 1 / n + 1 / m
        a = (4 * g - 6) * 1 + (10 - 6 * g) * inverse
        b = (2 * g - 4) * 4 + 8 * h * 2 + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6
        c = (6 * h + 2 * g - 2) * 4 + (4 * h - 4 * g + 6) * 2 + (2 * h - 6) * inverse + 4 * h
        d = (2 * h + 6) * 4 - 4 * h * 2
        variance = (a * rows**3 + b * rows**2 + c * rows + d) / (
            (rows - 1) * (rows - 2) * (rows - 3)
        )
        with warnings.catch_warnings():
            # of p-values that are clipped, and of an argument's new name
            warnings.simplefilter("ignore")
            theirs = scipy_stats.anderson_ksamp([one, other]).statistic
        ours = anderson_darling(counts, reference, draws=99).statistic
        assert (ours - 1) / np.sqrt(variance) == pytest.approx(theirs)


def test_mann_whitney_is_scipys() -> None:
    rng = np.random.default_rng(7)
    for n, m, values, shift in ((10, 12, 3, 0), (50, 300, 10, 1), (400, 90, 500, 30)):
        one, other, counts, reference = _sides(rng, n, m, values, shift)
        ours = mann_whitney(counts, reference)
        theirs = scipy_stats.mannwhitneyu(one, other, method="asymptotic")
        assert ours.statistic == theirs.statistic
        assert ours.p_value == pytest.approx(theirs.pvalue)
        assert mann_whitney(reference, counts).p_value == pytest.approx(theirs.pvalue)
        above = np.mean(one[:, None] > other) + np.mean(one[:, None] == other) / 2
        assert ours.effect == pytest.approx(above)
        assert ours.rank_biserial == pytest.approx(2 * above - 1)
        assert ours.effect_low < above < ours.effect_high


def test_the_interval_of_the_common_language_probability_covers_it() -> None:
    rng = np.random.default_rng(8)
    shares = np.array([0.3, 0.3, 0.2, 0.2]), np.array([0.1, 0.2, 0.3, 0.4])
    truth = sum(
        shares[0][i] * shares[1][j] * (i > j) + shares[0][i] * shares[1][j] * (i == j) / 2
        for i in range(4)
        for j in range(4)
    )
    result = mann_whitney(
        rng.multinomial(60, shares[0], 4000), rng.multinomial(80, shares[1], 4000)
    )
    covered = (result.effect_low <= truth) & (truth <= result.effect_high)
    assert covered.mean() == pytest.approx(0.95, abs=0.012)


@pytest.mark.parametrize("test", TESTS)
def test_all_rows_tied_are_no_difference_and_an_empty_side_is_unknown(test) -> None:  # noqa: ANN001
    assert test([0, 7, 0], [0, 12, 0]).p_value == 1
    assert test([7], [12]).p_value == 1
    for counts, reference in (([0, 0], [3, 4]), ([3, 4], [0, 0])):
        assert np.isnan(test(counts, reference).p_value)
        assert np.isnan(test(counts, reference).statistic)
    with pytest.raises(ValueError, match="only finite numbers of 0 or more"):
        test([3, 4], [3, -4])
    with pytest.raises(ValueError, match="the same bins"):
        test([3, 4], [3, 4, 5])


@pytest.mark.parametrize("test", [cramer_von_mises, anderson_darling])
@pytest.mark.parametrize("values", [4, 40])
def test_permutations_are_right_five_times_in_a_hundred_and_see_a_shift(test, values: int) -> None:  # noqa: ANN001
    rng = np.random.default_rng(9)
    found = {}
    for shift in (0, values // 4):
        p_values = []
        for seed in range(600):
            _, _, counts, reference = _sides(rng, 30, 60, values, shift)
            p_values.append(test(counts, reference, draws=199, seed=seed).p_value)
        found[shift] = np.mean(np.array(p_values) <= 0.05)
    # 600 tests at 5 %: a standard error of 0.9 %
    assert 0.025 < found[0] < 0.08
    assert found[values // 4] > 0.8


def test_a_permutation_of_few_rows_agrees_with_every_deal() -> None:
    # {low, low, low} against {high, high, high}: 2 of 20 deals part them; the statistic has a side
    def below(counts: np.ndarray, _: np.ndarray) -> np.ndarray:
        return counts[..., 0]

    result = permutation(below, [3, 0], [0, 3], draws=19_999)
    assert result.p_value == pytest.approx(1 / 20, abs=0.006)
    again = permutation(below, [3, 0], [0, 3], draws=19_999)
    assert again.p_value == result.p_value
    assert permutation(below, [30, 0], [0, 30], draws=99).p_value == 0.01


def test_a_permutation_is_not_fooled_by_statistics_that_are_not_finite() -> None:
    def ratio(counts: np.ndarray, reference: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return counts[..., 0] / reference[..., 0]

    # 3 rows of 6 in the first bin, all on one side: infinite in 1 of 20 deals
    assert permutation(ratio, [3, 0], [0, 3]).p_value == pytest.approx(0.05, abs=0.01)
    assert np.isnan(permutation(lambda one, _: one[..., 0] * np.nan, [3, 0], [0, 3]).p_value)
    unknown = permutation(lambda one, _: np.where(one[..., 0] == 3, 1, np.nan), [3, 0], [0, 3])
    assert unknown.p_value == 1


def test_a_permutation_refuses_what_it_cannot_deal_out() -> None:
    with pytest.raises(ValueError, match="deals out whole rows"):
        cramer_von_mises([1.5, 2], [3, 4])
    with pytest.raises(ValueError, match="draws is 0"):
        cramer_von_mises([1, 2], [3, 4], draws=0)
    with pytest.raises(ValueError, match="a permutation test takes one test"):
        anderson_darling([[1, 2], [3, 4]], [3, 4])
    with pytest.raises(ValueError, match="fewer than 1,000,000,000"):
        anderson_darling([1e9, 2], [3, 4])
