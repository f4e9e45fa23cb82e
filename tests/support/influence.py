"""The influence of rows on a metric: its slopes by their weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def numerical_standard_error(metric: Callable[[Floats], float], n: int) -> float:
    """Return the infinitesimal jackknife's standard error of a metric of `n` rows' weights."""
    slopes = np.empty(n)
    for row in range(n):
        step = np.zeros(n)
        step[row] = 1e-4
        slopes[row] = (metric(1 + step) - metric(1 - step)) / 2e-4
    return float(np.sqrt((slopes**2).sum()))


def average_precision(actual: Floats, score: Floats, weight: Floats) -> float:
    """Return the mean, over positives, of the precision among the scores not below theirs."""
    chosen = score[None, :] >= score[:, None]
    precision = (chosen @ (weight * actual)) / (chosen @ weight)
    return float((precision * weight * actual).sum() / (weight * actual).sum())


def ks_separation(actual: Floats, score: Floats, weight: Floats) -> float:
    """Return the greatest difference of the classes' cumulative shares."""
    below = score[None, :] <= np.unique(score)[:, None]
    shares = [below @ (weight * part) / (weight * part).sum() for part in (actual, 1 - actual)]
    return float(np.abs(shares[0] - shares[1]).max())


def lift(actual: Floats, score: Floats, weight: Floats) -> float:
    """Return the lift of the top tenth; rows that tie at its border count in part."""
    above = np.array([weight[score > one].sum() for one in score])
    tied = np.array([weight[score == one].sum() for one in score])
    part = np.clip((0.1 * weight.sum() - above) / tied, 0, 1)
    prevalence = (weight * actual).sum() / weight.sum()
    return float((part * weight * actual).sum() / (0.1 * weight.sum()) / prevalence)


def brier_parts(
    actual: Floats, score: Floats, decile: npt.NDArray[np.int64], weight: Floats
) -> dict[str, float]:
    """Return the calibration error, the Brier score and its parts (Stephenson et al., 2008)."""
    total = weight.sum()
    prevalence = (weight * actual).sum() / total
    error = reliability = resolution = 0.0
    for one in np.unique(decile):
        w, y, f = (part[decile == one] for part in (weight, actual, score))
        size = w.sum()
        rate, mean = (w * y).sum() / size, (w * f).sum() / size
        error += size * abs(mean - rate) / total
        reliability += size * (mean - rate) ** 2 / total
        resolution += size * (rate - prevalence) ** 2 / total
        resolution -= (w * (f - mean) ** 2).sum() / total
        resolution += 2 * (w * (f - mean) * (y - rate)).sum() / total
    return {
        "expected_calibration_error": float(error),
        "brier_score": float((weight * (score - actual) ** 2).sum() / total),
        "brier_reliability": float(reliability),
        "brier_resolution": float(resolution),
        "brier_uncertainty": float(prevalence * (1 - prevalence)),
    }


def wmape(actual: Floats, predicted: Floats, weight: Floats) -> float:
    """Return the sum of absolute errors over that of absolute labels."""
    return float((weight * np.abs(predicted - actual)).sum() / (weight * np.abs(actual)).sum())


def r2(actual: Floats, predicted: Floats, weight: Floats) -> float:
    """Return the share of the labels' variance that is explained."""
    mean = (weight * actual).sum() / weight.sum()
    spread = (weight * (actual - mean) ** 2).sum()
    return float(1 - (weight * (predicted - actual) ** 2).sum() / spread)


def quantile(values: Floats, share: float, weight: Floats) -> float:
    """Return the least value that `share` of the rows do not exceed."""
    order = np.argsort(values)
    up_to = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(up_to, share * up_to[-1])])
