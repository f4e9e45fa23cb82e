"""p-values of a difference against the least one that matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from monitor.stats.inputs import Floats

Alternative = Literal["two-sided", "greater", "less"]


def checked(margin: float, alternative: Alternative) -> float:
    """Return a margin that suits its alternative.

    Parameters
    ----------
    margin : float
        The least difference that matters.
    alternative : {"two-sided", "greater", "less"}
        Which differences count.

    Returns
    -------
    float
        The margin.

    Raises
    ------
    ValueError
        If the alternative is unknown, or the margin of a two-sided test is negative.

    Examples
    --------
    >>> checked(-0.02, "greater")
    -0.02
    """
    if alternative not in ("two-sided", "greater", "less"):
        raise ValueError(
            f"alternative is {alternative!r}; it is one of 'two-sided', 'greater' and 'less'."
        )
    if not np.isfinite(margin) or (alternative == "two-sided" and margin < 0):
        raise ValueError(
            f"margin is {margin:g}; a two-sided test needs a finite number of 0 or more, "
            "a one-sided test a finite number."
        )
    return margin


def beyond(
    difference: Floats,
    margin: float,
    alternative: Alternative,
    error: Callable[[Floats], Floats],
    below: Callable[[Floats], Floats],
) -> tuple[Floats, Floats]:
    """Return a statistic and its p-value against the nearest difference that does not matter.

    Parameters
    ----------
    difference : numpy.ndarray
        What was observed.
    margin : float
        The least difference that matters, as the tests define it.
    alternative : {"two-sided", "greater", "less"}
        Which differences count.
    error : callable
        Takes a difference and returns the standard error if it were the true one.
    below : callable
        The statistic's distribution function.

    Returns
    -------
    tuple of numpy.ndarray
        (difference - border) / error at the border, and the p-value. Two-sided, it is the
        probability, where the true difference is the margin, of one as far from 0 on either side.

    Examples
    --------
    >>> from scipy.special import ndtr
    >>> statistic, p_value = beyond(np.float64(3), 1.0, "greater", np.ones_like, ndtr)
    >>> print(statistic, p_value.round(4))
    2.0 0.0228
    """
    is_two_sided = alternative == "two-sided"
    border = np.copysign(margin, difference) if is_two_sided else np.full_like(difference, margin)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = error(border)
        distance = difference - border
        # without any error, what lies on the border has not passed it
        statistic = np.where((distance == 0) & (scale == 0), 0, distance / scale)
        if not is_two_sided:
            return statistic, below(statistic if alternative == "less" else -statistic)
        near = np.where(difference < 0, -distance, distance) / scale
        far = (np.abs(difference) + margin) / scale
        p_value = below(-near) + below(-far)
    # no error, and no more than the margin: nothing to see
    p_value = np.where((scale == 0) & (np.abs(difference) <= margin), 1, p_value)
    return statistic, np.minimum(p_value, 1)
