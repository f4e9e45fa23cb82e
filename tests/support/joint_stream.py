"""Verdicts on the joint distribution of simulated windows, by the package's rules in numpy."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from monitor.multivariate.components import Components, fit
from tests.support.joint import between, fisher

Floats = npt.NDArray[np.float64]


def verdicts(windows: Floats, combinations: Floats, references: int) -> dict[str, Floats]:
    """Judge windows of encoded rows.

    Parameters
    ----------
    windows : numpy.ndarray, shape (windows, rows, features)
        The first `references` of them are the reference.
    combinations : numpy.ndarray, shape (windows, rows)
        The rows' coarse bins.

    Returns
    -------
    dict of str to numpy.ndarray
        By metric whether each window after the reference is an alert.
    """
    count, n, features = windows.shape
    pairs = features * (features - 1) // 2
    z_tests, z_pairs = stats.norm.isf([0.5 / (90 * (3 + pairs)), 0.25 / (90 * (3 + pairs))])
    errors, distances = _scored(windows, references)
    reference, later = slice(0, references), slice(references, count)
    limit = np.quantile(distances[reference], 0.999, method="inverted_cdf")
    unseen = _unseen(combinations, references)
    return {
        "reconstruction_error": _means(errors, references, z_tests)[later],
        "joint_outlier_rate": _shares(
            (distances > limit).sum(axis=1), n, references, 0.005, z_tests
        ),
        "unseen_combination_rate": _shares(unseen.sum(axis=1), n, references, 0.02, z_tests),
        "correlation_difference": _pairs(windows, references, max(3.5, z_pairs)).any(axis=1)[later],
    }


def _sums(rows: Floats) -> tuple[float, Floats, Floats]:
    return float(len(rows)), rows.sum(axis=0), rows.T @ rows


def _scored(windows: Floats, references: int) -> tuple[Floats, Floats]:
    sums = [_sums(window) for window in windows[:references]]
    n, values, products = (sum(part[1:], part[0]) for part in map(list, zip(*sums, strict=True)))
    whole = fit(n, values, products)
    assert whole is not None
    found = []
    for number, window in enumerate(windows):
        components: Components | None = whole
        if number < references:
            own = sums[number]
            components = fit(n - own[0], values - own[1], products - own[2], whole.kept)
        assert components is not None
        squares = (window @ components.weights.T + components.offsets) ** 2
        found.append(
            (
                np.sqrt(squares[:, components.kept :].sum(axis=1)),
                np.sqrt((squares / np.maximum(components.eigenvalues, 1e-4)).sum(axis=1)),
            )
        )
    errors, distances = (np.array(part) for part in zip(*found, strict=True))
    return errors, distances


def _means(errors: Floats, references: int, z_tests: float) -> Floats:
    n = errors.shape[1]
    means, variances = errors.mean(axis=1), errors.var(axis=1)
    usual = errors[:references].mean()
    others = (references * usual - means[:references]) / (references - 1)
    chance = np.maximum(variances, errors[:references].var()) / n
    learned = between(means[:references] - others, variances[:references] / n)
    noise = np.sqrt(chance + errors[:references].var() / (references * n) + learned)
    return np.abs(means - usual) >= np.maximum(0.05 * usual, max(3.5, z_tests) * noise)


def _root(count: Floats, n: float) -> Floats:
    return np.arcsin(np.sqrt((count + 0.375) / (n + 0.75)))


def _shares(counts: Floats, n: int, references: int, least: float, z_tests: float) -> Floats:
    own, whole = counts[:references], counts[:references].sum()
    rises = _root(own, n) - _root(whole - own, n * (references - 1))
    chance = np.full(references, (1 / n + 1 / (n * (references - 1))) / 4)
    noise = np.sqrt((1 / n + 1 / (n * references)) / 4 + between(rises, chance))
    later = counts[references:]
    z = (_root(later, n) - _root(whole, n * references)) / noise
    return (later / n - whole / (n * references) >= least) & (z >= max(4, z_tests))


def _unseen(combinations: Floats, references: int) -> Floats:
    found = np.zeros(combinations.shape, dtype=bool)
    for number, window in enumerate(combinations):
        others = [one for other, one in enumerate(combinations[:references]) if other != number]
        found[number] = ~np.isin(window, others)
    return found


def _correlations(n: float, values: Floats, products: Floats) -> Floats:
    means = values / n
    covariances = products / n - np.outer(means, means)
    deviations = np.sqrt(np.diag(covariances))
    one, other = np.triu_indices(len(values), 1)
    return (covariances / np.outer(deviations, deviations))[one, other]


def _pairs(windows: Floats, references: int, z_limit: float) -> Floats:
    sums = [_sums(window) for window in windows]
    total = [sum(p[1:], p[0]) for p in map(list, zip(*sums[:references], strict=True))]
    own = np.array([_correlations(*one) for one in sums])
    usual = _correlations(*total)
    others = np.array(
        [
            _correlations(*(t - o for t, o in zip(total, one, strict=True)))
            for one in sums[:references]
        ]
    )
    n, whole = sums[0][0], total[0]
    chance = np.full((references, len(usual)), 1 / (n - 3) + 1 / (whole - n - 3))
    learned = between(fisher(own[:references]) - fisher(others), chance)
    noise = np.sqrt(1 / (n - 3) + 1 / (whole - 3) + learned)
    beyond = np.abs(fisher(own) - fisher(usual)) >= z_limit * noise
    return beyond & (np.abs(own - usual) >= 0.2)
