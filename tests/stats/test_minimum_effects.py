"""Tests against the least difference that matters: right and powerful, in simulation too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import optimize
from scipy import stats as scipy_stats

from monitor.stats import (
    chi_square_minimum_effect,
    population_stability_index_minimum_effect,
    two_proportion,
    two_proportion_minimum_effect,
    two_sample_chi_square,
    welch,
    welch_minimum_effect,
)

SHARES = {
    "slope": (np.full(10, 0.1), np.linspace(-1, 1, 10)),
    "one bin grows": (np.full(10, 0.1), np.eye(10)[0]),
    "a rare bin grows": (np.array([0.01] + [0.11] * 9), np.eye(10)[0]),
    "two bins": (np.array([0.97, 0.03]), np.array([0.0, 1.0])),
}


def test_a_margin_of_zero_is_the_plain_test() -> None:
    counts = (60, 1000, 30, 900)
    plain = two_proportion(*counts)
    result = two_proportion_minimum_effect(*counts, margin=0)
    assert result.p_value == pytest.approx(plain.p_value)
    assert result.statistic == pytest.approx(plain.statistic)
    means = (11, 4, 50, 10, 9, 100)
    assert welch_minimum_effect(*means, margin=0).p_value == pytest.approx(welch(*means).p_value)


def test_margins_by_hand() -> None:
    # a difference of 1, a standard error of sqrt(4/50 + 4/100), 97.9 degrees of freedom
    error = np.sqrt(4 / 50 + 4 / 100)
    freedom = 0.12**2 / (0.08**2 / 49 + 0.04**2 / 99)
    t = scipy_stats.t(freedom)
    two_sided = welch_minimum_effect(11, 4, 50, 10, 4, 100, margin=0.5)
    assert two_sided.p_value == pytest.approx(t.sf(0.5 / error) + t.sf(1.5 / error))
    swapped = welch_minimum_effect(10, 4, 100, 11, 4, 50, margin=0.5)
    assert swapped.p_value == pytest.approx(two_sided.p_value)
    greater = welch_minimum_effect(11, 4, 50, 10, 4, 100, margin=0.5, alternative="greater")
    assert greater.p_value == pytest.approx(t.sf(0.5 / error))
    less = welch_minimum_effect(11, 4, 50, 10, 4, 100, margin=0.5, alternative="less")
    assert less.p_value == pytest.approx(t.cdf(0.5 / error))
    # no worse than by 2: not inferior
    safe = welch_minimum_effect(11, 4, 50, 10, 4, 100, margin=-2, alternative="greater")
    assert safe.p_value == pytest.approx(t.sf(3 / error))


@pytest.mark.parametrize(
    "case", [(30, 50, 70, 90, 0.1), (0, 20, 5, 30, -0.2), (40, 40, 3, 60, 0.5)]
)
def test_proportions_have_the_variance_of_the_most_likely_ones_on_the_margin(case: tuple) -> None:
    a, n, b, m, margin = case

    def unlikely(p: float) -> float:
        both = scipy_stats.binom.logpmf(a, n, p), scipy_stats.binom.logpmf(b, m, p - margin)
        return -float(sum(both))

    bounds = (max(margin, 0) + 1e-9, min(1 + margin, 1) - 1e-9)
    high = optimize.minimize_scalar(unlikely, bounds=bounds, options={"xatol": 1e-9}).x
    low = high - margin
    error = np.sqrt(high * (1 - high) / n + low * (1 - low) / m)
    result = two_proportion_minimum_effect(a, n, b, m, margin=margin, alternative="greater")
    assert result.statistic == pytest.approx((a / n - b / m - margin) / error, rel=1e-4)
    assert result.p_value == pytest.approx(scipy_stats.norm.sf(result.statistic))


def test_margins_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="a two-sided test needs"):
        welch_minimum_effect(1, 1, 5, 1, 1, 5, margin=-1)
    with pytest.raises(ValueError, match="less than 1"):
        two_proportion_minimum_effect(1, 5, 1, 5, margin=2)
    with pytest.raises(ValueError, match="alternative is 'more'"):
        two_proportion_minimum_effect(1, 5, 1, 5, margin=0.1, alternative="more")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"margin holds -0\.1"):
        chi_square_minimum_effect([1, 2], [3, 4], margin=-0.1)


def test_minimum_effects_at_their_edges() -> None:
    both = (chi_square_minimum_effect, population_stability_index_minimum_effect)
    for test in both:
        assert np.isnan(test([0, 0], [3, 4], margin=0.1).p_value)
        assert np.isnan(test([3, 4], [0, 0], margin=0.1).effect)
        assert test([30], [40], margin=0.1).p_value == 1
        assert test([300, 400, 0], [3000, 4000, 0], margin=0.01).p_value == 1
        assert test([0, 400], [300, 0], margin=0.1).p_value < 1e-6
        several = test([[30, 40], [80, 20]], [300, 400], margin=[0.1, 0.2])
        alone = [test([30, 40], [300, 400], margin=0.1), test([80, 20], [300, 400], margin=0.2)]
        assert several.p_value == pytest.approx([one.p_value for one in alone])
    assert two_proportion_minimum_effect(0, 10, 0, 30, margin=0.1).p_value == 1
    assert two_proportion_minimum_effect(0, 10, 0, 30, margin=0).p_value == 1
    assert two_proportion_minimum_effect(10, 10, 0, 30, margin=0.1).p_value < 0.001
    assert np.isnan(two_proportion_minimum_effect(0, 0, 3, 30, margin=0.1).p_value)
    assert np.isnan(welch_minimum_effect(1, 1, 1, 1, 1, 5, margin=0.1).p_value)
    assert welch_minimum_effect(1, 0, 5, 1, 0, 5, margin=0).p_value == 1
    assert welch_minimum_effect(2, 0, 5, 1, 0, 5, margin=0.5).p_value == 0


def test_the_index_is_that_of_the_drift_table() -> None:
    # p = 1/2, 1/2 and q = 1/4, 3/4; two bins; chance adds 1/100 + 1/200
    result = population_stability_index_minimum_effect([25, 75], [100, 100], margin=0)
    index = -0.25 * np.log(0.5) + 0.25 * np.log(1.5)
    assert result.effect == pytest.approx(index - 0.015)
    # a bin that only the reference has: one row more on each side, spread as both are
    result = population_stability_index_minimum_effect([0, 100], [50, 50], margin=0)
    q, p = np.array([0.25, 100.75]) / 101, np.array([50.25, 50.75]) / 101
    assert result.effect == pytest.approx(np.sum((q - p) * np.log(q / p)) - 0.02)


def _at(shape: str, amount: float, measure: Callable[[np.ndarray, np.ndarray], float]) -> tuple:
    """Return the reference's shares and the window's, apart by `amount` of a measure."""
    p, direction = SHARES[shape]

    def moved(by: float) -> np.ndarray:
        q = p * np.exp(by * direction)
        return q / q.sum()

    return p, moved(optimize.brentq(lambda by: measure(p, moved(by)) - amount, 0, 30))


def _index(p: np.ndarray, q: np.ndarray) -> float:
    return float(np.sum((q - p) * np.log(q / p)))


def test_standard_errors_are_those_of_small_changes_of_the_counts() -> None:
    counts, reference = np.array([20.0, 50, 130, 200]), np.array([150.0, 100, 50, 200])
    n, m = counts.sum(), reference.sum()

    def index(a: np.ndarray, r: np.ndarray) -> float:
        return _index(r / r.sum(), a / a.sum())

    def w_squared(a: np.ndarray, r: np.ndarray) -> float:
        q, p = a / a.sum(), r / r.sum()
        return float(np.sum((q - p) ** 2 * (n + m) / (n * q + m * p)))

    for test, measure in (
        (population_stability_index_minimum_effect, index),
        (chi_square_minimum_effect, w_squared),
    ):
        # each row's part in the measure: what a little more of its bin changes
        step = 1e-4 * np.eye(4)
        up = np.array(
            [measure(counts + s, reference) - measure(counts - s, reference) for s in step]
        )
        of = np.array(
            [measure(counts, reference + s) - measure(counts, reference - s) for s in step]
        )
        error = np.sqrt(np.sum(counts * (up / 2e-4) ** 2) + np.sum(reference * (of / 2e-4) ** 2))
        excess = measure(counts, reference) - 3 * (1 / n + 1 / m)
        assert test(counts, reference, margin=0).statistic == pytest.approx(excess / error)


@pytest.mark.parametrize("shape", SHARES)
@pytest.mark.parametrize(("n", "m"), [(100, 3000), (1000, 30_000), (10_000, 10_000)])
def test_shares_on_the_margin_are_called_larger_at_most_five_times_in_a_hundred(
    shape: str, n: int, m: int
) -> None:
    rng = np.random.default_rng(n)

    def w(p: np.ndarray, q: np.ndarray) -> float:
        return float(np.sqrt(np.sum((q - p) ** 2 / ((n * q + m * p) / (n + m)))))

    for test, measure, margin, beyond in (
        (population_stability_index_minimum_effect, _index, 0.1, 0.3),
        (chi_square_minimum_effect, w, 0.3, 0.55),
    ):
        called = {}
        for amount in (margin, beyond):
            p, q = _at(shape, amount, measure)
            counts, reference = rng.multinomial(n, q, 4000), rng.multinomial(m, p, 4000)
            result = test(counts, reference, margin=margin)
            called[amount] = np.mean(result.p_value <= 0.05)
        # 4,000 tests at 5 %: a standard error of 0.35 %
        assert called[margin] < 0.06
        if n >= 1000:
            assert called[margin] > 0.01
            assert called[beyond] > 0.95


def test_a_noncentral_chi_square_takes_a_rare_bin_for_more_than_it_is() -> None:
    # why the index and w are not judged by the usual noncentral chi-square
    rng = np.random.default_rng(5)
    n, m = 1000, 30_000
    p, q = _at("a rare bin grows", 0.1, _index)
    counts, reference = rng.multinomial(n, q, 500), rng.multinomial(m, p, 500)
    statistic = two_sample_chi_square(counts, reference).statistic
    noise = 1 / n + 1 / m
    assert np.mean(scipy_stats.ncx2.sf(statistic, 9, 0.1 / noise) <= 0.05) > 0.9
    ours = population_stability_index_minimum_effect(counts, reference, margin=0.1)
    assert np.mean(ours.p_value <= 0.05) < 0.06


@pytest.mark.parametrize(("rate", "n", "m"), [(0.3, 100, 3000), (0.05, 400, 3000), (0.9, 60, 60)])
def test_proportions_and_means_on_the_margin(rate: float, n: int, m: int) -> None:
    rng = np.random.default_rng(n)
    margin = 0.05
    for sign in (1, -1):
        truth = rate + sign * margin if 0 <= rate + sign * margin < 1 else rate
        a, b = rng.binomial(n, truth, 20_000), rng.binomial(m, rate, 20_000)
        called = two_proportion_minimum_effect(a, n, b, m, margin=margin).p_value <= 0.05
        # 20,000 tests: a standard error of 0.15 %; with 60 rows the score's limit is not quite met
        assert called.mean() < (0.055 if m > 1000 else 0.065)
    a = rng.binomial(2000, rate - 2.5 * margin if rate > 0.2 else rate + 2.5 * margin, 2000)
    b = rng.binomial(m, rate, 2000)
    if m > 1000:
        power = two_proportion_minimum_effect(a, 2000, b, m, margin=margin).p_value <= 0.05
        assert power.mean() > 0.95
    shift = rng.normal(margin, 1 / np.sqrt(n), 20_000)
    spread = rng.chisquare(n - 1, 20_000) / (n - 1)
    center, scatter = rng.normal(0, 1 / np.sqrt(m), 20_000), rng.chisquare(m - 1, 20_000) / (m - 1)
    result = welch_minimum_effect(shift, spread, n, center, scatter, m, margin=margin)
    assert (result.p_value <= 0.05).mean() == pytest.approx(0.05, abs=0.006)
