"""Tests of whether a feature's distribution, mean or share has changed beyond chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitor.stats import chi_square_p_value, kolmogorov_smirnov_p_value, two_proportion, welch
from monitor.stats.inputs import Floats

SHARES = {
    "null_rate_difference": "null_n",
    "unseen_rate": "unseen_n",
    "tail_rate_difference": "tail_n",
}
KEYS = ("monitor", "window_key", "model_version", "feature", "baseline", "dependency")
INPUTS = (
    *KEYS,
    *("kind", "n", "reference_n", "bins", "number_n", "reference_number_n"),
    *("chi_square_statistic", "kolmogorov_smirnov_statistic", "mean_difference"),
    *("standard_deviation", "reference_standard_deviation"),
    *(f"{side}{count}" for count in SHARES.values() for side in ("", "reference_")),
)


def drift_significance(numbers: pd.DataFrame) -> pd.DataFrame:
    """Test every feature of every window against its baseline.

    Parameters
    ----------
    numbers : DataFrame
        Rows of ml_monitor__drift_numbers with the columns `INPUTS`.

    Returns
    -------
    DataFrame
        Rows per metric that has a test: `population_stability_index` (two-sample chi-square of its
        bins), `kolmogorov_smirnov_statistic`, `mean_difference` (Welch), and the shares
        `null_rate_difference`, `unseen_rate` and `tail_rate_difference` (two proportions), with
        test, statistic, p_value (NaN where one side is empty), effect and its 95 % interval where
        there is one.
    """
    parts = [_distribution(numbers), *_of_numbers(numbers[numbers["kind"] != "categorical"])]
    parts += [_share(numbers, metric, count) for metric, count in SHARES.items()]
    return pd.concat(parts, ignore_index=True)


def _floats(frame: pd.DataFrame, *columns: str) -> list[Floats]:
    return [frame[column].to_numpy(dtype=float, na_value=np.nan) for column in columns]


def _rows(numbers: pd.DataFrame, metric: str, test: str, **values: Floats | None) -> pd.DataFrame:
    rows = numbers[list(KEYS)].rename(columns={"feature": "subject"})
    rows = rows.assign(family="drift", metric=metric, test=test, effect=np.nan)
    for name, column in {"effect_low": np.nan, "effect_high": np.nan, **values}.items():
        rows[name] = column
    return rows


def _distribution(numbers: pd.DataFrame) -> pd.DataFrame:
    statistic, bins, reference_n = _floats(numbers, "chi_square_statistic", "bins", "reference_n")
    statistic = np.where(reference_n > 0, statistic, np.nan)
    return _rows(
        numbers,
        "population_stability_index",
        "two_sample_chi_square",
        statistic=statistic,
        p_value=chi_square_p_value(statistic, bins),
    )


def _of_numbers(numbers: pd.DataFrame) -> list[pd.DataFrame]:
    n, reference_n = _floats(numbers, "number_n", "reference_number_n")
    (distance,) = _floats(numbers, "kolmogorov_smirnov_statistic")
    deviation, reference_deviation, difference = _floats(
        numbers, "standard_deviation", "reference_standard_deviation", "mean_difference"
    )
    few = (n < 2) | (reference_n < 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        variances = [
            np.where(few, np.nan, np.nan_to_num(one) ** 2 * rows / (rows - 1))
            for one, rows in ((deviation, n), (reference_deviation, reference_n))
        ]
    means = welch(difference, variances[0], n, np.zeros_like(n), variances[1], reference_n)
    return [
        _rows(
            numbers,
            "kolmogorov_smirnov_statistic",
            "kolmogorov_smirnov",
            statistic=distance,
            p_value=kolmogorov_smirnov_p_value(np.minimum(distance, 1), n, reference_n),
            effect=distance,
        ),
        _rows(
            numbers,
            "mean_difference",
            "welch",
            statistic=means.statistic,
            p_value=means.p_value,
            effect=means.effect,
            effect_low=means.effect_low,
            effect_high=means.effect_high,
        ),
    ]


def _share(numbers: pd.DataFrame, metric: str, count: str) -> pd.DataFrame:
    known = numbers[numbers[count].notna() & numbers[f"reference_{count}"].notna()]
    if metric == "unseen_rate":
        known = known[known["kind"] == "categorical"]
    hits, n, reference_hits, reference_n = _floats(
        known, count, "n", f"reference_{count}", "reference_n"
    )
    shares = two_proportion(hits, n, reference_hits, reference_n)
    return _rows(
        known,
        metric,
        "two_proportion",
        statistic=shares.statistic,
        p_value=shares.p_value,
        effect=shares.effect,
        effect_low=shares.effect_low,
        effect_high=shares.effect_high,
    )
