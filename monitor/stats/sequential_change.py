"""A test of a mean that may change at any window, looked at after every window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats
from monitor.stats.result import Significance
from monitor.stats.stream import positive, stream


@dataclass(frozen=True, kw_only=True)
class SequentialChange(Significance):
    """The outcome of `sequential_change`, by window.

    Attributes
    ----------
    start : numpy.ndarray
        Window, counted from 0, at which a change most likely began, as seen from each window.
    """

    start: Floats


def sequential_change(
    means: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    n: npt.ArrayLike,
    reference_mean: npt.ArrayLike,
    reference_standard_error: npt.ArrayLike,
    reference_n: npt.ArrayLike,
    *,
    expected_difference: float,
    between_variance: npt.ArrayLike = 0.0,
    reference_windows: npt.ArrayLike = 1,
) -> SequentialChange:
    """Test whether windows' mean has changed since any window, with a p-value for every look.

    For the one performance metric that a team watches daily, for years: a mean over rows, such
    as accuracy for classification, mean absolute error for regression, nDCG (a mean over
    queries) for ranking. `sequential_mean_difference` weighs all windows alike, so that a change
    after a good year has to outweigh the year; this test weighs every window at which the change
    may have begun. In both, where nothing changes, the p-value ever falls to 0.05 with a
    probability of at most 5 %.

    Parameters
    ----------
    means, standard_errors, n : array_like, shape (..., T)
        Mean, its standard error, and rows of each window, in the order of time; leading axes are
        separate streams. A window with no rows, or whose mean or error is NaN, adds nothing.
        Windows are taken to be independent of one another.
    reference_mean, reference_standard_error, reference_n : array_like, shape (...)
        The same of the reference.
    expected_difference : float
        How large a change would matter, in the metric's unit; the test is most powerful near it,
        and valid whatever it is. The metric's alert limit is a good choice.
    between_variance : array_like, shape (...)
        Variance of windows' true means from window to window where nothing has changed; left at
        0 where days do differ, alarms are false.
    reference_windows : array_like, shape (...)
        Windows of the reference, which average that variance out.

    Returns
    -------
    SequentialChange
        Of each window, shape (..., T), from all windows up to it: the logarithm of the evidence
        of a change; the always-valid p-value, the least so far; the change since its most likely
        start, in the metric's unit, and that start. Before the first rows: p-value 1, effect and
        start NaN.

    Raises
    ------
    ValueError
        If an error, a variance or a number of rows is negative, the expected difference is not
        above 0, or the shapes do not fit.

    Notes
    -----
    Windows less the reference are jointly normal with covariance diag(v_t) + s². For a change of
    θ ~ N(0, τ²) from window j on, the likelihood ratio to no change is (1 + τ² I)^(-1/2)
    exp(τ² U² / (2 (1 + τ² I))), U the score and I the information of θ; windows before j tell
    where the reference's mean lies. Each ratio is a martingale with mean 1 if nothing changes,
    and so is their mean with weights 1 / (j (j + 1)), those of the future counting 1: it ever
    reaches 1/p with probability at most p (Ville).

    Simulated with a reference of 30 windows and 365 looks at a nominal 5 %: false alarms in at
    most 3 % of 10,000 streams (rates, normal and lognormal losses; windows of 20 to 1,000 rows,
    windows that differ). Where accuracy falls from 0.9 to 0.88 after 200 windows of 1,000 rows,
    it is seen after 7 windows in the median, by `sequential_mean_difference` after 87; a fall
    from the first window on by both after 3. Where a window holds far less than one row of the
    rarer outcome it does not hold: 52 % false alarms at a rate of 0.001 of 100 rows. The work
    grows with the square of T: 365 windows take 20 milliseconds.

    References
    ----------
    Robbins, H. (1970). Statistical methods related to the law of the iterated logarithm. Annals
    of Mathematical Statistics 41. Johari, R., Koomen, P., Pekelis, L., Walsh, D. (2022). Always
    valid inference: continuous monitoring of A/B tests. Operations Research 70. Shin, J.,
    Ramdas, A., Rinaldo, A. (2024). E-detectors: a nonparametric framework for sequential change
    detection. New England Journal of Statistics in Data Science 2 (evidence of every start).

    Examples
    --------
    >>> result = sequential_change(
    ...     [0.90] * 50 + [0.88] * 8, [0.0095] * 58, [1000] * 58, 0.9, 0.0017, 30_000,
    ...     expected_difference=0.02,
    ... )
    >>> print(result.p_value[[49, 57]].round(4), result.start[-1], result.effect[-1].round(3))
    [1.     0.0015] 50.0 -0.02
    """
    prior = positive(expected_difference, "expected_difference") ** 2
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
    windows = sums.weight.shape[-1]
    zero = np.zeros((*sums.weight.shape[:-1], 1))
    weight = np.concatenate([zero, sums.weight], axis=-1)
    weighted = np.concatenate([zero, sums.weighted], axis=-1)
    order = np.arange(1.0, windows + 1)
    prior_weight = -np.log(order * (order + 1))
    evidence, effect, start = (np.full(sums.weight.shape, np.nan) for _ in range(3))
    for last in range(windows):
        starts = slice(0, last + 1)
        information, score = _information(
            weight[..., last + 1, None] - weight[..., starts],
            weighted[..., last + 1, None] - weighted[..., starts],
            weight[..., last + 1, None],
            weighted[..., last + 1, None],
            sums.scale[..., last, None],
            sums.reference_variance,
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate = np.where(information > 0, score / information, 0)
        known = prior * information
        gain = estimate**2 * information / 2 * (known / (1 + known))
        terms = gain - np.log1p(known) / 2 + prior_weight[starts]
        most = terms.max(axis=-1)
        future = -np.log(last + 2)
        top = np.maximum(most, future)
        total = np.exp(terms - top[..., None]).sum(axis=-1) + np.exp(future - top)
        evidence[..., last] = top + np.log(total)
        likely = terms.argmax(axis=-1)[..., None]
        is_seen = weight[..., last + 1] > 0
        change = np.take_along_axis(estimate, likely, axis=-1)[..., 0]
        effect[..., last] = np.where(is_seen, change, np.nan)
        start[..., last] = np.where(is_seen, likely[..., 0], np.nan)
    return SequentialChange(
        statistic=evidence,
        p_value=np.minimum.accumulate(np.exp(-np.maximum(evidence, 0)), axis=-1),
        effect=effect,
        effect_name="mean_difference",
        start=start,
    )


def _information(
    weight: Floats,
    weighted: Floats,
    total_weight: Floats,
    total_weighted: Floats,
    scale: Floats,
    reference_variance: Floats,
) -> tuple[Floats, Floats]:
    """Return information and score of a change, from the windows since its start and from all.

    The inverse of diag(scale / weight) + s² by Sherman and Morrison.
    """
    # without any variance a difference would be infinitely certain: this one stands for 0
    scale = np.where(np.isnan(scale), 1, np.maximum(scale, 1e-200))
    shared = reference_variance / (scale + reference_variance * total_weight)
    information = weight * (1 - shared * weight) / scale
    score = (weighted - weight * shared * total_weighted) / scale
    return np.maximum(information, 0), score
