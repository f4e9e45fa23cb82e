"""The score test of two proportions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.inputs import Floats, level, parts
from monitor.stats.result import Significance


@dataclass(frozen=True, kw_only=True)
class TwoProportion(Significance):
    """The outcome of a test of two proportions; ``effect`` is their difference.

    Attributes
    ----------
    risk_ratio : numpy.ndarray
        The window's proportion by the reference's, 0 to infinity; NaN where both are 0.
    cohens_h : numpy.ndarray
        Difference of 2 arcsin(sqrt(proportion)), -pi to pi; 0.2 is small, 0.8 large.
    """

    risk_ratio: Floats
    cohens_h: Floats


def two_proportion(
    successes: npt.ArrayLike,
    n: npt.ArrayLike,
    reference_successes: npt.ArrayLike,
    reference_n: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> TwoProportion:
    """Test whether two proportions are equal, two-sided, and say how far apart they are.

    Parameters
    ----------
    successes, n : array_like
        Rows of the window that are counted, and all its rows; all arguments broadcast. Weighted
        rows go in as effective numbers.
    reference_successes, reference_n : array_like
        The same of the reference.
    confidence : float
        Of the interval.

    Returns
    -------
    TwoProportion
        The standard normal score with pooled variance (its square is the chi-square statistic),
        the risk difference (-1 to 1) with Newcombe's interval, risk ratio and Cohen's h.
        Both proportions 0, or both 1: score 0, p-value 1. An empty side: NaN.

    Raises
    ------
    ValueError
        If a count is negative or exceeds its total, or `confidence` is not between 0 and 1.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions. Statistics in Medicine 17 (method 10). Cohen, J. (1988). Statistical power
    analysis for the behavioral sciences, chapter 6.

    Examples
    --------
    >>> result = two_proportion(56, 70, 48, 80)
    >>> print(result.effect.round(4), result.effect_low.round(4), result.effect_high.round(4))
    0.2 0.0524 0.3339
    >>> print(result.p_value.round(4), result.risk_ratio.round(4))
    0.008 1.3333
    """
    level(confidence, "confidence")
    hits, rows = parts(successes, n, ("successes", "n"))
    reference_hits, reference_rows = parts(
        reference_successes, reference_n, ("reference_successes", "reference_n")
    )
    z = special.ndtri((1 + confidence) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, reference_rate = hits / rows, reference_hits / reference_rows
        pooled = (hits + reference_hits) / (rows + reference_rows)
        variance = pooled * (1 - pooled) * (1 / rows + 1 / reference_rows)
        difference = rate - reference_rate
        score = np.where(variance == 0, 0 * difference, difference / np.sqrt(variance))
        low, high = _wilson(rate, rows, z)
        reference_low, reference_high = _wilson(reference_rate, reference_rows, z)
        ratio = rate / reference_rate
    return TwoProportion(
        statistic=score,
        p_value=2 * special.ndtr(-np.abs(score)),
        effect=difference,
        effect_name="risk_difference",
        effect_low=difference - np.hypot(rate - low, reference_high - reference_rate),
        effect_high=difference + np.hypot(high - rate, reference_rate - reference_low),
        risk_ratio=ratio,
        cohens_h=2 * (np.arcsin(np.sqrt(rate)) - np.arcsin(np.sqrt(reference_rate))),
    )


def _wilson(rate: Floats, rows: Floats, z: float) -> tuple[Floats, Floats]:
    """Return Wilson's interval of a proportion (1927)."""
    center = (rate + z**2 / (2 * rows)) / (1 + z**2 / rows)
    reach = z / (1 + z**2 / rows) * np.sqrt(rate * (1 - rate) / rows + z**2 / (4 * rows**2))
    return center - reach, center + reach
