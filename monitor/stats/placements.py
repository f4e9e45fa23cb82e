"""How positives and negatives lie to one another in groups of scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats, bins


@dataclass(frozen=True)
class Placements:
    """DeLong's structural components of an ROC AUC, by group of scores.

    Attributes
    ----------
    positives, negatives : numpy.ndarray, shape (..., k)
        The counts.
    of_positives : numpy.ndarray, shape (..., k)
        Share of negatives that a positive of the group outranks, ties half.
    of_negatives : numpy.ndarray, shape (..., k)
        Share of positives that outrank a negative of the group, ties half.
    auc : numpy.ndarray
        The ROC AUC, 0 to 1; NaN where a class is empty.
    variance : numpy.ndarray
        Its variance; NaN where a class has fewer than two rows.
    """

    positives: Floats
    negatives: Floats
    of_positives: Floats
    of_negatives: Floats
    auc: Floats
    variance: Floats


def placements(
    positives: npt.ArrayLike,
    negatives: npt.ArrayLike,
    names: tuple[str, str] = ("positives", "negatives"),
) -> Placements:
    """Return the ROC AUC of counts by group of scores, its components and its variance.

    Parameters
    ----------
    positives, negatives : array_like, shape (..., k)
        Rows of each class by group of scores, in ascending order.
    names : tuple of str
        The arguments' names, for errors.

    Returns
    -------
    Placements
        The components.

    Raises
    ------
    ValueError
        If a count is negative, or the classes have different groups.

    References
    ----------
    DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988). Comparing the areas under two or
    more correlated receiver operating characteristic curves. Biometrics 44.

    Examples
    --------
    >>> print(placements([0, 1, 2], [2, 1, 0]).auc.round(4))
    0.9444
    """
    one, other = bins(positives, negatives, names)
    ones, others = one.sum(axis=-1, keepdims=True), other.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_positives = (other.cumsum(axis=-1) - other / 2) / others
        of_negatives = 1 - (one.cumsum(axis=-1) - one / 2) / ones
        auc = (one * of_positives).sum(axis=-1) / ones[..., 0]
        variance = spread(one, of_positives, auc) / ones[..., 0]
        variance = variance + spread(other, of_negatives, auc) / others[..., 0]
    return Placements(one, other, of_positives, of_negatives, auc, variance)


def spread(counts: Floats, values: Floats, mean: Floats) -> Floats:
    """Return the variance of values that occur `counts` times, divided by rows - 1.

    Parameters
    ----------
    counts, values : numpy.ndarray, shape (..., k)
        The values and how often each occurs.
    mean : numpy.ndarray, shape (...)
        Their mean.

    Returns
    -------
    numpy.ndarray
        The variance; NaN below two rows.

    Examples
    --------
    >>> print(spread(np.array([1.0, 1.0]), np.array([1.0, 3.0]), np.array(2.0)))
    2.0
    """
    rows = counts.sum(axis=-1)
    squares = (counts * (values - mean[..., None]) ** 2).sum(axis=-1)
    result: Floats = squares / np.where(rows > 1, rows - 1, np.nan)
    return result
