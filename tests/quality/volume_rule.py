"""The rule of row_count in numpy: what is usual for the season, and by how much counts vary."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Numbers = npt.NDArray[np.float64]
ALERT = np.log(1.5)


def margins(reference: Numbers, deviate: float, seasons: int = 7) -> tuple[Numbers, Numbers]:
    """Return the usual logarithm of a count by season, and the margin at which an alert begins.

    Parameters
    ----------
    reference : array of shape (streams, windows)
        Counts; whole weeks.
    deviate : float
        Standard errors that an alert needs, were their deviation known.
    """
    weeks = reference.shape[1] // seasons
    logs = np.log(reference).reshape(len(reference), weeks, seasons)
    usual = logs.mean(axis=1)
    freedom = seasons * (weeks - 1)
    variance = ((logs - usual[:, None]) ** 2).sum(axis=(1, 2)) / freedom
    between = np.maximum(0, variance - (1 / reference).mean(axis=1))
    error = np.sqrt((between[:, None] + np.exp(-usual)) * (1 + 1 / weeks))
    student = stats.t.isf(stats.norm.sf(deviate), freedom)
    return usual, np.maximum(ALERT, student * error)


def deviations(counts: Numbers, usual: Numbers) -> Numbers:
    """Return by how much the logarithms of counts (streams, windows) are off the season's."""
    weeks = -(-counts.shape[1] // usual.shape[1])
    return np.log(np.maximum(counts, 0.5)) - np.tile(usual, (1, weeks))[:, : counts.shape[1]]


def counts(
    rng: np.random.Generator, streams: int, windows: int, rows: float, daily: float
) -> Numbers:
    """Draw Poisson counts with day-to-day variation and weekends of three fifths."""
    week = np.array([1, 1, 1, 1, 1, 0.6, 0.6])
    level = rows * np.tile(week, -(-windows // 7))[:windows]
    return rng.poisson(level * np.exp(rng.normal(0, daily, (streams, windows)))).astype(float)
