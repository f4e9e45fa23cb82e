"""The Cramér-von Mises test of two samples in ordered bins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats
from monitor.stats.permutation import SEED, permutation
from monitor.stats.result import Significance


def cramer_von_mises(
    counts: npt.ArrayLike,
    reference_counts: npt.ArrayLike,
    *,
    draws: int = 9_999,
    seed: int = SEED,
) -> Significance:
    """Test whether two samples have the same distribution, by all of their cumulative shares.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (k,)
        Whole numbers of rows of the two sides in each bin, bins in ascending order.
    draws, seed : int
        Of the permutation that the p-value comes from, exact with any ties.

    Returns
    -------
    Significance
        Statistic and effect are n m / N² times the sum, over all N rows, of the squared
        difference of the cumulative shares at the row's bin; its mean without a difference is
        near 1/6. An empty side: NaN.

    Raises
    ------
    ValueError
        As `permutation` does.

    Notes
    -----
    Without ties it is the statistic of ``scipy.stats.cramervonmises_2samp``, whose own form and
    p-value do not hold with ties.

    References
    ----------
    Anderson, T. W. (1962). On the distribution of the two-sample Cramér-von Mises criterion.
    Annals of Mathematical Statistics 33.

    Examples
    --------
    >>> result = cramer_von_mises([4, 3, 2, 1], [1, 2, 3, 4])
    >>> print(result.statistic.round(4), result.p_value > 0.05)
    0.425 True
    """
    return permutation(
        _statistic,
        counts,
        reference_counts,
        draws=draws,
        seed=seed,
        effect_name="cramer_von_mises_statistic",
    )


def _statistic(counts: Floats, reference_counts: Floats) -> Floats:
    n = counts.sum(axis=-1, keepdims=True)
    reference_n = reference_counts.sum(axis=-1, keepdims=True)
    gap = counts.cumsum(axis=-1) / n - reference_counts.cumsum(axis=-1) / reference_n
    weight = n * reference_n / (n + reference_n) ** 2
    result: Floats = np.sum(weight * (counts + reference_counts) * gap**2, axis=-1)
    return result
