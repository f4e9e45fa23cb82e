"""The Anderson-Darling test of two samples in ordered bins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats
from monitor.stats.permutation import SEED, permutation
from monitor.stats.result import Significance


def anderson_darling(
    counts: npt.ArrayLike,
    reference_counts: npt.ArrayLike,
    *,
    draws: int = 9_999,
    seed: int = SEED,
) -> Significance:
    """Test whether two samples have the same distribution, with weight on its tails.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (k,)
        Whole numbers of rows of the two sides in each bin, bins in ascending order.
    draws, seed : int
        Of the permutation that the p-value comes from, exact with any ties.

    Returns
    -------
    Significance
        Statistic and effect are the two-sample statistic of midranks, not standardized; its mean
        without a difference is 1, and more is worse. A single bin: statistic 0, p-value 1. An
        empty side: NaN.

    Raises
    ------
    ValueError
        As `permutation` does.

    Notes
    -----
    ``scipy.stats.anderson_ksamp(..., variant="midrank")`` reports (statistic - 1) / its standard
    deviation, and clips its p-value to 0.001 ... 0.25.

    References
    ----------
    Scholz, F. W., Stephens, M. A. (1987). K-sample Anderson-Darling tests. Journal of the
    American Statistical Association 82 (equation 7).

    Examples
    --------
    >>> result = anderson_darling([4, 3, 2, 1], [1, 2, 3, 4])
    >>> print(result.statistic.round(4), result.p_value > 0.05)
    2.8327 True
    """
    return permutation(
        _statistic,
        counts,
        reference_counts,
        draws=draws,
        seed=seed,
        effect_name="anderson_darling_statistic",
    )


def _statistic(counts: Floats, reference_counts: Floats) -> Floats:
    both = counts + reference_counts
    rows = both.sum(axis=-1, keepdims=True)
    below = both.cumsum(axis=-1) - both / 2
    variance = below * (rows - below) - rows * both / 4
    n = counts.sum(axis=-1, keepdims=True)
    excess = rows * (counts.cumsum(axis=-1) - counts / 2) - n * below
    with np.errstate(divide="ignore", invalid="ignore"):
        # one bin of all rows has neither variance nor excess
        terms = np.where(variance > 0, both / rows * excess**2 / variance, 0)
    # the reference's excess is the window's, with the other sign
    total = terms.sum(axis=-1) * (1 / n + 1 / (rows - n))[..., 0]
    result: Floats = (rows[..., 0] - 1) / rows[..., 0] * total
    return result
