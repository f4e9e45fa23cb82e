"""The chi-square test of two samples in bins."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from monitor.stats.chi_square_p_value import chi_square_p_value
from monitor.stats.contingency import contingency
from monitor.stats.inputs import Floats
from monitor.stats.result import Significance


def two_sample_chi_square(
    counts: npt.ArrayLike, reference_counts: npt.ArrayLike, *, yates: bool = False
) -> Significance:
    """Test whether two samples have the same shares in k bins; both are random.

    The test is that of a 2 x k table. A test that takes the reference's shares for the truth
    (one sample) rejects too often, 32 % at a nominal 5 % where the reference is no larger than
    the window.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Rows of the two sides in each bin; leading axes are separate tests and broadcast.
        Bins that are empty on both sides are left out.
    yates : bool
        Draw each count half a row towards its expectation where two bins are left (Yates,
        1934); without effect elsewhere.

    Returns
    -------
    Significance
        The chi-square statistic, its degrees of freedom, and Cramér's V as the effect (0 equal
        shares, 1 no bin in common, never corrected). One bin: statistic 0, p-value 1. An empty
        side: NaN.

    Raises
    ------
    ValueError
        If a count is negative, or the sides have different bins.

    Notes
    -----
    The p-value is that of the limit of many rows; it is good where no expectation is far below
    5 (Cochran, 1954), and `fisher_exact` or `permutation` serve elsewhere.

    References
    ----------
    Pearson, K. (1911). On the probability that two independent distributions of frequency are
    really samples from the same population. Biometrika 8. Cramér, H. (1946). Mathematical
    Methods of Statistics, chapter 21.

    Examples
    --------
    >>> result = two_sample_chi_square([30, 60], [45, 45])
    >>> print(result.statistic.round(4), result.p_value.round(4), result.effect.round(4))
    5.1429 0.0233 0.169
    """
    table = contingency(counts, reference_counts)
    difference: Floats = np.abs(table.counts - table.expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / table.expected + 1 / table.reference_expected
        plain = np.where(table.expected == 0, 0, difference**2 * weight).sum(axis=-1)
        if yates:
            shift = np.where(table.bins == 2, 0.5, 0.0)[..., None]
            drawn = np.maximum(difference - shift, 0) ** 2 * weight
            statistic = np.where(table.expected == 0, 0, drawn).sum(axis=-1)
        else:
            statistic = plain
    return Significance(
        statistic=statistic,
        p_value=chi_square_p_value(statistic, table.bins),
        effect=np.sqrt(plain / (table.n + table.reference_n)),
        effect_name="cramers_v",
        degrees_of_freedom=table.bins - 1,
    )
