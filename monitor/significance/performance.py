"""The one performance metric that is watched daily, tested so that every look is allowed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitor.stats import sequential_change

FEWEST_WINDOWS = 2


def performance_significance(watched: pd.DataFrame) -> pd.DataFrame:
    """Test each watched series for a change since its reference, at any window, at every window.

    Parameters
    ----------
    watched : DataFrame
        Rows of ml_monitor__watched_metrics in the order of time: accuracy of classifications, mean
        absolute error of regressions, nDCG of rankings.

    Returns
    -------
    DataFrame
        One row per window after the reference: the logarithm of the evidence, the always-valid
        p-value (the least so far) and the change since its most likely start, in the metric's
        unit. A series whose reference has fewer than two windows is not tested.
    """
    parts = [_series(series) for _, series in watched.groupby(["monitor", "metric"], sort=False)]
    parts = [part for part in parts if not part.empty]
    if not parts:
        return pd.DataFrame(columns=pd.Index(["monitor"]))
    return pd.concat(parts, ignore_index=True)


def _series(series: pd.DataFrame) -> pd.DataFrame:
    reference = series[series["is_reference"].astype(bool)]
    later = series[~series["is_reference"].astype(bool)]
    if len(reference):
        later = later[later["window_start"] > reference["window_start"].max()]
    expected = float(series["expected_difference"].iloc[0])
    if len(reference) < FEWEST_WINDOWS or later.empty or not expected > 0:
        return series.iloc[:0]
    value, error, n = (
        reference[name].to_numpy(dtype=float) for name in ("value", "standard_error", "n")
    )
    share = n / n.sum()
    # what windows differ by beyond chance
    between = max(0.0, float(np.var(value, ddof=1) - np.mean(error**2)))
    later_value, later_error, later_n = (
        later[name].to_numpy(dtype=float) for name in ("value", "standard_error", "n")
    )
    tested = sequential_change(
        later_value,
        later_error,
        later_n,
        float((share * value).sum()),
        float(np.sqrt((share**2 * error**2).sum())),
        float(n.sum()),
        expected_difference=expected,
        between_variance=between,
        reference_windows=len(reference),
    )
    return later[["monitor", "window_key", "metric"]].assign(
        model_version="all",
        family="performance",
        subject="all",
        baseline="reference",
        test="sequential_change",
        statistic=tested.statistic,
        p_value=tested.p_value,
        effect=tested.effect,
        effect_low=np.nan,
        effect_high=np.nan,
        dependency="",
    )
