"""The verdict on drift, written again in numpy and scipy from the stored numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

Frame = pd.DataFrame
UNIT = ["model_version", "segment", "segment_value", "feature", "baseline"]
SHARES = {
    "null_rate_difference": "null_n",
    "unseen_rate": "unseen_n",
    "tail_rate_difference": "tail_n",
}
ALERT_AT = {
    "population_stability_index": 0.1,
    "null_rate_difference": 0.02,
    "unseen_rate": 0.02,
    "tail_rate_difference": 0.005,
}


def expected_verdicts(
    numbers: Frame, tests: int, min_rows: int = 100, quiet_days: tuple[str, str] | None = None
) -> Frame:
    """Judge the four default metrics of one monitor of daily windows.

    Parameters
    ----------
    numbers : DataFrame
        Its rows of ml_monitor__drift_numbers.
    tests : int
        Numbers that can open an alert in one window.
    quiet_days : (str, str), optional
        First and last day of a known incident, which teaches nothing.
    """
    z_tests = stats.norm.isf(0.5 / (90 * tests))
    numbers = numbers[numbers["n"] > 0].reset_index(drop=True)
    teaches = numbers["is_reference"] & (numbers["n"] >= min_rows)
    if quiet_days is not None:
        day = numbers["window_start"].dt.strftime("%Y-%m-%d")
        teaches &= ~day.between(*quiet_days)
    table = numbers.to_records()
    lessons_of = {unit: part.to_records() for unit, part in numbers[teaches].groupby(UNIT)}
    found = []
    for row in table:
        unit = (row["reference_version"], *(row[column] for column in UNIT[1:]))
        lessons = lessons_of.get(unit, table[:0])
        others = lessons[lessons["index"] != row["index"]]
        found += [_index(row, lessons, others, max(3.5, z_tests), min_rows)]
        found += [
            _share(row, others, metric, count, max(4, z_tests), min_rows)
            for metric, count in SHARES.items()
            if pd.notna(row[metric])
        ]
    return pd.DataFrame(found)


def _floor(rows: Any) -> Any:
    return (rows["bins"] - 1) * (1 / rows["n"] + 1 / rows["reference_n"])


def _index(row: Any, lessons: Any, others: Any, z_limit: float, min_rows: int) -> Any:
    value, floor, freedom = row["population_stability_index"], _floor(row), row["bins"] - 1
    two_ninths = 2 / (9 * freedom)
    z_score = (np.cbrt(row["chi_square_statistic"] / freedom) - 1 + two_ninths) / math.sqrt(
        two_ninths
    )
    worsening, margins = value - floor, (0.2, 0.1)
    if len(others) >= 6:
        index = lessons["population_stability_index"]
        between = max(0.0, float((index - _floor(lessons)).mean()))
        ratio = np.sqrt(others["population_stability_index"] / (_floor(others) + between))
        spread = ratio.std(ddof=1) * math.sqrt(1 + 1 / len(others))
        times_of_alert = max(4, z_limit**2 / 3.5)
        if row["baseline"] == "season":
            times_of_alert = max(5, (z_limit - 0.8) / 0.6)
        margins = tuple(
            max(least, (floor + between) * (ratio.mean() + times * spread) ** 2 - floor)
            for least, times in ((0.1, times_of_alert), (0.05, 3))
        )
    return _judged(
        row, "population_stability_index", worsening, margins, z_score, (z_limit, 2.5), min_rows
    ) | {"upper_limit": floor + margins[0], "value": value}


def _share(row: Any, others: Any, metric: str, count: str, z_limit: float, min_rows: int) -> Any:
    chance = _variance(row)
    between = 0.0005 * (1 + (1 / row["reference_windows"] if row["reference_windows"] else 0))
    if len(others) >= 6:
        rises = _rise(others, count)
        between = max(0.0, float(rises.var(ddof=1) - _variance(others).mean()))
        between *= 1 + 1 / len(others)
    error = math.sqrt(chance + between)
    before = row[f"reference_{count}"] / row["reference_n"]
    margins = []
    for least, times in ((ALERT_AT[metric], z_limit), (ALERT_AT[metric] / 2, 3)):
        angle = math.asin(_root(row[f"reference_{count}"], row["reference_n"])) + times * error
        count_at = math.sin(min(angle, math.pi / 2)) ** 2 * (row["n"] + 0.75) - 0.375
        margins.append(max(least, count_at / row["n"] - before))
    z_score = float(_rise(row, count)) / error
    limits = (z_limit, 3)
    return _judged(row, metric, row[metric], margins, z_score, limits, min_rows) | {
        "upper_limit": margins[0],
        "value": row[metric],
    }


def _root(count: Any, n: Any) -> Any:
    return np.sqrt((count + 0.375) / (n + 0.75))


def _rise(rows: Any, count: str) -> Any:
    now = np.arcsin(_root(rows[count], rows["n"]).astype(float))
    return now - np.arcsin(_root(rows[f"reference_{count}"], rows["reference_n"]).astype(float))


def _variance(rows: Any) -> Any:
    return (1 / rows["n"] + 1 / rows["reference_n"]) / 4


def _judged(
    row: Any,
    metric: str,
    worsening: float,
    margins: Any,
    z_score: float,
    z_limits: tuple[float, float],
    min_rows: int,
) -> dict[str, Any]:
    if row["n"] < min_rows or row["reference_n"] < min_rows:
        verdict = "insufficient_data"
    elif worsening >= margins[0] and z_score >= z_limits[0]:
        opens = row["segment"] == "overall" and row["is_judged"]
        verdict = "alert" if opens else "warn"
    elif worsening >= margins[1] and z_score >= z_limits[1]:
        verdict = "warn"
    else:
        verdict = "ok"
    keys = {name: row[name] for name in ["window_start", *UNIT]}
    return keys | {
        "metric": metric,
        "z_score": z_score,
        "z_limit": z_limits[0],
        "limit_ratio": worsening / margins[0],
        "verdict": verdict,
    }
