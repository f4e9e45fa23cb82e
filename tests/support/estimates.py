"""Estimated performance straight from rows, by other routes than the SQL takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import isotonic_regression

Floats = npt.NDArray[np.float64]
Metric = Callable[[Floats, Floats], float]


def binary_estimates(
    reference: pd.DataFrame, window: pd.DataFrame, deciles: Mapping[float, int]
) -> dict[str, tuple[float, float]]:
    """Return value and standard error of each metric of a binary model.

    Parameters
    ----------
    reference : DataFrame
        Columns score (few distinct values) and label (0, 1).
    window : DataFrame
        Columns score and predicted (0, 1).
    deciles : mapping of float to int
        The bin of the calibration error that a score belongs to.
    """
    of_score = reference.groupby("score")["label"].agg(["mean", "size"])
    rate = isotonic_regression(of_score["mean"], weights=of_score["size"]).x
    of_score = of_score.assign(rate=rate)
    of_score["block_n"] = of_score.groupby(of_score["rate"].round(12))["size"].transform("sum")
    cells = window.groupby(["score", "predicted"]).size().rename("n").reset_index()
    cells = cells.join(of_score[["rate", "block_n"]], on="score")
    n, score = cells["n"].to_numpy(float), cells["score"].to_numpy(float)
    predicted = cells["predicted"].to_numpy(float)
    group = cells["score"].map(deciles).to_numpy()
    chance, block_n = cells["rate"].to_numpy(float), cells["block_n"].to_numpy(float)
    damped = (chance * block_n + 0.5) / (block_n + 1)
    spread = damped * (1 - damped)
    found = {}
    size = of_score["size"].to_numpy(float)
    observed, fitted = (size * of_score[name].to_numpy(float) for name in ("mean", "rate"))
    scores = of_score.index.to_numpy(float)
    on_reference = _metrics(scores, scores, scores.astype(int))
    for name, metric in _metrics(score, predicted, group).items():
        slope = _slopes(metric, n * chance, n * (1 - chance))
        labels = float(np.sum(n * spread * slope**2))
        shared = pd.DataFrame({"block": chance.round(12), "slope": n * slope})
        sums = shared.groupby("block")["slope"].transform("sum").to_numpy()
        first = ~shared["block"].duplicated().to_numpy()
        calibration = float(np.sum((sums**2 * spread / block_n)[first]))
        value = metric(n * chance, n * (1 - chance))
        optimism = 0.0
        if name in ("roc_auc", "average_precision"):
            of_reference = on_reference[name]
            optimism = of_reference(fitted, size - fitted) - of_reference(observed, size - observed)
            assert optimism > 0
        found[name] = (value, float(np.sqrt(labels + calibration + optimism**2)))
    return found


def _slopes(metric: Metric, positives: Floats, negatives: Floats) -> Floats:
    """Return by how much the metric grows when one prediction of a cell turns out positive."""
    slopes = []
    for place in range(len(positives)):
        step = np.zeros(len(positives))
        step[place] = 1e-4
        more = metric(positives + step, negatives - step)
        less = metric(positives - step, negatives + step)
        slopes.append((more - less) / 2e-4)
    return np.array(slopes)


def _metrics(score: Floats, predicted: Floats, group: npt.NDArray[np.int64]) -> dict[str, Metric]:
    clipped = np.clip(score, 1e-15, 1 - 1e-15)
    higher = score[:, None] > score[None, :]
    tied = score[:, None] == score[None, :]

    def counts(x: Floats, y: Floats) -> tuple[float, float, float, float]:
        return (
            float(x @ predicted),
            float(y @ predicted),
            float(x @ (1 - predicted)),
            float(y @ (1 - predicted)),
        )

    def correlation(x: Floats, y: Floats) -> float:
        tp, fp, fn, tn = counts(x, y)
        root = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
        return float((tp * tn - fp * fn) / root)

    def f1(x: Floats, y: Floats) -> float:
        tp, fp, fn, _ = counts(x, y)
        return 2 * tp / (2 * tp + fp + fn)

    def average_precision(x: Floats, y: Floats) -> float:
        found = 0.0
        for value in np.unique(score):
            here, up = score == value, score >= value
            found += float(x[here].sum() * x[up].sum() / (x[up].sum() + y[up].sum()))
        return found / float(x.sum())

    def calibration_error(x: Floats, y: Floats) -> float:
        gaps = [abs(float(((x + y) * score - x)[group == one].sum())) for one in np.unique(group)]
        return sum(gaps) / float((x + y).sum())

    def reliability(x: Floats, y: Floats) -> float:
        parts = [
            float(((x + y) * score - x)[group == one].sum() ** 2 / (x + y)[group == one].sum())
            for one in np.unique(group)
        ]
        return sum(parts) / float((x + y).sum())

    def uncertainty(x: Floats, y: Floats) -> float:
        prevalence = float(x.sum() / (x + y).sum())
        return prevalence * (1 - prevalence)

    def brier(x: Floats, y: Floats) -> float:
        return float((x @ (1 - score) ** 2 + y @ score**2) / (x + y).sum())

    return {
        "accuracy": lambda x, y: float((x @ predicted + y @ (1 - predicted)) / (x + y).sum()),
        "precision": lambda x, y: float(x @ predicted / ((x + y) @ predicted)),
        "recall": lambda x, _: float(x @ predicted / x.sum()),
        "specificity": lambda _, y: float(y @ (1 - predicted) / y.sum()),
        "f1": f1,
        "balanced_accuracy": lambda x, y: float(
            (x @ predicted / x.sum() + y @ (1 - predicted) / y.sum()) / 2
        ),
        "matthews_correlation": correlation,
        "prevalence": lambda x, y: float(x.sum() / (x + y).sum()),
        "roc_auc": lambda x, y: float(x @ (higher + 0.5 * tied) @ y / (x.sum() * y.sum())),
        "average_precision": average_precision,
        "log_loss": lambda x, y: float(
            -(x @ np.log(clipped) + y @ np.log(1 - clipped)) / (x + y).sum()
        ),
        "brier_score": brier,
        "brier_reliability": reliability,
        "brier_uncertainty": uncertainty,
        "brier_resolution": lambda x, y: reliability(x, y) + uncertainty(x, y) - brier(x, y),
        "expected_calibration_error": calibration_error,
    }
