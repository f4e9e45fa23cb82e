"""The standard error of what is computed from shares."""

from __future__ import annotations

from monitor.stats.inputs import Floats


def slope_variance(share: Floats, slope: Floats) -> Floats:
    """Return the variance of a row's slope, the slope of its bin.

    Divided by the rows, it is the variance of a function of the shares whose slopes these are,
    to first order.

    Parameters
    ----------
    share : numpy.ndarray, shape (..., k)
        Shares of the bins, which add up to 1.
    slope : numpy.ndarray, shape (..., k)
        Derivative of the function by each share.

    Returns
    -------
    numpy.ndarray, shape (...)
        The variance.

    Examples
    --------
    >>> import numpy as np
    >>> print(slope_variance(np.array([0.5, 0.5]), np.array([1.0, 3.0])))
    1.0
    """
    mean = (share * slope).sum(axis=-1, keepdims=True)
    result: Floats = (share * (slope - mean) ** 2).sum(axis=-1)
    return result
