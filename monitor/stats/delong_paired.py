"""DeLong's test of two scores of the same rows."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.delong import DeLong, compared
from monitor.stats.inputs import Floats, bins, level
from monitor.stats.placements import placements


def delong_paired(
    positives: npt.ArrayLike, negatives: npt.ArrayLike, *, confidence: float = 0.95
) -> DeLong:
    """Test whether two scores of the same rows have the same ROC AUC, two-sided.

    Parameters
    ----------
    positives, negatives : array_like, shape (..., k, l)
        Rows of each class by group of the first score (k, ascending) and of the second (l,
        ascending); leading axes are separate tests and broadcast.
    confidence : float
        Of the interval.

    Returns
    -------
    DeLong
        As of `delong`: the first score is ``roc_auc``, the second ``reference_roc_auc``; the
        error takes into account that both judged the same rows.

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
    >>> result = delong_paired([[2, 3], [5, 20]], [[20, 8], [7, 5]])
    >>> print(result.roc_auc.round(4), result.reference_roc_auc.round(4), result.p_value.round(4))
    0.7667 0.7208 0.502
    """
    level(confidence, "confidence")
    one, other = bins(positives, negatives, ("positives", "negatives"))
    if one.ndim < 2 or one.shape != other.shape:
        raise ValueError(
            f"positives has shape {np.shape(positives)} and negatives {np.shape(negatives)}; "
            "both need one count for each pair of score groups, and the same groups."
        )
    first = placements(one.sum(axis=-1), other.sum(axis=-1))
    second = placements(one.sum(axis=-2), other.sum(axis=-2))
    shared = _shared(one, first.of_positives, first.auc, second.of_positives, second.auc)
    shared = shared + _shared(other, first.of_negatives, first.auc, second.of_negatives, second.auc)
    variance = first.variance + second.variance - 2 * shared
    # two scores in the same order have no error between them but that of rounding
    variance = np.where(variance < 1e-12 * (first.variance + second.variance), 0, variance)
    return compared(first.auc, second.auc, variance, confidence)


def _shared(
    counts: Floats, first: Floats, first_mean: Floats, second: Floats, second_mean: Floats
) -> Floats:
    """Return the covariance of the two scores' mean placements over one class."""
    rows = counts.sum(axis=(-2, -1))
    deviations = (first - first_mean[..., None])[..., :, None]
    deviations = deviations * (second - second_mean[..., None])[..., None, :]
    products = (counts * deviations).sum(axis=(-2, -1))
    result: Floats = products / np.where(rows > 1, (rows - 1) * rows, np.nan)
    return result
