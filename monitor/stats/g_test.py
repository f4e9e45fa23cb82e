"""The likelihood ratio test of two samples in bins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.chi_square_p_value import chi_square_p_value
from monitor.stats.contingency import contingency
from monitor.stats.result import Significance


def g_test(counts: npt.ArrayLike, reference_counts: npt.ArrayLike) -> Significance:
    """Test whether two samples have the same shares in k bins, by their likelihoods.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Rows of the two sides in each bin; leading axes are separate tests and broadcast.
        Bins that are empty on both sides are left out.

    Returns
    -------
    Significance
        G, twice the logarithm of the likelihood ratio; its degrees of freedom; and as the
        effect the mutual information of side and bin in nats, G / (2 rows), from 0 to ln 2.
        One bin: statistic 0, p-value 1. An empty side: NaN.

    Raises
    ------
    ValueError
        If a count is negative, or the sides have different bins.

    References
    ----------
    Wilks, S. S. (1935). The likelihood test of independence in contingency tables. Annals of
    Mathematical Statistics 6.

    Examples
    --------
    >>> result = g_test([30, 60], [45, 45])
    >>> print(result.statistic.round(4), result.p_value.round(4))
    5.1705 0.023
    """
    table = contingency(counts, reference_counts)
    rows = table.n + table.reference_n
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = special.xlogy(table.counts, table.counts / table.expected)
        gain += special.xlogy(
            table.reference_counts, table.reference_counts / table.reference_expected
        )
    statistic = 2 * np.where(table.expected == 0, 0, gain).sum(axis=-1)
    # shares that are equal to the last digit may end a rounding error below zero
    statistic = np.where(np.abs(statistic) < 1e-12 * rows, 0, statistic)
    return Significance(
        statistic=statistic,
        p_value=chi_square_p_value(statistic, table.bins),
        effect=statistic / (2 * rows),
        effect_name="mutual_information",
        degrees_of_freedom=table.bins - 1,
    )
