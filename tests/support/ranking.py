"""What the queries of a ranking earn, item by item, by other routes than the SQL takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Earned = dict[str, float]

NEED_RELEVANT = ("ndcg_at_k", "map_at_k", "recall_at_k")
ALWAYS = ("mrr", "hit_rate_at_k", "precision_at_k")
METRICS = (*NEED_RELEVANT, *ALWAYS)


def query_values(score: Sequence[float], label: Sequence[float], k: int) -> Earned | None:
    """Return what one query earns, or None where it is not judged; NaN labels are missing."""
    gain = gains(label)
    if gain is None:
        return None
    keys = [value if np.isfinite(value) else -np.inf for value in score]
    order = sorted(range(len(keys)), key=lambda item: (-keys[item], gain[item]))
    return ranked_values([float(gain[item]) for item in order], k)


def gains(label: Sequence[float]) -> Floats | None:
    """Return each item's relevance, or None where the query is not judged."""
    labels = np.asarray(label, dtype=float)
    if len(labels) < 2 or np.isnan(labels).all():
        return None
    return np.where(labels > 0, labels, 0.0)


def ranked_values(gain: Sequence[float], k: int) -> Earned:
    """Return what the items' relevances earn in this order; without a relevant one, only three."""
    hits = [position for position, value in enumerate(gain, 1) if value > 0]
    top = [position for position in hits if position <= k]
    earned = {
        "mrr": 1 / hits[0] if hits else 0.0,
        "hit_rate_at_k": float(bool(top)),
        "precision_at_k": len(top) / k,
    }
    if hits:
        earned["recall_at_k"] = len(top) / len(hits)
        earned["ndcg_at_k"] = _dcg(gain, k) / _dcg(sorted(gain, reverse=True), k)
        found = sum((place + 1) / position for place, position in enumerate(top))
        earned["map_at_k"] = found / min(k, len(hits))
    return earned


def _dcg(gain: Sequence[float], k: int) -> float:
    return float(sum(value / np.log2(place + 2) for place, value in enumerate(gain[:k])))


def expected_values(gain: Sequence[float], k: int) -> Earned:
    """Return the mean of `ranked_values` over every order of the items, position by position."""
    n, r = len(gain), sum(value > 0 for value in gain)
    none_before = 1.0
    earned = {"mrr": 0.0, "hit_rate_at_k": 0.0, "precision_at_k": 0.0}
    precision_sum = 0.0
    for position in range(1, n + 1):
        first_here = none_before * r / (n - position + 1)
        earned["mrr"] += first_here / position
        if position <= k:
            earned["hit_rate_at_k"] += first_here
            earned["precision_at_k"] += r / n / k
            before = (position - 1) * (r - 1) / (n - 1)
            precision_sum += r / n * (1 + before) / position
        none_before *= (n - r - position + 1) / (n - position + 1)
    if r:
        earned["recall_at_k"] = min(k, n) / n
        earned["map_at_k"] = precision_sum / min(k, r)
        mean = sum(gain) / n
        earned["ndcg_at_k"] = _dcg([mean] * n, k) / _dcg(sorted(gain, reverse=True), k)
    return earned
