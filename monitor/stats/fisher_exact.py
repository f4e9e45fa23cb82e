"""Fisher's exact test of two proportions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats, bins, level
from monitor.stats.result import Significance

EXACT_BELOW = 500
"""The least margin from which the interval is not exact: exact ones take seconds at 10,000."""


def fisher_exact(
    counts: npt.ArrayLike, reference_counts: npt.ArrayLike, *, confidence: float = 0.95
) -> Significance:
    """Test whether two samples have the same shares in two bins, exactly, for few rows.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., 2)
        Whole numbers of rows of the two sides in each bin; leading axes are separate tests and
        broadcast, at some 5 to 50 milliseconds each, however many rows.
    confidence : float
        Of the interval.

    Returns
    -------
    Significance
        Statistic and effect are the odds ratio (a d) / (b c) of ``[[a, b], [c, d]]``, 0 to
        infinity. Its interval is exact (conditional on the margins) where a side or a bin has
        fewer than 500 rows, as it has in every table of fewer than 1,000; beyond, it is that of
        the sample's log odds ratio, with 0.5 added to each cell where one is empty. The p-value
        is always exact and two-sided: the probability of all tables with the same margins that
        are no more probable. A bin that is empty on both sides: odds ratio NaN, p-value 1. An
        empty side: NaN.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or a side has not two bins.

    References
    ----------
    Fisher, R. A. (1935). The logic of inductive inference. Journal of the Royal Statistical
    Society 98. Cornfield, J. (1956). A statistical problem arising from retrospective studies
    (the exact interval). Woolf, B. (1955). On estimating the relation between blood group and
    disease. Annals of Human Genetics 19 (the sample's). Haldane, J. B. S. (1956). The estimation
    and significance of the logarithm of a ratio of frequencies. Annals of Human Genetics 20 (the
    0.5).

    Examples
    --------
    >>> result = fisher_exact([3, 1], [1, 3])
    >>> print(result.p_value.round(4), result.effect)
    0.4857 9.0
    """
    from scipy import stats

    level(confidence, "confidence")
    one, other = bins(counts, reference_counts)
    if one.shape[-1] != 2:
        raise ValueError(f"counts has {one.shape[-1]} bins; Fisher's exact test compares two.")
    if np.any(one % 1 > 0) or np.any(other % 1 > 0):
        raise ValueError("counts holds a fraction; Fisher's exact test counts whole rows.")
    odds, p_value, low, high = (np.full(one.shape[:-1], np.nan) for _ in range(4))
    for place in np.ndindex(*one.shape[:-1]):
        table = np.stack([one[place], other[place]])
        if np.isnan(table).any() or (table.sum(axis=1) == 0).any():
            continue
        whole = table.astype(np.int64)
        p_value[place] = stats.fisher_exact(whole).pvalue
        if min(whole.sum(axis=0).min(), whole.sum(axis=1).min()) < EXACT_BELOW:
            interval = stats.contingency.odds_ratio(whole).confidence_interval(confidence)
            low[place], high[place] = interval.low, interval.high
        else:
            low[place], high[place] = _sample_interval(table, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = one[..., 0] * other[..., 1] / (one[..., 1] * other[..., 0])
    odds = np.where(np.isnan(p_value), np.nan, odds)
    return Significance(
        statistic=odds,
        p_value=p_value,
        effect=odds,
        effect_name="odds_ratio",
        effect_low=low,
        effect_high=high,
    )


def _sample_interval(table: Floats, confidence: float) -> tuple[float, float]:
    """Woolf's interval of the odds ratio; open on the side of an odds ratio of 0 or infinity."""
    from scipy import stats

    cells = table + 0.5 if (table == 0).any() else table
    odds = np.log(cells[0, 0]) + np.log(cells[1, 1]) - np.log(cells[0, 1]) - np.log(cells[1, 0])
    half = stats.norm.isf((1 - confidence) / 2) * np.sqrt((1 / cells).sum())
    low = 0.0 if table[0, 0] * table[1, 1] == 0 else float(np.exp(odds - half))
    high = np.inf if table[0, 1] * table[1, 0] == 0 else float(np.exp(odds + half))
    return low, high
