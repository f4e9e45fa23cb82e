"""The rule by which a segment has changed, written again in numpy."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]


class Judged(NamedTuple):
    z_score: Floats
    z_limit: float
    is_searched: npt.NDArray[np.bool_]


def judged(
    n: Floats,
    total: Floats,
    squares: Floats,
    reference: int,
    min_rows: int,
    is_error: bool,
    searched: int | None = None,
) -> Judged:
    """Judge segments of daily windows.

    Parameters
    ----------
    n, total, squares : array of shape (windows, segments)
        Values, their sum and the sum of their squares; the first segment is the whole, the first
        `reference` windows (six at least) are the reference.
    reference, min_rows : int
    is_error : bool
        Whether only a rise is worse.
    searched : int, optional
        How many segments are searched; all with enough rows if absent.
    """
    n0, n1 = n[:reference].sum(0), n[reference:].sum(0)
    sum0, sum1 = total[:reference].sum(0), total[reference:].sum(0)
    squares0, squares1 = squares[:reference].sum(0), squares[reference:].sum(0)
    is_searched = (n0 >= min_rows) & (n1 >= min_rows)
    tail = (0.5 if is_error else 0.25) / (90 * (searched or is_searched.sum()))
    z_limit = max(3.5, float(stats.norm.isf(tail)))
    windows = (n[:reference] > 0).sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = np.maximum(0, squares0 / n0 - (sum0 / n0) ** 2)
        between = np.nansum(total[:reference] ** 2 / n[:reference], axis=0) - sum0**2 / n0
        spread0 = (n[:reference] ** 2).sum(0)
        spread = spread0 / n0**2 + (n[reference:] ** 2).sum(0) / n1**2
        variance = np.maximum(0, (between - (windows - 1) * within) / (n0 - spread0 / n0))
        variance = np.maximum(variance, variance[0])
        variance *= (1 + (z_limit**2 + 1) / (4 * (windows - 1))) ** 2
        pooled = (squares0 + squares1) / (n0 + n1) - ((sum0 + sum1) / (n0 + n1)) ** 2
        own = squares1 / n1 - (sum1 / n1) ** 2
        chance = np.maximum(pooled, own) / n1 + pooled / n0
        z_score = (sum1 / n1 - sum0 / n0) / np.sqrt(chance + variance * spread)
    return Judged(z_score, z_limit, is_searched)


def finds(found: Judged, is_error: bool) -> int:
    """Return how many segments are beyond the limit."""
    size = found.z_score if is_error else np.abs(found.z_score)
    return int(((size >= found.z_limit) & found.is_searched).sum())
