"""DeLong's test of two ROC AUCs on different rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.inputs import Floats, level
from monitor.stats.placements import placements
from monitor.stats.result import Significance


@dataclass(frozen=True, kw_only=True)
class DeLong(Significance):
    """The outcome of a test of two ROC AUCs; ``effect`` is their difference.

    Attributes
    ----------
    roc_auc, reference_roc_auc : numpy.ndarray
        The two, 0 to 1.
    standard_error : numpy.ndarray
        Of their difference.
    """

    roc_auc: Floats
    reference_roc_auc: Floats
    standard_error: Floats


def delong(
    positives: npt.ArrayLike,
    negatives: npt.ArrayLike,
    reference_positives: npt.ArrayLike,
    reference_negatives: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> DeLong:
    """Test whether the ROC AUC is the same on two sets of rows, two-sided.

    Parameters
    ----------
    positives, negatives : array_like, shape (..., k)
        The window's rows of each class by group of scores, in ascending order; leading axes are
        separate tests and broadcast.
    reference_positives, reference_negatives : array_like, shape (..., l)
        The same of the reference, in groups of its own or the same.
    confidence : float
        Of the interval.

    Returns
    -------
    DeLong
        The standard normal statistic, the difference of the AUCs (-1 to 1) with its interval,
        both AUCs, and the standard error. Fewer than two rows of a class: NaN. No error on
        either side (classes that scores part completely): statistic 0 and p-value 1 where the
        AUCs are equal, else infinite and 0. Below some 30 rows of either class the limit that it
        rests on is poor.

    Raises
    ------
    ValueError
        If a count is negative, or classes of one side have different groups.

    References
    ----------
    DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988). Comparing the areas under two or
    more correlated receiver operating characteristic curves. Biometrics 44.

    Examples
    --------
    >>> result = delong([5, 10, 25], [30, 20, 10], [10, 15, 15], [20, 20, 20])
    >>> print(result.roc_auc.round(4), result.reference_roc_auc.round(4), result.p_value.round(4))
    0.7708 0.5417 0.0015
    """
    level(confidence, "confidence")
    one = placements(positives, negatives)
    other = placements(
        reference_positives, reference_negatives, ("reference_positives", "reference_negatives")
    )
    return compared(one.auc, other.auc, one.variance + other.variance, confidence)


def compared(auc: Floats, reference_auc: Floats, variance: Floats, confidence: float) -> DeLong:
    """Return the test of two ROC AUCs whose difference has a known variance.

    Parameters
    ----------
    auc, reference_auc : numpy.ndarray
        The two.
    variance : numpy.ndarray
        Of their difference.
    confidence : float
        Of the interval.

    Returns
    -------
    DeLong
        The outcome.

    Examples
    --------
    >>> result = compared(np.float64(0.8), np.float64(0.7), np.float64(0.0025), 0.95)
    >>> print(result.statistic.round(4))
    2.0
    """
    error = np.sqrt(np.maximum(variance, 0))
    difference = auc - reference_auc
    with np.errstate(divide="ignore", invalid="ignore"):
        # sums in another order may part equal AUCs in their last digit
        z = np.where(np.abs(difference) < 1e-12, 0 * error, difference / error)
    reach = special.ndtri((1 + confidence) / 2) * error
    return DeLong(
        statistic=z,
        p_value=2 * special.ndtr(-np.abs(z)),
        effect=difference,
        effect_name="roc_auc_difference",
        effect_low=difference - reach,
        effect_high=difference + reach,
        roc_auc=auc,
        reference_roc_auc=reference_auc,
        standard_error=error,
    )
