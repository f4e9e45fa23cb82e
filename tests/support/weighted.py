"""Performance metrics of weighted rows, straight from the rows and pair by pair."""

from __future__ import annotations

import numpy as np

from tests.support.performance import Floats, Values


def effective(weight: Floats) -> float:
    """Return how many rows of equal weight tell as much (Kish, 1965)."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def binary(actual: Floats, predicted: Floats, score: Floats, weight: Floats) -> Values:
    """Return the metrics of a binary model; arrays of 0 and 1, scores and weights."""
    kept = np.clip(score, 1e-15, 1 - 1e-15)
    loss = -np.where(actual == 1, np.log(kept), np.log(1 - kept))
    table = confusion(actual, predicted, weight)
    (tn, fp), (fn, tp) = table
    area, error = delong(actual, score, weight)
    covariance = np.cov(actual, predicted, aweights=weight)
    curves = [
        abs(
            np.average(score[actual == 1] <= t, weights=weight[actual == 1])
            - np.average(score[actual == 0] <= t, weights=weight[actual == 0])
        )
        for t in np.unique(score)
    ]
    return {
        "accuracy": float((tp + tn) / table.sum()),
        "precision": float(tp / (tp + fp)),
        "recall": float(tp / (tp + fn)),
        "specificity": float(tn / (tn + fp)),
        "f1": float(2 * tp / (2 * tp + fp + fn)),
        "balanced_accuracy": float(tp / (tp + fn) + tn / (tn + fp)) / 2,
        "matthews_correlation": float(
            covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
        ),
        "selection_rate": float(np.average(predicted, weights=weight)),
        "prevalence": float(np.average(actual, weights=weight)),
        "roc_auc": area,
        "roc_auc_standard_error": error,
        "gini": 2 * area - 1,
        "average_precision": _average_precision(actual, score, weight),
        "ks_separation": float(max(curves)),
        "lift_at_10": _lift(actual, score, weight),
        "log_loss": float(np.average(loss, weights=weight)),
        "brier_score": float(np.average((score - actual) ** 2, weights=weight)),
    }


def delong(actual: Floats, score: Floats, weight: Floats) -> tuple[float, float]:
    """Return the AUC and its standard error from every pair of a positive and a negative."""
    positive, negative = score[actual == 1][:, None], score[actual == 0][None, :]
    heavy, light = weight[actual == 1], weight[actual == 0]
    wins = (positive > negative) + 0.5 * (positive == negative)
    of_positives = np.average(wins, axis=1, weights=light)
    of_negatives = np.average(wins, axis=0, weights=heavy)
    area = float(np.average(of_positives, weights=heavy))
    variance = sum(
        np.average((placed - area) ** 2, weights=weights) / (effective(weights) - 1)
        for placed, weights in ((of_positives, heavy), (of_negatives, light))
    )
    return area, float(np.sqrt(variance))


def confusion(actual: Floats, predicted: Floats, weight: Floats, classes: int = 2) -> Floats:
    """Return the sums of weights; rows actual, columns predicted."""
    table = np.zeros((classes, classes))
    np.add.at(table, (actual.astype(int), predicted.astype(int)), weight)
    return table


def regression(actual: Floats, predicted: Floats, weight: Floats) -> Values:
    """Return the losses of a regression whose labels and predictions are above 0."""
    error = predicted - actual
    logs = np.log1p(predicted) - np.log1p(actual)
    mean = np.average(actual, weights=weight)

    def of(values: Floats) -> float:
        return float(np.average(values, weights=weight))

    return {
        "mae": of(np.abs(error)),
        "mse": of(error**2),
        "rmse": float(np.sqrt(of(error**2))),
        "mape": of(np.abs(error / actual)),
        "wmape": of(np.abs(error)) / of(actual),
        "smape": of(2 * np.abs(error) / (actual + predicted)),
        "msle": of(logs**2),
        "rmsle": float(np.sqrt(of(logs**2))),
        "r2": 1 - of(error**2) / of((actual - mean) ** 2),
        "mean_error": of(error),
    }


def _average_precision(actual: Floats, score: Floats, weight: Floats) -> float:
    hits = actual * weight
    total, before = 0.0, 0.0
    for threshold in np.unique(score)[::-1]:
        chosen = score >= threshold
        recall = float(hits[chosen].sum() / hits.sum())
        total += (recall - before) * float(hits[chosen].sum() / weight[chosen].sum())
        before = recall
    return total


def _lift(actual: Floats, score: Floats, weight: Floats) -> float:
    size = 0.1 * float(weight.sum())
    found, taken = 0.0, 0.0
    for value in np.unique(score)[::-1]:
        tied = score == value
        part = min(1.0, (size - taken) / float(weight[tied].sum()))
        if part <= 0:
            break
        found += part * float((actual * weight)[tied].sum())
        taken += part * float(weight[tied].sum())
    return found / size / float(np.average(actual, weights=weight))
