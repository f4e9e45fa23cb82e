"""McNemar's test of two versions that judged the same rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.inputs import Floats, amounts, level
from monitor.stats.result import Significance


@dataclass(frozen=True, kw_only=True)
class McNemar(Significance):
    """The outcome of McNemar's test; ``p_value`` is exact.

    Attributes
    ----------
    mid_p_value : numpy.ndarray
        The p-value with half the probability of what was observed: less conservative, and rarely
        too small.
    """

    mid_p_value: Floats


def mcnemar(
    first_only: npt.ArrayLike, second_only: npt.ArrayLike, *, confidence: float = 0.95
) -> McNemar:
    """Test whether two versions are right equally often on the same rows, two-sided.

    Parameters
    ----------
    first_only, second_only : array_like
        Whole numbers of rows that only the first, only the second version got right; they
        broadcast. Rows on which both are right or both wrong say nothing.
    confidence : float
        Of the interval.

    Returns
    -------
    McNemar
        The statistic is the lesser count. The effect is the odds ratio first_only / second_only,
        0 to infinity, with the exact interval of Clopper and Pearson. No row on which the
        versions differ: p-value 1, effect NaN.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or `confidence` is not between 0 and 1.

    References
    ----------
    McNemar, Q. (1947). Note on the sampling error of the difference between correlated
    proportions or percentages. Psychometrika 12. Fagerland, M. W., Lydersen, S., Laake, P.
    (2013). The McNemar test for binary matched-pairs data: mid-p and asymptotic are better than
    exact conditional. BMC Medical Research Methodology 13.

    Examples
    --------
    >>> result = mcnemar(1, 7)
    >>> print(result.p_value.round(4), result.mid_p_value.round(4), result.effect.round(4))
    0.0703 0.0391 0.1429
    """
    level(confidence, "confidence")
    one, other = np.broadcast_arrays(
        amounts(first_only, "first_only"), amounts(second_only, "second_only")
    )
    if np.any(one % 1 > 0) or np.any(other % 1 > 0):
        raise ValueError("first_only or second_only holds a fraction; rows are whole.")
    least, rows = np.minimum(one, other), one + other
    # the binomial distribution function at one half, as the incomplete beta function
    below = np.where(rows > 0, special.betainc(np.maximum(rows - least, 1), least + 1, 0.5), 1)
    choose = special.gammaln(rows + 1) - special.gammaln(least + 1)
    here = np.exp(choose - special.gammaln(rows - least + 1) - rows * np.log(2))
    # equal counts are one outcome, others two: the one seen and its mirror image
    mid_p_value = np.where(one == other, 1 - here / 2, 2 * below - here)
    outside = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = special.betaincinv(np.maximum(one, 1), other + 1, outside)
        low = np.where(one == 0, 0, low)
        high = special.betaincinv(one + 1, np.maximum(other, 1), 1 - outside)
        high = np.where(other == 0, 1, high)
        return McNemar(
            statistic=least,
            p_value=np.minimum(1, 2 * below) + 0 * rows,
            effect=one / other,
            effect_name="discordant_odds_ratio",
            effect_low=low / (1 - low),
            effect_high=high / (1 - high),
            mid_p_value=np.where(rows == 0, 1, mid_p_value),
        )
