"""A 2 x k table of two samples in bins, as tests of independence read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats, bins


@dataclass(frozen=True)
class Contingency:
    """Counts of two sides, and what they would be if both had the same shares.

    Attributes
    ----------
    counts, reference_counts : numpy.ndarray, shape (..., k)
        The counts.
    expected, reference_expected : numpy.ndarray, shape (..., k)
        Each side's rows at the shares of both sides together; NaN where both are empty.
    n, reference_n : numpy.ndarray
        Rows of each side; NaN where a side is empty.
    bins : numpy.ndarray
        Bins that are not empty on both sides.
    """

    counts: Floats
    reference_counts: Floats
    expected: Floats
    reference_expected: Floats
    n: Floats
    reference_n: Floats
    bins: Floats


def contingency(counts: npt.ArrayLike, reference_counts: npt.ArrayLike) -> Contingency:
    """Return the table of two samples in the same bins.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Rows of the two sides in each bin.

    Returns
    -------
    Contingency
        The table.

    Raises
    ------
    ValueError
        If a count is negative, or the sides have different bins.

    Examples
    --------
    >>> print(contingency([3, 1, 0], [1, 3, 0]).expected)
    [2. 2. 0.]
    """
    one, other = bins(counts, reference_counts)
    both = one + other
    n, reference_n = one.sum(axis=-1), other.sum(axis=-1)
    is_empty = (n == 0) | (reference_n == 0)
    n, reference_n = (np.where(is_empty, np.nan, total) for total in (n, reference_n))
    shares = both / (n + reference_n)[..., None]
    return Contingency(
        counts=one,
        reference_counts=other,
        expected=shares * n[..., None],
        reference_expected=shares * reference_n[..., None],
        n=n,
        reference_n=reference_n,
        bins=np.where(is_empty, np.nan, (both > 0).sum(axis=-1)),
    )
