"""Few false alarms on streams in which nothing happens, and broken pairs found among many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tests.support.joint_stream import verdicts

REFERENCE, QUARTER, STREAMS = 30, 90, 10
DAILY, WEEKLY = 0.05, 0.1  # standard deviations, as in the benchmark of alarms
Floats = npt.NDArray[np.float64]


def stream(rng: np.random.Generator, n: int, broken: float = 0.0) -> tuple[Floats, Floats]:
    """Normal, skewed and heavy-tailed pairs, and a pair of categories that rarely differ.

    The means of all features wander from day to day and over the week; a share `broken` of the
    rows of the last day draws one of a pair anew.
    """
    days = REFERENCE + QUARTER
    base = rng.normal(size=(days, n, 4))
    partner = 0.8 * base + 0.6 * rng.normal(size=base.shape)
    code = rng.integers(0, 3, size=(days, n))
    same = rng.random((days, n)) < 0.95
    twin = np.where(same, code, rng.integers(0, 3, size=(days, n)))
    if broken:
        drawn = rng.random(n) < broken
        partner[-1, drawn, 0] = rng.normal(size=drawn.sum())
    shift = rng.normal(0, DAILY, size=(days, 1, 8))
    shift += WEEKLY * np.sin(2 * np.pi * np.arange(days) / 7)[:, None, None]
    numbers = np.concatenate([base, partner], axis=2) + shift
    # a lognormal and a heavy-tailed pair
    numbers[:, :, [1, 5]] = np.exp(numbers[:, :, [1, 5]]) - 1
    numbers[:, :, [2, 6]] = numbers[:, :, [2, 6]] ** 3
    numbers = np.clip(numbers, -5, 5)
    features = np.concatenate([numbers, (code / 3 - 1 / 3)[..., None], twin[..., None] / 3], axis=2)
    thirds = np.searchsorted([-0.43, 0.43], numbers[:, :, :3])
    return features, code * 27 + (thirds @ np.array([9, 3, 1])) + 100 * twin


def test_quiet_quarters_open_hardly_an_alert() -> None:
    """On average at most half an alert a quarter."""
    rng = np.random.default_rng(11)
    alerts = {}
    for n in (150, 1000):
        found = [verdicts(*stream(rng, n), REFERENCE) for _ in range(STREAMS)]
        for metric in found[0]:
            alerts[n, metric] = sum(int(one[metric].sum()) for one in found)
    assert sum(alerts.values()) <= STREAMS, alerts


def test_a_pair_that_breaks_in_part_is_found_at_once() -> None:
    rng = np.random.default_rng(12)
    found = [verdicts(*stream(rng, 1000, broken=0.5), REFERENCE) for _ in range(STREAMS)]
    for metric in ("correlation_difference", "reconstruction_error"):
        assert all(one[metric][-1] for one in found), metric
