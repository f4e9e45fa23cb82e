"""ROC AUC from score bins against the exact one from the raw rows, on hard shapes of scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from tests.support.project import NewProject

DAYS = {"2026-01-01": 50_000, "2026-01-02": 20_000, "2026-01-03": 20_000}
Draw = Callable[[np.random.Generator, int], np.ndarray]


def _repeated(rng: np.random.Generator, n: int) -> np.ndarray:
    """1,500 distinct scores, of which a few are very frequent."""
    fixed = np.random.default_rng(1)
    values, weights = fixed.beta(1, 3, 1500), fixed.pareto(0.8, 1500) + 0.01
    return rng.choice(values, n, p=weights / weights.sum())


def _two_modes(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(0.1, 0.002, n) + 0.8 * (rng.random(n) < 0.5)


SHAPES: dict[str, Draw] = {
    "uniform": lambda rng, n: rng.random(n),
    "rare": lambda rng, n: rng.beta(0.3, 15, n),
    "logistic": lambda rng, n: special.expit(rng.normal(-2, 1.5, n)),
    "certain": lambda rng, n: special.expit(rng.normal(0, 4, n)),
    "tiny": lambda rng, n: 10 ** rng.uniform(-8, -1, n),
    "four_digits": lambda rng, n: special.expit(rng.normal(-3, 1, n)).round(4),
    "repeated": _repeated,
    "two_modes": _two_modes,
}
HARD = ("repeated", "two_modes")


def _exact(label: np.ndarray, score: np.ndarray) -> float:
    positives = int(label.sum())
    ranks = stats.rankdata(score)[label == 1].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * (len(label) - positives)))


@pytest.fixture(scope="module")
def errors(new_project: NewProject) -> pd.Series:
    """The error of ROC AUC by shape, day and segment; on the last day all scores have grown."""
    rng = np.random.default_rng(7)
    parts = []
    for day, n in DAYS.items():
        part = pd.DataFrame({"at": pd.Timestamp(day), "region": rng.choice(["a", "b"], n)})
        for name, draw in SHAPES.items():
            score = draw(rng, n)
            part[f"{name}_label"] = (rng.random(n) < score).astype(int)
            part[name] = np.minimum(score * 1.1, 1) if day == "2026-01-03" else score
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    frame["id"] = range(len(frame))
    project = new_project()
    project.load("rows", frame)
    project.declare(
        **{
            name: {
                "predictions": "raw.rows",
                "id": "id",
                "timestamp": "at",
                "task": "binary",
                "score": name,
                "labels": {"label": f"{name}_label"},
                "reference": {"from": "2026-01-01", "to": "2026-01-02"},
                "segments": ["region"],
            }
            for name in SHAPES
        }
    )
    project.build("--select", "+ml_monitor__performance")
    found = project.query(
        "select monitor, window_start, segment_value, value from ml_monitor__performance "
        "where metric = 'roc_auc' and source = 'realized'"
    ).set_index(["monitor", "window_start", "segment_value"])["value"]
    for key in found.index:
        name, day, region = key
        rows = frame[frame["at"] == day]
        rows = rows if region == "all" else rows[rows["region"] == region]
        found[key] -= _exact(rows[f"{name}_label"].to_numpy(), rows[name].to_numpy())
    return found.abs()


def test_every_shape_day_and_segment_is_measured(errors: pd.Series) -> None:
    assert len(errors) == len(SHAPES) * len(DAYS) * 3
    assert errors.notna().all()


@pytest.mark.parametrize("name", SHAPES)
def test_within_its_bound(errors: pd.Series, name: str) -> None:
    found = errors[name]
    is_whole = found.index.get_level_values("segment_value") == "all"
    overall, segments = (0.002, 0.004) if name in HARD else (0.0002, 0.001)
    assert found[is_whole].max() < overall, found
    assert found[~is_whole].max() < segments, found
