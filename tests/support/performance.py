"""Performance metrics straight from rows, by other routes than the SQL takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

Values = dict[str, float]
Floats = npt.NDArray[np.float64]

RESULTS = ("performance", "confusion", "calibration", "label_maturity")
SELECT = ("--select", *(f"+ml_monitor__{name}" for name in RESULTS))
"""Options of `dbt build` that build the performance results and what they need."""


def binary_metrics(actual: Floats, predicted: Floats, score: Floats) -> Values:
    """Return the metrics of a binary model; arrays of 0 and 1, and scores."""
    hit = actual == predicted
    kept = np.clip(score, 1e-15, 1 - 1e-15)
    area, error = delong(actual, score)
    tp, fp = float(np.sum(actual * predicted)), float(np.sum((1 - actual) * predicted))
    fn, tn = float(np.sum(actual * (1 - predicted))), float(np.sum((1 - actual) * (1 - predicted)))
    recall, specificity = tp / (tp + fn), tn / (tn + fp)
    thresholds = np.sort(np.unique(score))
    curves = [
        (score[actual == 1] <= t).mean() - (score[actual == 0] <= t).mean() for t in thresholds
    ]
    return {
        "accuracy": float(hit.mean()),
        "precision": tp / (tp + fp) if tp + fp else np.nan,
        "recall": recall,
        "specificity": specificity,
        "f1": 2 * tp / (2 * tp + fp + fn),
        "balanced_accuracy": (recall + specificity) / 2,
        "matthews_correlation": _correlation(actual, predicted),
        "roc_auc": area,
        "roc_auc_standard_error": error,
        "gini": 2 * area - 1,
        "average_precision": average_precision(actual, score),
        "ks_separation": float(np.max(np.abs(curves))),
        "lift_at_10": lift(actual, score),
        "log_loss": float(-np.mean(np.where(actual == 1, np.log(kept), np.log(1 - kept)))),
        "brier_score": float(np.mean((score - actual) ** 2)),
        "selection_rate": float(predicted.mean()),
        "prevalence": float(actual.mean()),
    }


def delong(actual: Floats, score: Floats) -> tuple[float, float]:
    """Return the AUC and its standard error by midranks (Sun and Xu, 2014)."""
    positives, negatives = score[actual == 1], score[actual == 0]
    p, n = len(positives), len(negatives)
    ranks = rankdata(np.concatenate([positives, negatives]))
    placed_positives = (ranks[:p] - rankdata(positives)) / n
    placed_negatives = 1 - (ranks[p:] - rankdata(negatives)) / p
    if min(p, n) < 2:
        return float(placed_positives.mean()), float("nan")
    error = np.sqrt(placed_positives.var(ddof=1) / p + placed_negatives.var(ddof=1) / n)
    return float(placed_positives.mean()), float(error)


def average_precision(actual: Floats, score: Floats) -> float:
    """Return the sum over distinct scores of the rise in recall times the precision."""
    total, before = 0.0, 0.0
    for threshold in np.sort(np.unique(score))[::-1]:
        chosen = score >= threshold
        recall = float(actual[chosen].sum() / actual.sum())
        total += (recall - before) * float(actual[chosen].mean())
        before = recall
    return total


def lift(actual: Floats, score: Floats) -> float:
    """Return the lift of the top tenth; rows that tie at its border count in part."""
    size = 0.1 * len(score)
    found, taken = 0.0, 0.0
    for value in np.sort(np.unique(score))[::-1]:
        tied = score == value
        part = min(1.0, (size - taken) / tied.sum())
        if part <= 0:
            break
        found += part * float(actual[tied].sum())
        taken += part * float(tied.sum())
    return float(found / size / actual.mean())


def multiclass_metrics(table: Floats) -> Values:
    """Return what a confusion matrix tells; rows actual, columns predicted."""
    n = table.sum()
    hits, actual, predicted = np.diag(table), table.sum(1), table.sum(0)
    used = actual + predicted > 0
    precision, recall = _share(hits, predicted), _share(hits, actual)
    f1 = _share(2 * hits, actual + predicted)
    specificity = _share(n - actual - predicted + hits, n - actual)
    covariance = n * hits.sum() - actual @ predicted
    spread = np.sqrt(n * n - actual @ actual) * np.sqrt(n * n - predicted @ predicted)
    return {
        "accuracy": float(hits.sum() / n),
        "precision_macro": float(precision[used].mean()),
        "recall_macro": float(recall[used].mean()),
        "f1_macro": float(f1[used].mean()),
        "specificity_macro": float(specificity[used].mean()),
        "precision_weighted": float(precision @ actual / n),
        "recall_weighted": float(recall @ actual / n),
        "f1_weighted": float(f1 @ actual / n),
        "precision_micro": float(hits.sum() / n),
        "recall_micro": float(hits.sum() / n),
        "f1_micro": float(hits.sum() / n),
        "balanced_accuracy": float(recall[actual > 0].mean()),
        "matthews_correlation": float(covariance / spread),
    }


def multinomial_standard_error(table: Floats, metric: Callable[[Floats], float]) -> float:
    """Return the delta method's standard error, slopes by central differences."""
    variance = 0.0
    for place in np.ndindex(*table.shape):
        if table[place]:
            step = np.zeros_like(table)
            step[place] = 1e-3
            slope = (metric(table + step) - metric(table - step)) / 2e-3
            variance += float(table[place]) * slope**2
    return float(np.sqrt(variance))


def regression_metrics(actual: Floats, predicted: Floats) -> Values:
    """Return the losses of a regression."""
    error = predicted - actual
    logs = np.log1p(predicted) - np.log1p(actual)
    return {
        "mae": float(np.abs(error).mean()),
        "mse": float((error**2).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "mape": float(np.abs(error[actual != 0] / actual[actual != 0]).mean()),
        "wmape": float(np.abs(error).sum() / np.abs(actual).sum()),
        "smape": float((2 * np.abs(error) / (np.abs(actual) + np.abs(predicted))).mean()),
        "msle": float((logs**2).mean()),
        "rmsle": float(np.sqrt((logs**2).mean())),
        "r2": float(1 - (error**2).sum() / ((actual - actual.mean()) ** 2).sum()),
        "mean_error": float(error.mean()),
    }


def by_window(results: pd.DataFrame, source: str = "realized") -> pd.DataFrame:
    """Return overall values of all versions, one row per day, one column per metric."""
    overall = results[(results["segment"] == "overall") & (results["model_version"] == "all")]
    overall = overall[overall["source"] == source]
    whole = overall[overall["class"] == "all"]
    return whole.pivot(index="window_start", columns="metric", values="value").sort_index()


def _correlation(actual: Floats, predicted: Floats) -> float:
    if predicted.min() == predicted.max():
        return float("nan")
    return float(np.corrcoef(actual, predicted)[0, 1])


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0)
