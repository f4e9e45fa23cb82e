"""A test of a mean that may be looked at after every window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import amounts, level
from monitor.stats.result import Significance
from monitor.stats.stream import positive, stream


def sequential_mean_difference(
    means: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    n: npt.ArrayLike,
    reference_mean: npt.ArrayLike,
    reference_standard_error: npt.ArrayLike,
    reference_n: npt.ArrayLike,
    *,
    expected_difference: float,
    minimum_effect: npt.ArrayLike = 0.0,
    between_variance: npt.ArrayLike = 0.0,
    reference_windows: npt.ArrayLike = 1,
    confidence: float = 0.95,
) -> Significance:
    """Test windows' mean against a reference's, with a p-value that holds at every look.

    A p-value of 0.05 a day gives a false alarm a month. This one stays above 0.05, on all days
    together, with probability 95 % where nothing has changed, so it may be watched daily and
    acted on at once. It is meant for the one performance metric that a team watches, a mean over
    rows: accuracy for classification, mean absolute error for regression, nDCG (a mean over
    queries) for ranking. The difference is taken to be there from the first window, as of a
    challenger or since a release; where it may begin later, `sequential_change` finds it sooner.

    Parameters
    ----------
    means, standard_errors, n : array_like, shape (..., T)
        Mean, its standard error, and rows of each window, in the order of time; leading axes are
        separate streams. A window with no rows, or whose mean or error is NaN, adds nothing.
        Windows are taken to be independent of one another.
    reference_mean, reference_standard_error, reference_n : array_like, shape (...)
        The same of the reference.
    expected_difference : float
        How large a difference would matter, in the metric's unit; the test is most powerful near
        it, and valid whatever it is. The metric's alert limit is a good choice.
    minimum_effect : array_like, shape (...)
        Differences up to this do not count; 0 tests for any.
    between_variance : array_like, shape (...)
        Variance of windows' true means from window to window where nothing has changed, such as
        max(0, variance of the reference windows' means - mean of their squared errors). Left at
        0 where days do differ, alarms are false.
    reference_windows : array_like, shape (...)
        Windows of the reference, which average that variance out.
    confidence : float
        Of the intervals.

    Returns
    -------
    Significance
        Of each window, shape (..., T), from all windows up to it: the logarithm of the evidence
        against no difference; the always-valid p-value, the least so far; the mean difference of
        all windows from the reference, in the metric's unit, and its confidence sequence: the
        true difference lies in all of the intervals with the probability `confidence`. Before
        the first rows: p-value 1, effect NaN.

    Raises
    ------
    ValueError
        If an error, a variance, a margin or a number of rows is negative, the expected
        difference is not above 0, or the shapes do not fit.

    Notes
    -----
    All differences share the reference's error, so that they are not independent. Jointly they
    are normal with covariance diag(v_t) + s²: v_t the variance of a window's mean and s² that of
    the reference's. In that model the difference θ has the estimate d (the windows' weighted mean
    less the reference's) with variance V = 1 / Σ(1/v) + s², and the likelihood ratio of θ ~
    N(0, τ²) to θ = 0 is sqrt(V / (V + τ²)) exp(τ² d² / (2 V (V + τ²))), τ the expected
    difference. It is a martingale with mean 1 if nothing has changed, the reference's error
    included; so it ever reaches 1/p with probability at most p (Ville). V never falls below s²:
    what the reference cannot tell is never told.

    Errors are estimated, so that this holds in the limit of many rows. Simulated with a reference
    of 30 windows and 365 looks at a nominal 5 %: false alarms in at most 3 % of 10,000 streams
    (rates, normal and lognormal losses, windows of 20 to 1,000 rows, windows that differ), and
    intervals that hold the true difference throughout in at least 97 %. Where a window holds far
    less than one row of the rarer outcome it does not hold: 8 % at a rate of 0.001 of 100 rows.

    References
    ----------
    Robbins, H. (1970). Statistical methods related to the law of the iterated logarithm. Annals
    of Mathematical Statistics 41. Johari, R., Koomen, P., Pekelis, L., Walsh, D. (2022). Always
    valid inference: continuous monitoring of A/B tests. Operations Research 70.

    Examples
    --------
    >>> result = sequential_mean_difference(
    ...     [0.90, 0.87, 0.86, 0.86], [0.0095] * 4, [1000] * 4, 0.9, 0.0017, 30_000,
    ...     expected_difference=0.02,
    ... )
    >>> print(result.p_value.round(4))
    [1.     0.3525 0.0014 0.    ]
    >>> print(result.effect[-1].round(4), result.effect_high[-1].round(4))
    -0.0275 -0.0123
    """
    prior = positive(expected_difference, "expected_difference") ** 2
    miss = 1 - level(confidence, "confidence")
    least = amounts(minimum_effect, "minimum_effect")[..., None]
    sums = stream(
        means,
        standard_errors,
        n,
        reference_mean,
        reference_standard_error,
        reference_n,
        between_variance,
        reference_windows,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = np.where(sums.weight > 0, sums.weighted / sums.weight, np.nan)
        variance = sums.scale / sums.weight + sums.reference_variance
        distance = np.maximum(np.abs(difference) - least, 0)
        spread = np.log1p(prior / variance)
        evidence = prior * distance**2 / (2 * variance * (variance + prior)) - spread / 2
        # nothing varies at all: any difference is certain
        evidence = np.where(variance == 0, np.where(distance > 0, np.inf, -np.inf), evidence)
        reach = np.sqrt(variance * (variance + prior) / prior * (spread - 2 * np.log(miss)))
        reach = np.where(variance == 0, 0, reach)
    known = np.where(np.isnan(evidence), 0, evidence)
    return Significance(
        statistic=known,
        p_value=np.minimum.accumulate(np.exp(-np.maximum(known, 0)), axis=-1),
        effect=difference,
        effect_name="mean_difference",
        effect_low=difference - reach,
        effect_high=difference + reach,
    )
