"""Estimated performance, by hand and against an independent computation from the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.estimates import binary_estimates
from tests.support.project import MonitoredProject, NewProject

SELECT = ("--select", "+ml_monitor__performance", "+ml_monitor__confusion")
REFERENCE = {"from": "2026-01-01", "to": "2026-01-02"}


def _binary() -> pd.DataFrame:
    """One reference day of 3,000 labelled rows, two windows without a label."""
    rng = np.random.default_rng(3)
    day = np.repeat([0, 1, 2], [3000, 400, 900])
    score = np.clip(rng.beta(2, 3, len(day)) + 0.1 * (day == 2), 0.1, 0.9).round(1)
    label = (rng.random(len(day)) < np.clip(1.3 * score - 0.1, 0.02, 0.95)).astype(float)
    label[day > 0] = np.nan
    return pd.DataFrame(
        {
            "id": np.arange(len(day)),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "score": score,
            "label": pd.array(label, dtype="Int64"),
            "region": np.where(rng.random(len(day)) < 0.6, "north", "south"),
        }
    )


def _classes() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    day = np.repeat([0, 1], [4000, 800])
    scores = rng.dirichlet([1.2, 1.0, 0.8], len(day))
    chances = 0.8 * scores + 0.2 / 3
    actual = (chances.cumsum(1) > rng.random((len(day), 1))).argmax(1)
    frame = pd.DataFrame(scores.round(3), columns=pd.Index(["p_a", "p_b", "p_c"]))
    frame["id"] = np.arange(len(day))
    frame["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D")
    frame["actual"] = np.array(["a", "b", "c"])[actual]
    return frame


def _values() -> pd.DataFrame:
    """Ten predicted values, each a bin of its own; the greater, the less certain."""
    rng = np.random.default_rng(5)
    day = np.repeat([0, 1], [3000, 600])
    guess = rng.integers(1, 11, len(day)).astype(float)
    guess[day == 1] = np.minimum(guess[day == 1] + 2, 10)
    actual = np.maximum(guess + rng.normal(0, 0.1 * guess, len(day)), 0.0)
    return pd.DataFrame(
        {
            "id": np.arange(len(day)),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "guess": guess,
            "actual": actual,
        }
    )


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return {"scores": _binary(), "classes": _classes(), "values": _values()}


Built = dict[str, tuple[pd.DataFrame, pd.DataFrame]]


@pytest.fixture(scope="module")
def built(new_project: NewProject, frames: dict[str, pd.DataFrame]) -> Built:
    """Performance and confusion on each engine."""
    found = {}
    for engine in ("duckdb", "postgres"):
        project = new_project(engine)
        _declare(project)
        for name, frame in frames.items():
            project.load(name, frame)
        project.build(*SELECT)
        found[engine] = (
            project.query("select * from ml_monitor__performance"),
            project.query("select * from ml_monitor__confusion"),
        )
    return found


def _declare(project: MonitoredProject) -> None:
    common = {"id": "id", "timestamp": "at", "reference": REFERENCE}
    project.declare(
        binary={
            **common,
            "predictions": "raw.scores",
            "task": "binary",
            "score": "score",
            "threshold": 0.5,
            "labels": {"label": "label"},
            "segments": ["region"],
        },
        classes={
            **common,
            "predictions": "raw.classes",
            "task": "multiclass",
            "score": {"a": "p_a", "b": "p_b", "c": "p_c"},
            "labels": {"label": "actual"},
        },
        amounts={
            **common,
            "predictions": "raw.values",
            "task": "regression",
            "prediction": "guess",
            "labels": {"label": "actual"},
        },
    )


def _estimates(performance: pd.DataFrame, monitor: str, day: str) -> pd.DataFrame:
    rows = performance[
        (performance["monitor"] == monitor)
        & (performance["source"] == "estimated")
        & (performance["segment"] == "overall")
        & (performance["class"] == "all")
        & (performance["window_start"] == day)
    ]
    return rows.set_index("metric")


@pytest.mark.parametrize("day", ["2026-01-02", "2026-01-03"])
def test_binary_estimates_are_those_of_the_rows(
    built: Built, frames: dict[str, pd.DataFrame], day: str
) -> None:
    frame = frames["scores"]
    reference = frame[frame["at"] == "2026-01-01"]
    window = frame[frame["at"] == day].assign(predicted=lambda rows: rows["score"] >= 0.5)
    below = reference["score"].rank(method="min") - 1
    decile = np.floor(below / len(reference) * 10 + 1e-9).clip(upper=9).astype(int)
    deciles = dict(zip(reference["score"], decile, strict=True))
    expected = binary_estimates(
        reference.assign(label=reference["label"].astype(int)), window, deciles
    )
    ours = _estimates(built["duckdb"][0], "binary", day)
    for metric, (value, error) in expected.items():
        row = ours.loc[metric]
        assert row["value"] == pytest.approx(value, abs=1e-10), metric
        # an end of the interval may be the end of the metric's range
        half = max(row["ci_high"] - row["value"], row["value"] - row["ci_low"])
        assert half == pytest.approx(1.96 * error, rel=1e-5), metric
        assert row["n"] == len(window)
        assert row["labelled_share"] == 0


def test_a_confusion_matrix_is_expected(built: Built, frames: dict[str, pd.DataFrame]) -> None:
    cells = built["duckdb"][1]
    day = cells[(cells["monitor"] == "binary") & (cells["window_start"] == "2026-01-02")]
    whole = day[(day["segment"] == "overall") & (day["source"] == "estimated")]
    scores = frames["scores"]
    window = scores[scores["at"] == "2026-01-02"]
    assert whole["n"].sum() == pytest.approx(len(window))
    predicted = whole[whole["predicted"] == "positive"]["n"].sum()
    assert predicted == pytest.approx((window["score"] >= 0.5).sum())
    ours = _estimates(built["duckdb"][0], "binary", "2026-01-02")
    hits = whole[whole["actual"] == whole["predicted"]]["n"].sum()
    assert hits / len(window) == pytest.approx(ours.loc["accuracy", "value"])


def test_estimates_of_classes_are_near_what_comes_true(built: Built) -> None:
    performance = built["duckdb"][0]
    ours = _estimates(performance, "classes", "2026-01-02")
    realized = performance[
        (performance["monitor"] == "classes")
        & (performance["source"] == "realized")
        & (performance["window_start"] == "2026-01-02")
        & (performance["class"] == "all")
    ].set_index("metric")["value"]
    for metric in ("accuracy", "f1_macro", "roc_auc_macro", "log_loss", "precision_weighted"):
        row = ours.loc[metric]
        half = row["ci_high"] - row["value"]
        assert 0 < half < 0.1, metric
        assert abs(row["value"] - realized[metric]) < 1.3 * half, metric
    assert ours.loc["recall_weighted", "value"] == pytest.approx(ours.loc["accuracy", "value"])


def test_losses_are_those_of_the_predictions_bin(
    built: Built, frames: dict[str, pd.DataFrame]
) -> None:
    frame = frames["values"]
    error = frame["guess"] - frame["actual"]
    losses = {"mae": error.abs(), "mse": error**2, "mean_error": error}
    reference, window = frame["at"] == "2026-01-01", frame["at"] == "2026-01-02"
    guess = frame["guess"]
    counts = guess[window].value_counts()
    ours = _estimates(built["duckdb"][0], "amounts", "2026-01-02")
    for metric, loss in losses.items():
        of_bin = loss[reference].groupby(guess[reference]).agg(["mean", "size"])
        spread = loss[reference].groupby(guess[reference]).var(ddof=0)
        value = (counts * of_bin["mean"]).sum() / counts.sum()
        variance = (counts * spread).sum() + (counts**2 * spread / of_bin["size"]).sum()
        row = ours.loc[metric]
        assert row["value"] == pytest.approx(value, rel=1e-9), metric
        half = 1.96 * np.sqrt(variance) / counts.sum()
        assert row["ci_high"] - row["value"] == pytest.approx(half, rel=1e-6), metric
    assert ours.loc["rmse", "value"] == pytest.approx(np.sqrt(ours.loc["mse", "value"]))


def test_ratios_of_losses_are_those_of_their_expected_sums(
    built: Built, frames: dict[str, pd.DataFrame]
) -> None:
    frame = frames["values"]
    reference, window = (frame[frame["at"] == day] for day in ("2026-01-01", "2026-01-02"))
    counts = window["guess"].value_counts()
    label, error = reference["actual"], reference["guess"] - reference["actual"]

    def expected(value: pd.Series) -> float:
        return float((counts * value.groupby(reference["guess"]).mean()).sum() / counts.sum())

    mean = expected(label)
    ratios = {
        "wmape": (error.abs(), label.abs(), 1.0, 0.0),
        "r2": (error**2, (label - mean) ** 2, -1.0, 1.0),
    }
    ours = _estimates(built["duckdb"][0], "amounts", "2026-01-02")
    for metric, (above, below, sign, start) in ratios.items():
        ratio = expected(above) / expected(below)
        of_bin = (above - ratio * below).groupby(reference["guess"])
        spread, size = of_bin.var(ddof=0), of_bin.size()
        variance = (counts * (1 + counts / size) * spread).sum() / counts.sum() ** 2
        row = ours.loc[metric]
        assert row["value"] == pytest.approx(start + sign * ratio, rel=1e-9), metric
        half = 1.96 * np.sqrt(variance) / expected(below)
        assert row["ci_high"] - row["value"] == pytest.approx(half, rel=1e-6), metric


def test_segments_are_calibrated_by_themselves(
    built: Built, frames: dict[str, pd.DataFrame]
) -> None:
    performance, frame = built["duckdb"][0], frames["scores"]
    rows = performance[
        (performance["monitor"] == "binary")
        & (performance["source"] == "estimated")
        & (performance["segment"] == "region")
        & (performance["metric"] == "prevalence")
        & (performance["window_start"] == "2026-01-03")
    ].set_index("segment_value")
    for region in ("north", "south"):
        of_region = frame[frame["region"] == region]
        reference = of_region[of_region["at"] == "2026-01-01"]
        window = of_region[of_region["at"] == "2026-01-03"]
        labels = reference.assign(label=reference["label"].astype(int))
        expected = binary_estimates(
            labels,
            window.assign(predicted=window["score"] >= 0.5),
            dict.fromkeys(frame["score"], 0),
        )
        assert rows.loc[region, "value"] == pytest.approx(expected["prevalence"][0], abs=0.005)
        assert rows.loc[region, "n"] == len(window)


def test_engines_agree(built: Built) -> None:
    for one, other in zip(built["duckdb"], built["postgres"], strict=True):
        numbers = one.select_dtypes("number").columns
        keys = [name for name in one.columns if name not in numbers]
        left, right = (
            frame.astype(dict.fromkeys(numbers, float)).sort_values(keys).reset_index(drop=True)
            for frame in (one, other)
        )
        assert len(left) == len(right) > 0
        pd.testing.assert_frame_equal(
            left, right[left.columns], rtol=1e-9, atol=1e-9, check_dtype=False
        )
