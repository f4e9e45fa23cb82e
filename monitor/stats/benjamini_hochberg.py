"""The false discovery rate of many tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats, amounts


def benjamini_hochberg(p_values: npt.ArrayLike) -> Floats:
    """Return q-values: p-values corrected for how many tests there are.

    Parameters
    ----------
    p_values : array_like
        p-values of one family of tests, in any shape. NaN, a test that could not be made, does
        not count and stays NaN.

    Returns
    -------
    numpy.ndarray
        q-values, 0 to 1, in the same shape. Of the tests with a q-value of at most q, a share
        of at most q is expected to be false, where tests are independent or positively
        dependent.

    Raises
    ------
    ValueError
        If a p-value is not between 0 and 1.

    References
    ----------
    Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate: a practical and
    powerful approach to multiple testing. Journal of the Royal Statistical Society B 57.

    Examples
    --------
    >>> print(benjamini_hochberg([0.01, 0.04, float("nan"), 0.03]))
    [0.03 0.04  nan 0.04]
    """
    from scipy import stats

    array = amounts(p_values, "p_values")
    if np.any(array > 1):
        raise ValueError(f"p_values holds {np.nanmax(array):g}; a probability is at most 1.")
    is_known = ~np.isnan(array)
    corrected = array.copy()
    if is_known.any():
        corrected[is_known] = stats.false_discovery_control(array[is_known])
    return corrected
