"""The Kolmogorov-Smirnov test of two samples in ordered bins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import bins
from monitor.stats.kolmogorov_smirnov_p_value import kolmogorov_smirnov_p_value
from monitor.stats.result import Significance


def kolmogorov_smirnov(counts: npt.ArrayLike, reference_counts: npt.ArrayLike) -> Significance:
    """Test whether two samples have the same distribution, by their cumulative shares.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Rows of the two sides in each bin, bins in ascending order; leading axes are separate
        tests and broadcast. Counts by distinct value give the statistic of the raw values.

    Returns
    -------
    Significance
        Statistic and effect are the greatest difference of the cumulative shares, 0 to 1. The
        p-value is `kolmogorov_smirnov_p_value`'s, conservative with ties. An empty side: NaN.

    Raises
    ------
    ValueError
        If a count is negative, or the sides have different bins.

    References
    ----------
    Smirnov, N. (1939). On the estimation of the discrepancy between empirical curves of
    distribution for two independent samples.

    Examples
    --------
    >>> result = kolmogorov_smirnov([2, 2, 0, 0], [0, 1, 2, 1])
    >>> print(result.statistic, result.p_value.round(4))
    0.75 0.2286
    """
    one, other = bins(counts, reference_counts)
    n, reference_n = one.sum(axis=-1), other.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = one.cumsum(axis=-1) / n[..., None] - other.cumsum(axis=-1) / reference_n[..., None]
    is_empty = (n == 0) | (reference_n == 0)
    statistic = np.where(is_empty, np.nan, np.abs(gap).max(axis=-1, initial=0))
    return Significance(
        statistic=statistic,
        p_value=kolmogorov_smirnov_p_value(statistic, n, reference_n),
        effect=statistic,
        effect_name="kolmogorov_smirnov_statistic",
    )
