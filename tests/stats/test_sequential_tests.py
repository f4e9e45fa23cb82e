"""Tests of a watched mean: the joint normal model, false alarms in a year, and how soon."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from monitor.stats import sequential_change, sequential_mean_difference

REFERENCE_WINDOWS = 30
DAYS = 365


def test_the_evidence_is_the_likelihood_ratio_of_the_joint_normal_model() -> None:
    means, rows = np.array([0.92, 0.88, 0.87, 0.85]), np.array([100, 400, 250, 300])
    sd, reference_rows, between, tau = 0.3, 3000, 0.01**2, 0.02
    reference_error = sd / np.sqrt(reference_rows)
    shared = reference_error**2 + between / REFERENCE_WINDOWS
    arguments = (means, sd / np.sqrt(rows), rows, 0.9, reference_error, reference_rows)
    settings = {
        "expected_difference": tau,
        "between_variance": between,
        "reference_windows": REFERENCE_WINDOWS,
    }
    result = sequential_mean_difference(*arguments, **settings)
    change = sequential_change(*arguments, **settings)
    for last in range(4):
        seen = means[: last + 1] - 0.9
        covariance = np.diag(sd**2 / rows + between)[: last + 1, : last + 1] + shared
        nothing = scipy_stats.multivariate_normal.logpdf(seen, cov=covariance)

        def evidence(start: int, seen=seen, covariance=covariance, nothing=nothing) -> float:  # noqa: ANN001
            since = (np.arange(len(seen)) >= start).astype(float)
            changed = covariance + tau**2 * np.outer(since, since)
            return float(scipy_stats.multivariate_normal.logpdf(seen, cov=changed) - nothing)

        assert result.statistic[last] == pytest.approx(evidence(0))
        mixture = sum(np.exp(evidence(j)) / ((j + 1) * (j + 2)) for j in range(last + 1))
        assert change.statistic[last] == pytest.approx(np.log(mixture + 1 / (last + 2)))
    for found in (result, change):
        least = np.minimum.accumulate(np.exp(-np.maximum(found.statistic, 0)))
        assert found.p_value == pytest.approx(least)
    # generalized least squares
    inverse = np.linalg.inv(covariance)
    assert result.effect[-1] == pytest.approx(inverse.sum(axis=0) @ seen / inverse.sum())


def test_the_interval_is_where_the_test_does_not_object() -> None:
    arguments = ([0.92, 0.88, 0.84], [0.03] * 3, [100] * 3, 0.9, 0.0055, 3000)
    result = sequential_mean_difference(*arguments, expected_difference=0.05)
    for bound in (result.effect_low, result.effect_high):
        shifted = sequential_mean_difference(
            np.array(arguments[0]) - bound[-1], *arguments[1:], expected_difference=0.05
        )
        assert shifted.statistic[-1] == pytest.approx(np.log(20))


def test_a_minimum_effect_asks_for_more() -> None:
    arguments = ([0.85] * 20, [0.011] * 20, [1000] * 20, 0.9, 0.002, 30_000)
    plain = sequential_mean_difference(*arguments, expected_difference=0.05)
    more = sequential_mean_difference(*arguments, expected_difference=0.05, minimum_effect=0.02)
    never = sequential_mean_difference(*arguments, expected_difference=0.05, minimum_effect=0.06)
    assert plain.p_value[-1] < more.p_value[-1] < 0.01
    assert never.p_value[-1] == 1


@pytest.mark.parametrize("test", [sequential_mean_difference, sequential_change])
def test_windows_without_rows_add_nothing(test) -> None:  # noqa: ANN001
    full = test([0.9, 0.8], [0.03, 0.04], [100, 90], 0.9, 0.005, 3000, expected_difference=0.05)
    gaps = test(
        [np.nan, 0.9, np.nan, 0.8],
        [np.nan, 0.03, 0.1, 0.04],
        [0, 100, 50, 90],
        0.9,
        0.005,
        3000,
        expected_difference=0.05,
    )
    assert gaps.p_value[0] == 1
    assert np.isnan(gaps.effect[0])
    assert gaps.effect[[1, 3]] == pytest.approx(full.effect)
    if test is sequential_mean_difference:
        assert gaps.p_value[[1, 3]] == pytest.approx(full.p_value)


@pytest.mark.parametrize("test", [sequential_mean_difference, sequential_change])
def test_a_metric_that_never_varies(test) -> None:  # noqa: ANN001
    errors, rows = [0.0] * 4, [100] * 4
    same = test([1.0] * 4, errors, rows, 1.0, 0.0, 3000, expected_difference=0.02)
    assert same.p_value.tolist() == [1] * 4
    worse = test([1.0, 1.0, 0.9, 0.9], errors, rows, 1.0, 0.0, 3000, expected_difference=0.02)
    assert worse.p_value.tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("test", [sequential_mean_difference, sequential_change])
def test_what_cannot_be_watched_is_refused(test) -> None:  # noqa: ANN001
    with pytest.raises(ValueError, match="each needs one number for each window"):
        test([0.9, 0.8], [0.03], [100, 100], 0.9, 0.005, 3000, expected_difference=0.05)
    with pytest.raises(ValueError, match="expected_difference is 0; it must be"):
        test([0.9], [0.03], [100], 0.9, 0.005, 3000, expected_difference=0)
    with pytest.raises(ValueError, match=r"standard_errors holds -0\.03"):
        test([0.9], [-0.03], [100], 0.9, 0.005, 3000, expected_difference=0.05)


Windows = tuple[np.ndarray, np.ndarray]


def _rates(rng: np.random.Generator, truth: np.ndarray, rows: np.ndarray, streams: int) -> Windows:
    rate = rng.binomial(rows, np.broadcast_to(truth, (streams, len(rows)))) / rows
    return rate, np.sqrt(rate * (1 - rate) / rows)


def _losses(rng: np.random.Generator, truth: np.ndarray, rows: np.ndarray, streams: int) -> Windows:
    size = (streams, len(rows))
    mean = rng.normal(truth, 1 / np.sqrt(rows), size)
    return mean, np.sqrt(rng.chisquare(np.broadcast_to(rows - 1, size)) / (rows - 1) / rows)


def _watched(draw, truth: float, shift: float, since: int, rows, streams: int, between: float = 0):  # noqa: ANN001, ANN202
    """Return the arguments of sequential tests of many streams, each with its own reference."""
    rng = np.random.default_rng(2026)
    rows = np.broadcast_to(rows, (DAYS,))
    past = rows[:REFERENCE_WINDOWS]
    days = rng.normal(0, between, (streams, DAYS)) if between else np.zeros((1, 1))
    reference_days = rng.normal(0, between, (streams, len(past))) if between else np.zeros((1, 1))
    means, errors = draw(rng, truth + shift * (np.arange(DAYS) >= since) + days, rows, streams)
    seen, seen_errors = draw(rng, truth + reference_days, past, streams)
    return (
        means,
        errors,
        np.broadcast_to(rows, means.shape),
        (seen * past).sum(axis=1) / past.sum(),
        np.sqrt(((seen_errors * past) ** 2).sum(axis=1)) / past.sum(),
        past.sum(),
    )


WEEK = np.where(np.arange(DAYS) % 7 < 5, 1000, 150)
UNCHANGED = {
    "accuracy, 100 rows": (_rates, 0.9, 100, 0.05, 0.0),
    "accuracy, weekends": (_rates, 0.9, WEEK, 0.02, 0.0),
    "losses, 20 rows": (_losses, 1.0, 20, 0.2, 0.0),
    "losses, days that differ": (_losses, 1.0, WEEK, 0.1, 0.05),
}


@pytest.mark.parametrize("case", UNCHANGED)
def test_a_year_of_looks_alarms_in_at_most_five_of_a_hundred_streams(case: str) -> None:
    draw, truth, rows, expected, between = UNCHANGED[case]
    arguments = _watched(draw, truth, 0.0, 0, rows, 10_000, between)
    settings = {
        "expected_difference": expected,
        "between_variance": between**2,
        "reference_windows": REFERENCE_WINDOWS,
    }
    result = sequential_mean_difference(*arguments, **settings)
    false_alarms = np.mean(result.p_value[:, -1] <= 0.05)
    assert 0.003 < false_alarms < 0.04
    # the interval holds the true difference, 0, on all days
    held = (result.effect_low <= 0) & (result.effect_high >= 0)
    assert held.all(axis=1).mean() == pytest.approx(1 - false_alarms)
    some = [part[:1000] if np.ndim(part) else part for part in arguments]
    change = sequential_change(*some, **settings)
    assert np.mean(change.p_value[:, -1] <= 0.05) < 0.05


def test_a_p_value_of_each_day_alarms_in_most_streams() -> None:
    # what the sequential test is for: the same streams, looked at by a test made for one look
    means, errors, _, reference, reference_error, _ = _watched(_rates, 0.9, 0, 0, 1000, 500)
    z = (means - reference[:, None]) / np.hypot(errors, reference_error[:, None])
    assert np.mean((np.abs(z) > 1.96).any(axis=1)) > 0.99


def test_the_reference_counts_with_its_error() -> None:
    # a reference of ten windows: without its error the windows' mean would seem ever surer
    arguments = list(_watched(_rates, 0.9, 0.0, 0, 100, 2000))
    rng = np.random.default_rng(7)
    seen, error = _rates(rng, np.array([0.9]), np.array([1000]), 2000)
    arguments[3:] = [seen[:, 0], error[:, 0], 1000]
    honest = sequential_mean_difference(*arguments, expected_difference=0.02)
    assert np.mean(honest.p_value[:, -1] <= 0.05) < 0.05
    arguments[4] = 0 * error[:, 0] + 1e-9
    naive = sequential_mean_difference(*arguments, expected_difference=0.02)
    assert np.mean(naive.p_value[:, -1] <= 0.05) > 0.3


def test_a_fall_is_seen_soon_and_a_late_one_by_the_test_of_change() -> None:
    settings = {"expected_difference": 0.02}
    first = _watched(_rates, 0.9, -0.02, 0, 1000, 400)
    for test in (sequential_mean_difference, sequential_change):
        found = test(*first, **settings).p_value <= 0.05
        assert found[:, 9].mean() > 0.95
        assert np.median(found.argmax(axis=1)) <= 4
    late = _watched(_rates, 0.9, -0.02, 200, 1000, 400)
    change = sequential_change(*late, **settings)
    assert np.mean(change.p_value[:, 199] <= 0.05) < 0.05
    assert np.mean(change.p_value[:, 214] <= 0.05) > 0.95
    slow = sequential_mean_difference(*late, **settings).p_value <= 0.05
    assert np.mean(slow[:, 229]) < 0.2
    assert np.median(change.start[:, -1]) == pytest.approx(200, abs=1)
    assert np.median(change.effect[:, -1]) == pytest.approx(-0.02, abs=0.002)
