"""The gap of labelled shares from counts, by another route than the SQL takes."""

from __future__ import annotations

from math import comb, log
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2_contingency

Counts = npt.NDArray[np.int64]


class Gap(NamedTuple):
    """Greatest labelled share less the least, Newcombe's 95 % interval, and the evidence."""

    value: float
    low: float
    high: float
    ratio: float
    warns: bool


def gap(predictions: Counts, labelled: Counts) -> Gap:
    """Return the gap of two or more classes; counts of predictions and labels by class."""
    shares = labelled / predictions
    fast, slow = int(np.argmax(shares)), int(np.argmin(shares))
    value = float(shares[fast] - shares[slow])
    ends = [_wilson(float(shares[k]), int(predictions[k])) for k in (fast, slow)]
    low = value - np.hypot(shares[fast] - ends[0][0], ends[1][1] - shares[slow])
    high = value + np.hypot(ends[0][1] - shares[fast], shares[slow] - ends[1][0])
    table = np.array([[labelled[k], predictions[k] - labelled[k]] for k in (fast, slow)])
    ratio = 0.0
    if fast != slow and (table.sum(axis=0) > 0).all():
        ratio = float(chi2_contingency(table, correction=True, lambda_="log-likelihood")[0])
    needed = 3.5**2 + 2 * log(comb(len(shares), 2))
    return Gap(value, float(low), float(high), ratio, value >= 0.05 and ratio > needed)


def _wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's interval as the roots of its quadratic."""
    roots = np.roots([1 + z * z / n, -(2 * share + z * z / n), share * share])
    return float(np.real(roots).min()), float(np.real(roots).max())
