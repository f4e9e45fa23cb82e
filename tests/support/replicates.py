"""Many references and their windows at once: each is a version of one simulated model."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.support.project import MonitoredProject

Floats = npt.NDArray[np.float64]

FIRST_DAY = pd.Timestamp("2026-01-01")
BLOCK: dict[str, Any] = {
    "predictions": "raw.replicates",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "version": "version",
    "score": "score",
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
}
ESTIMATES = ("--select", "+ml_monitor__performance")


def replicates(
    references: int,
    reference_rows: int,
    windows: int,
    window_rows: int,
    seed: int,
    driver: tuple[float, float] = (0.0, 0.0),
) -> pd.DataFrame:
    """Return predictions of `references` versions, a reference day and `windows` days each.

    The score is a miscalibrated view of one input, whose mean moves from window to window; what
    comes true depends on it and, by the same logit step, on whether a driver of which the score
    knows nothing is there.

    Parameters
    ----------
    references, reference_rows, windows, window_rows, seed : int
    driver : tuple of two floats
        Step in the logit of the outcome where the driver is there, and how far its share moves
        from the reference (one half) to the windows.
    """
    rng = np.random.default_rng(seed)
    step, moved = driver
    parts = []
    for version in range(references):
        day = np.repeat(np.arange(windows + 1), [reference_rows] + [window_rows] * windows)
        mean = np.concatenate([[0.0], rng.normal(0, 0.3, windows)])
        x = rng.normal(mean[day], 1)
        share = np.where(day == 0, 0.5, 0.5 + moved)
        is_driven = rng.random(len(day)) < share
        chance = _logistic(1.2 * x - 0.8 + step * (is_driven - 0.5))
        parts.append(
            pd.DataFrame(
                {
                    "version": f"v{version:03d}",
                    "at": FIRST_DAY + pd.to_timedelta(day, unit="D"),
                    "score": _logistic(1.6 * x - 0.3),
                    "driver": np.where(is_driven, "there", "absent"),
                    "label": (rng.random(len(day)) < chance).astype(int),
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    frame["id"] = np.arange(len(frame))
    return frame


def estimates(project: MonitoredProject, frame: pd.DataFrame, **changes: object) -> pd.DataFrame:
    """Build the replicates; return one row per version, window and metric of the whole.

    Columns: model_version, window_start, metric, value, ci_low, ci_high, verdict (estimated),
    realized.
    """
    project.declare(replicated={**BLOCK, **changes})
    project.load("replicates", frame)
    project.build(*ESTIMATES)
    rows = project.query(
        "select * from ml_monitor__performance "
        "where segment = 'overall' and model_version <> 'all' "
        f"and window_start > timestamp '{FIRST_DAY}'"
    )
    keys = ["model_version", "window_start", "metric"]
    realized = rows[rows["source"] == "realized"].set_index(keys)["value"].rename("realized")
    estimated = rows[rows["source"] == "estimated"]
    return estimated.join(realized, on=keys).reset_index(drop=True)


def covered(rows: pd.DataFrame) -> pd.Series:
    """Return the share of realized values inside the interval, by metric."""
    known = rows[rows["realized"].notna()]
    inside = known["realized"].between(known["ci_low"], known["ci_high"])
    return inside.groupby(known["metric"]).mean()


def _logistic(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))
