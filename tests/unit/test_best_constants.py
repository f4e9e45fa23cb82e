"""What the best constant prediction earns, on ordinary and odd days, against trying them all."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from tests.support.performance import binary_metrics, multiclass_metrics
from tests.support.project import NewProject

Floats = npt.NDArray[np.float64]

CLASSES = ("apple", "kiwi", "plum")
START = pd.Timestamp("2026-01-01")
ORDINARY, ONE_ROW, NO_LABEL, ALL_EQUAL, SHIFTED = (
    START + pd.Timedelta(days=days) for days in range(2, 7)
)
HIGHER = {
    "accuracy", "balanced_accuracy", "matthews_correlation", "recall", "specificity", "f1",
    "precision",
}  # fmt: skip


class Built(NamedTuple):
    results: pd.DataFrame
    messages: dict[str, str]

    def rows(self, monitor: str, day: pd.Timestamp, value: str = "all") -> pd.DataFrame:
        """Return the results of a day by metric and class."""
        frame = self.results
        chosen = (frame["monitor"] == monitor) & (frame["window_start"] == day)
        return frame[chosen & (frame["segment_value"] == value)].set_index(["metric", "class"])


def _rows() -> pd.DataFrame:
    rng = np.random.default_rng(23)
    sizes = [600, 600, 300, 1, 60, 60, 300]
    day = np.repeat(np.arange(len(sizes)), sizes)
    n = len(day)
    rows = pd.DataFrame({"id": range(n), "at": START + pd.to_timedelta(day, unit="D")})
    rows["region"] = rng.choice(["north", "south"], n)
    rows["score"] = rng.random(n).round(2)
    rows["label"] = pd.Series((rng.random(n) < rows["score"] * 0.6).astype(int)).astype("Int64")
    rows["fruit"] = rng.choice(["apple", "plum"], n, p=[0.7, 0.3])
    rows["guess"] = rng.choice(["apple", "plum"], n)
    shares = rng.dirichlet([2, 1, 2], n)
    rows[["s_apple", "s_kiwi", "s_plum"]] = (shares * 50).round() / 50
    rows["predicted"] = rng.normal(10, 6, n)
    rows["amount"] = rows["predicted"] + rng.normal(0, 4, n)
    rows.loc[rows["id"] % 49 == 0, "amount"] = 0.0
    # a fifth of the day's labels and more are below -1
    rows.loc[(rows["at"] == ORDINARY) & (rows["id"] % 5 == 0), "amount"] -= 25
    rows.loc[rows["at"] == SHIFTED, "amount"] += 60
    rows.loc[rows["at"] == SHIFTED, "fruit"] = "kiwi"
    rows.loc[rows["at"] == ALL_EQUAL, ["label", "fruit", "amount"]] = [1, "plum", 7.25]
    rows.loc[rows["at"] == NO_LABEL, ["label", "fruit", "amount"]] = [pd.NA, None, np.nan]
    return rows


ROWS = _rows()


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, new_project: NewProject) -> Built:
    common = {
        "predictions": "raw.rows", "id": "id", "timestamp": "at", "segments": ["region"],
        "reference": {"from": "2026-01-01", "to": "2026-01-03"},
    }  # fmt: skip
    scores = {name: f"s_{name}" for name in CLASSES}
    project = new_project(request.param)
    project.declare(
        binary={**common, "task": "binary", "score": "score", "labels": {"label": "label"}},
        fruit={
            **common, "task": "multiclass", "score": scores, "prediction": "guess",
            "labels": {"label": "fruit"},
        },
        amount={
            **common, "task": "regression", "prediction": "predicted",
            "labels": {"label": "amount"},
        },
    )  # fmt: skip
    project.load("rows", ROWS)
    project.build("--select", "+ml_monitor__performance", "+ml_monitor__status")
    results = project.query("select * from ml_monitor__performance where source = 'realized'")
    status = project.query("select monitor, message from ml_monitor__status")
    return Built(results, dict(zip(status["monitor"], status["message"], strict=True)))


def _units(day: pd.Timestamp) -> list[tuple[str, pd.DataFrame]]:
    rows = ROWS[ROWS["at"] == day]
    return [("all", rows), *((str(name), part) for name, part in rows.groupby("region"))]


def _least(loss: Callable[[float], float], low: float, high: float) -> float:
    return float(minimize_scalar(loss, bounds=(low, high), method="bounded").fun)


def _best_of_binary(actual: Floats) -> dict[str, float]:
    scores = {}
    for guess in (0.0, 1.0):
        # two rows of no weight in what is compared keep each share defined
        both, guesses = np.append(actual, [0, 1]), np.full(len(actual) + 2, guess)
        hit = both == guesses
        for name, chosen in {
            "accuracy": np.arange(len(actual)),
            "recall": np.flatnonzero(actual == 1),
            "specificity": np.flatnonzero(actual == 0),
        }.items():
            scores.setdefault(name, []).append(hit[chosen].mean())
    all_positive = binary_metrics(actual, np.ones(len(actual)), np.full(len(actual), 0.5))
    found = {name: float(max(values)) for name, values in scores.items()}
    for name in (
        "precision", "f1", "balanced_accuracy", "roc_auc", "gini", "average_precision",
        "ks_separation", "lift_at_10",
    ):  # fmt: skip
        found[name] = all_positive[name]
    found["matthews_correlation"] = found["expected_calibration_error"] = 0.0
    found["brier_score"] = _least(lambda c: float(((c - actual) ** 2).mean()), 0, 1)
    found["log_loss"] = _least(
        lambda c: float(-np.log(np.where(actual == 1, c, 1 - c)).mean()), 1e-6, 1 - 1e-6
    )
    return found


def test_of_a_binary_model(built: Built) -> None:
    for value, rows in _units(ORDINARY):
        ours = built.rows("binary", ORDINARY, value)["best_constant"]
        expected = _best_of_binary(rows["label"].to_numpy(float))
        for metric, best in expected.items():
            assert ours[metric, "all"] == pytest.approx(best, abs=1e-9), (value, metric)
        told = {metric for metric, _ in ours.dropna().index}
        assert told == set(expected)


def _tables(rows: pd.DataFrame) -> list[Floats]:
    """Return the confusion matrix of each constant prediction of a class that occurs."""
    counts = rows["fruit"].value_counts().reindex(CLASSES, fill_value=0).to_numpy(float)
    tables = []
    for place in np.flatnonzero(counts):
        table = np.zeros((3, 3))
        table[:, place] = counts
        tables.append(table)
    return tables


def test_of_a_multiclass_model(built: Built) -> None:
    for value, rows in _units(ORDINARY):
        ours = built.rows("fruit", ORDINARY, value)["best_constant"]
        with np.errstate(invalid="ignore"):
            found = [multiclass_metrics(table) for table in _tables(rows)]
        for metric in found[0]:
            best = 0.0 if metric == "matthews_correlation" else max(one[metric] for one in found)
            assert ours[metric, "all"] == pytest.approx(best, abs=1e-9), (value, metric)
        share = rows["fruit"].value_counts(normalize=True)
        entropy = float(-(share * np.log(share)).sum())
        assert ours["log_loss", "all"] == pytest.approx(entropy, abs=1e-9)
        assert ours["brier_score", "all"] == pytest.approx(1 - float((share**2).sum()), abs=1e-9)
        for name, p in share.items():
            by_class = {
                "precision": p, "recall": 1, "specificity": 1, "f1": 2 * p / (1 + p),
                "roc_auc": 0.5, "average_precision": p, "brier_score": p * (1 - p),
            }  # fmt: skip
            for metric, best in by_class.items():
                assert ours[metric, name] == pytest.approx(best, abs=1e-9), (value, metric, name)


def _best_of_regression(rows: pd.DataFrame) -> dict[str, float]:
    actual, predicted = (rows[name].to_numpy() for name in ("amount", "predicted"))
    some = actual[actual != 0]
    logs = np.log1p(actual[(actual > -1) & (predicted > -1)])
    size = min(float(np.abs(actual - c).mean()) for c in actual)
    return {
        "mae": size,
        "wmape": size / float(np.abs(actual).mean()),
        "mape": min(float((np.abs(some - c) / np.abs(some)).mean()) for c in actual),
        "mse": float(actual.var()),
        "rmse": float(actual.std()),
        "msle": float(logs.var()),
        "rmsle": float(logs.std()),
        "r2": 0.0,
        "mean_error": 0.0,
    }


def test_of_a_regression(built: Built) -> None:
    binned = {"mae", "wmape", "mape"}
    for day in (ORDINARY, SHIFTED):
        for value, rows in _units(day):
            ours = built.rows("amount", day, value)["best_constant"].dropna()
            expected = _best_of_regression(rows)
            # all labels of the shifted day lie beyond the predictions' range, in one bin
            near = 0.15 if day == SHIFTED else 0.005 if value == "all" else 0.03
            for metric, best in expected.items():
                tolerance = near if metric in binned else 1e-9
                found = ours[metric, "all"]
                assert found == pytest.approx(best, rel=tolerance, abs=1e-12), (day, value, metric)
            assert {metric for metric, _ in ours.index} == set(expected)


def test_one_row(built: Built) -> None:
    binary = built.rows("binary", ONE_ROW)
    assert binary.loc[("accuracy", "all"), "best_constant"] == 1
    assert binary.loc[("brier_score", "all"), "best_constant"] == 0
    amount = built.rows("amount", ONE_ROW)
    for metric in ("mae", "mse", "mape", "wmape"):
        assert amount.loc[(metric, "all"), "best_constant"] == pytest.approx(0, abs=1e-9), metric
    assert pd.isna(amount.loc[("r2", "all"), "value"])
    assert pd.isna(amount.loc[("r2", "all"), "best_constant"])
    for bound in ("ci_low", "ci_high"):
        assert pd.isna(amount.loc[("error_quantile_50", "all"), bound])


def test_without_labels(built: Built) -> None:
    for monitor in ("binary", "fruit", "amount"):
        rows = built.rows(monitor, NO_LABEL)
        assert len(rows) > 10
        assert rows["best_constant"].isna().all()
        # without labels there is no gap between the shares that are labelled
        rows = rows.drop("labelled_share_gap", level="metric", errors="ignore")
        assert rows[["value", "ci_low", "ci_high"]].isna().all(axis=None)
        assert set(rows["verdict"]) == {"insufficient_data", "not_applicable"}


def test_labels_that_are_all_equal(built: Built) -> None:
    amount = built.rows("amount", ALL_EQUAL)
    assert pd.isna(amount.loc[("r2", "all"), "value"])
    for metric in ("mae", "mse", "mape", "wmape", "msle"):
        assert amount.loc[(metric, "all"), "best_constant"] == pytest.approx(0, abs=1e-9), metric
    binary = built.rows("binary", ALL_EQUAL)
    for metric, best in {"accuracy": 1, "log_loss": 0, "brier_score": 0, "recall": 1}.items():
        assert binary.loc[(metric, "all"), "best_constant"] == pytest.approx(best, abs=1e-12)
    for metric in ("specificity", "ks_separation"):
        assert binary.loc[(metric, "all")].isna()[["value", "ci_low", "ci_high"]].all(), metric
    assert binary.loc[("brier_uncertainty", "all"), "value"] == 0
    parts = binary["value"].xs("all", level="class")
    expected = parts["brier_reliability"] - parts["brier_resolution"] + parts["brier_uncertainty"]
    assert parts["brier_score"] == pytest.approx(expected, abs=1e-12)


def test_a_class_that_the_reference_has_never_seen(built: Built) -> None:
    rows = built.rows("fruit", SHIFTED)
    for metric in ("recall", "f1"):
        unseen = rows.loc[(metric, "kiwi")]
        assert unseen["value"] == 0
        assert pd.isna(unseen["reference_value"])
        assert unseen["verdict"] == "insufficient_data"
    assert rows.loc[("accuracy", "all"), "best_constant"] == 1
    assert rows.loc[("accuracy", "all"), "verdict"] == "alert"


def test_status_tells_what_logarithms_leave_out(built: Built) -> None:
    labelled = ROWS.dropna(subset="amount")
    share = ((labelled["amount"] <= -1) | (labelled["predicted"] <= -1)).mean()
    assert (
        f"{int(100 * share)} % of the labelled predictions have a prediction or a label at or "
        "below -1: msle and rmsle leave them out."
    ) in built.messages["amount"]
    assert "msle" not in built.messages["binary"]
