"""The test that a population stability index exceeds the one that matters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.contingency import contingency
from monitor.stats.delta_method import slope_variance
from monitor.stats.inputs import amounts
from monitor.stats.result import Significance


def population_stability_index_minimum_effect(
    counts: npt.ArrayLike, reference_counts: npt.ArrayLike, *, margin: npt.ArrayLike
) -> Significance:
    """Test whether the population stability index exceeds the one that matters.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Rows of the two sides in each bin; leading axes are separate tests and broadcast.
    margin : array_like
        The least index that matters, such as 0.1.

    Returns
    -------
    Significance
        The statistic is (index, less what chance adds, less margin) by its standard error; the
        p-value is one-sided. The effect is the index without what chance adds. An empty side:
        NaN.

    Raises
    ------
    ValueError
        If a count is negative, the sides have different bins, or a margin is negative.

    Notes
    -----
    The index is the drift table's: the sum over bins of (q - p) ln(q / p) for shares q of the
    window and p of the reference; bins that are empty on both sides are left out; where one is
    empty on one side, both sides get one row more, spread as both together are. Chance adds
    (k - 1) (1/n + 1/m). The standard error is by the delta method.

    At a true index on the margin (0.02 to 0.25, 100 to 100,000 rows, eight shapes) it called at
    most 5 % of windows larger at a nominal 5 %, with 50 bins 6.5 %; fewer of small windows.
    A noncentral chi-square that takes the index for the noncentrality of the chi-square
    statistic called all windows larger where one rare bin grew.

    References
    ----------
    Yurdakul, B., Naranjo, J. (2020). Statistical properties of the population stability index.
    Journal of Risk Model Validation 14 (what chance adds).

    Examples
    --------
    >>> result = population_stability_index_minimum_effect(
    ...     [100, 150, 200, 550], [2500, 2500, 2500, 2500], margin=0.1
    ... )
    >>> print(result.effect.round(3), result.p_value < 0.001)
    0.433 True
    """
    table = contingency(counts, reference_counts)
    least = amounts(margin, "margin")
    one, other = table.counts, table.reference_counts
    is_bin = one + other > 0
    lacks = (is_bin & ((one == 0) | (other == 0))).any(axis=-1, keepdims=True)
    n, reference_n = table.n[..., None], table.reference_n[..., None]
    pseudo = np.where(lacks, (one + other) / (n + reference_n), 0)
    share = (one + pseudo) / (n + lacks)
    reference_share = (other + pseudo) / (reference_n + lacks)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(is_bin, share / reference_share, 1)
    index = ((share - reference_share) * np.log(ratio)).sum(axis=-1)
    variance = slope_variance(share, np.log(ratio) + 1 - 1 / ratio) / table.n
    variance = variance + (
        slope_variance(reference_share, 1 - ratio - np.log(ratio)) / table.reference_n
    )
    excess = index - (table.bins - 1) * (1 / table.n + 1 / table.reference_n)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = excess - least
        statistic = np.where(distance == 0, 0 * variance, distance / np.sqrt(variance))
    return Significance(
        statistic=statistic,
        p_value=special.ndtr(-statistic),
        effect=excess,
        effect_name="excess_population_stability_index",
    )
