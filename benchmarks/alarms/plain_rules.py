"""The plain rules that other tools judge drift by, on the same counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, kstwobign

from benchmarks.alarms.streams import Counts, Feature

Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]
Rule = Callable[[Feature, Counts, int], Booleans]


def fixed_index(feature: Feature, counts: Counts, reference_days: int) -> Booleans:
    """A population stability index above 0.1, whatever the number of rows.

    Parameters
    ----------
    feature : Feature
    counts : array, (seeds, days, cells)
    reference_days : int
        The first days, which are not judged.

    Returns
    -------
    array of bool, (seeds, judged days)
    """
    _, judged = _indices(feature, counts, reference_days)
    return np.asarray(judged > 0.1)


def three_deviations(feature: Feature, counts: Counts, reference_days: int) -> Booleans:
    """An index above mean + 3 standard deviations of the reference's days, each inside it."""
    own, judged = _indices(feature, counts, reference_days)
    limit = own.mean(axis=1) + 3 * own.std(axis=1, ddof=1)
    return np.asarray(judged > limit[:, None])


def five_percent_test(feature: Feature, counts: Counts, reference_days: int) -> Booleans:
    """Kolmogorov-Smirnov (categories: chi-square) with p below 0.05; NULLs are left out."""
    values = counts[..., :-1]
    reference = values[:, :reference_days].sum(axis=1, keepdims=True)
    judged = values[:, reference_days:]
    n, m = judged.sum(axis=-1), reference.sum(axis=-1)
    if feature.is_numeric:
        below = judged.cumsum(axis=-1) / n[..., None] - reference.cumsum(axis=-1) / m[..., None]
        root = np.sqrt(n * m / (n + m))
        return np.asarray(kstwobign.sf(root * np.abs(below).max(axis=-1)) < 0.05)
    both = judged + reference
    gaps = judged * np.sqrt(m / n)[..., None] - reference * np.sqrt(n / m)[..., None]
    statistic = np.divide(gaps**2, both, out=np.zeros_like(gaps), where=both > 0).sum(axis=-1)
    return np.asarray(chi2.sf(statistic, (both > 0).sum(axis=-1) - 1) < 0.05)


RULES: dict[str, Rule] = {
    "PSI > 0.1": fixed_index,
    "PSI > mean + 3 sd": three_deviations,
    "KS, chi-square p < 0.05": five_percent_test,
}


def _indices(feature: Feature, counts: Counts, reference_days: int) -> tuple[Floats, Floats]:
    """Population stability index of the reference's days and of the others."""
    if feature.is_numeric:
        ends = 2 + 5 * np.arange(1, 10)
        counts = np.stack(
            [part.sum(axis=-1) for part in np.split(counts[..., :-1], ends, axis=-1)]
            + [counts[..., -1]],
            axis=-1,
        )
    reference = counts[:, :reference_days].sum(axis=1, keepdims=True)
    index = _index(counts, reference)
    return index[:, :reference_days], index[:, reference_days:]


def _index(counts: Counts, reference: Counts) -> Floats:
    both = counts + reference
    is_kept = both > 0
    n, m = counts.sum(axis=-1, keepdims=True), reference.sum(axis=-1, keepdims=True)
    pseudo = ((counts == 0) != (reference == 0)).any(axis=-1, keepdims=True)
    rows = pseudo * both / (n + m)
    q, p = (counts + rows) / (n + pseudo), (reference + rows) / (m + pseudo)
    ratio = np.divide(q, p, out=np.ones_like(q), where=is_kept)
    return np.asarray(((q - p) * np.log(ratio)).sum(axis=-1))
