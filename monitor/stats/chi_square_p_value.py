"""p-values of chi-square statistics."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.inputs import Floats, amounts


def chi_square_p_value(statistic: npt.ArrayLike, bins: npt.ArrayLike) -> Floats:
    """Return p-values of chi-square statistics of two samples in bins.

    For statistics that are known already, such as the column ``chi_square_statistic`` of the
    drift numbers; `two_sample_chi_square` starts from counts.

    Parameters
    ----------
    statistic : array_like
        Chi-square statistics of 2 x k tables; broadcast with `bins`.
    bins : array_like
        How many bins k each was summed over, without bins that are empty on both sides.

    Returns
    -------
    numpy.ndarray
        Probabilities of a statistic no smaller, with k - 1 degrees of freedom; 1 for a single
        bin, where the sides cannot differ; NaN where an argument is NaN or there is no bin.

    Raises
    ------
    ValueError
        If a statistic or a number of bins is negative.

    References
    ----------
    Pearson, K. (1900). On the criterion that a given system of deviations ... is such that it
    can be reasonably supposed to have arisen from random sampling. Philosophical Magazine 50.

    Examples
    --------
    >>> print(chi_square_p_value([3.84, 3.84, 0.0], [2, 10, 1]).round(4))
    [0.05   0.9216 1.    ]
    """
    value, k = np.broadcast_arrays(amounts(statistic, "statistic"), amounts(bins, "bins"))
    p_value = special.chdtrc(np.where(k > 1, k - 1, np.nan), value)
    result: Floats = np.where((k == 1) & ~np.isnan(value), 1.0, p_value)[()]
    return result
