"""Welch's test of two means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.inputs import Floats, amounts, level
from monitor.stats.result import Significance


@dataclass(frozen=True, kw_only=True)
class Welch(Significance):
    """The outcome of a test of two means; ``effect`` is their difference.

    Attributes
    ----------
    standard_error : numpy.ndarray
        Of the difference, in the values' unit.
    hedges_g : numpy.ndarray
        The difference in standard deviations of both sides together, corrected for few rows.
    standardized_mean_difference : numpy.ndarray
        The difference in standard deviations of the reference.
    """

    standard_error: Floats
    hedges_g: Floats
    standardized_mean_difference: Floats


def welch(
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    n: npt.ArrayLike,
    reference_mean: npt.ArrayLike,
    reference_variance: npt.ArrayLike,
    reference_n: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Welch:
    """Test whether two means are equal, two-sided, where variances may differ.

    Parameters
    ----------
    mean, variance, n : array_like
        The window's mean, variance (of a sample: divided by n - 1) and number of rows; all
        arguments broadcast.
    reference_mean, reference_variance, reference_n : array_like
        The same of the reference.
    confidence : float
        Of the interval.

    Returns
    -------
    Welch
        Student's t with Satterthwaite's degrees of freedom, the difference of means with its
        interval, its standard error, Hedges' g and the standardized mean difference.
        Fewer than two rows on a side: NaN. No variance on either side: t is 0 and the p-value 1
        where the means are equal, else t is infinite and the p-value 0.

    Raises
    ------
    ValueError
        If a variance or a number of rows is negative, or `confidence` is not between 0 and 1.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several different
    population variances are involved. Biometrika 34. Hedges, L. V. (1981). Distribution theory
    for Glass's estimator of effect size. Journal of Educational Statistics 6.

    Examples
    --------
    >>> result = welch(10.5, 4.0, 50, 10.0, 4.0, 100)
    >>> print(result.statistic.round(4), result.p_value.round(4), result.hedges_g.round(4))
    1.4434 0.1521 0.2487
    """
    level(confidence, "confidence")
    one, other = np.asarray(mean, dtype=float), np.asarray(reference_mean, dtype=float)
    spread, rows = amounts(variance, "variance"), amounts(n, "n")
    reference_spread = amounts(reference_variance, "reference_variance")
    reference_rows = amounts(reference_n, "reference_n")
    rows = np.where(rows >= 2, rows, np.nan)
    reference_rows = np.where(reference_rows >= 2, reference_rows, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        # NaN where either side has too few rows, whatever else is known
        difference = one - other + 0 * (rows + reference_rows)
        error, reference_error = spread / rows, reference_spread / reference_rows
        standard_error = np.sqrt(error + reference_error)
        freedom = standard_error**4 / (
            error**2 / (rows - 1) + reference_error**2 / (reference_rows - 1)
        )
        freedom = np.where(standard_error == 0, rows + reference_rows - 2, freedom)
        t = np.where(difference == 0, 0 * standard_error, difference / standard_error)
        both = rows + reference_rows - 2
        pooled = ((rows - 1) * spread + (reference_rows - 1) * reference_spread) / both
        reach = special.stdtrit(freedom, (1 + confidence) / 2) * standard_error
        return Welch(
            statistic=t,
            p_value=2 * special.stdtr(freedom, -np.abs(t)),
            effect=difference,
            effect_name="mean_difference",
            effect_low=difference - reach,
            effect_high=difference + reach,
            degrees_of_freedom=freedom,
            standard_error=standard_error,
            hedges_g=difference / np.sqrt(pooled) * (1 - 3 / (4 * both - 1)),
            standardized_mean_difference=difference / np.sqrt(reference_spread),
        )
