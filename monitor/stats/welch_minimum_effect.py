"""The test that two means differ by more than a margin."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from monitor.stats.inputs import Floats
from monitor.stats.result import Significance
from monitor.stats.tails import Alternative, beyond, checked
from monitor.stats.welch import welch


def welch_minimum_effect(
    mean: npt.ArrayLike,
    variance: npt.ArrayLike,
    n: npt.ArrayLike,
    reference_mean: npt.ArrayLike,
    reference_variance: npt.ArrayLike,
    reference_n: npt.ArrayLike,
    *,
    margin: float,
    alternative: Alternative = "two-sided",
    confidence: float = 0.95,
) -> Significance:
    """Test whether two means differ by more than the difference that matters.

    Parameters
    ----------
    mean, variance, n : array_like
        The window's mean, variance (divided by n - 1) and number of rows; all broadcast.
    reference_mean, reference_variance, reference_n : array_like
        The same of the reference.
    margin : float
        The difference that matters, in the values' unit. Two-sided: ``|difference| > margin`` is
        tested against no more. ``"greater"``: ``difference > margin`` against no more; with a
        margin below 0 a test of non-inferiority. ``"less"``: ``difference < margin`` against no
        less.
    alternative : {"two-sided", "greater", "less"}
        Which of those.
    confidence : float
        Of the interval.

    Returns
    -------
    Significance
        Student's t of the distance from the margin, with Satterthwaite's degrees of freedom, and
        the difference of means with its interval. A two-sided margin of 0 gives the p-value of
        `welch`. Fewer than two rows on a side: NaN.

    Raises
    ------
    ValueError
        If a variance or a number of rows is negative, or the margin does not suit the
        alternative.

    References
    ----------
    Murphy, K. R., Myors, B. (1999). Testing the hypothesis that treatments have negligible
    effects: minimum-effect tests in the general linear model. Journal of Applied Psychology 84.

    Examples
    --------
    >>> result = welch_minimum_effect(11.0, 4.0, 50, 10.0, 4.0, 100, margin=0.5)
    >>> print(result.effect, result.p_value.round(4))
    1.0 0.0761
    """
    checked(margin, alternative)
    plain = welch(
        mean, variance, n, reference_mean, reference_variance, reference_n, confidence=confidence
    )
    freedom = np.asarray(plain.degrees_of_freedom)

    def error(border: Floats) -> Floats:
        return plain.standard_error + 0 * border

    def below(t: Floats) -> Floats:
        result: Floats = special.stdtr(freedom, t)
        return result

    statistic, p_value = beyond(plain.effect, margin, alternative, error, below)
    return Significance(
        statistic=statistic,
        p_value=p_value,
        effect=plain.effect,
        effect_name=plain.effect_name,
        effect_low=plain.effect_low,
        effect_high=plain.effect_high,
        degrees_of_freedom=plain.degrees_of_freedom,
    )
