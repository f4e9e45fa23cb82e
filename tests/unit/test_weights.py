"""Weighted rows: repetitions, constants, independent computations, intervals and odd weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.support import weighted
from tests.support.performance import SELECT, multiclass_metrics
from tests.support.project import Block, NewProject

CLASSES = ("ape", "bat", "cow")
RANKED = ("roc_auc", "gini", "average_precision", "ks_separation", "lift_at_10")
KEYS = ["monitor", "model_version", "window_start", "segment", "segment_value"]
COMMON = {
    "id": "id",
    "timestamp": "at",
    "version": "version",
    "reference": {"from": "2026-01-01", "to": "2026-01-03"},
    "segments": ["region"],
    "min_rows": 50,
}
TASKS = {
    "binary": {"task": "binary", "score": "score", "labels": {"label": "label"}},
    "animal": {
        "task": "multiclass",
        "score": dict(zip(CLASSES, ("s0", "s1", "s2"), strict=True)),
        "labels": {"label": "truth"},
    },
    "amount": {"task": "regression", "prediction": "guess", "labels": {"label": "amount"}},
}


def _rows() -> pd.DataFrame:
    """Two days of reference, then two of a version for each kind of weight."""
    rng = np.random.default_rng(11)
    days = {"base": (1, 2), "constant": (3, 4), "repeated": (3, 4), "random": (3, 4)}
    parts = [
        pd.DataFrame({"version": version, "at": pd.Timestamp(2026, 1, day)}, index=range(140))
        for version, of_version in days.items()
        for day in of_version
    ]
    rows = pd.concat(parts, ignore_index=True)
    n = len(rows)
    rows["region"] = rng.choice(["north", "south"], n)
    rows["score"] = (rng.beta(1.2, 1.5, n) * 40).round() / 40
    rows["label"] = (rng.random(n) < rows["score"] * 0.9 + 0.05).astype(int)
    scores = rng.dirichlet([1, 1.3, 0.8], n)
    rows[["s0", "s1", "s2"]] = (scores * 20).round() / 20
    rows["truth"] = np.array(CLASSES)[[rng.choice(3, p=row) for row in scores]]
    rows["guess"] = rng.lognormal(3, 0.5, n)
    rows["amount"] = rows["guess"] * rng.lognormal(0, 0.3, n)
    kinds = [
        rows["version"].isin(["base", "constant"]),
        rows["version"] == "repeated",
    ]
    rows["weight"] = np.select(kinds, [3.7, rng.integers(1, 4, n)], rng.lognormal(0, 1, n))
    return rows


ROWS = _rows()
HOURS, PER_HOUR = 400, 250


@cache
def _simulated() -> pd.DataFrame:
    """Weights vary from row to row, and a positive stands for three times as many cases."""
    rng = np.random.default_rng(3)
    n = HOURS * PER_HOUR
    rows = pd.DataFrame({"id": range(n)})
    rows["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rows["id"] // PER_HOUR, unit="h")
    rows["label"] = (rng.random(n) < 0.3).astype(int)
    # a positive scores one standard deviation higher: the AUC is Phi(1 / sqrt(2))
    normal = rng.normal(rows["label"] - 0.5, 1)
    rows["score"] = (1 / (1 + np.exp(-normal))).round(2)
    rows["weight"] = np.where(rows["label"] == 1, 3, 1) * rng.gamma(2, 0.5, n)
    return rows


SIMULATED: Block = {
    "predictions": "raw.simulated",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "window": "hour",
    "weights": "weight",
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
}


def _with_ids(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.reset_index(drop=True).assign(id=range(len(rows)))


class Built(NamedTuple):
    engine: str
    performance: pd.DataFrame
    confusion: pd.DataFrame
    calibration: pd.DataFrame
    simulated: pd.DataFrame

    def values(
        self, monitor: str, version: str, source: str = "realized"
    ) -> dict[tuple[object, ...], dict[str, object]]:
        """What a monitor's table of performance says, by day, segment, metric and class."""
        frame = self.performance[self.performance["source"] == source]
        part = frame[(frame["monitor"] == monitor) & (frame["model_version"] == version)]
        names = ["window_start", "segment", "segment_value", "metric", "class"]
        return {tuple(row[name] for name in names): row for row in part.to_dict("records")}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, new_project: NewProject) -> Built:
    """What each table says of every monitor, but for the simulated one, which is on DuckDB only."""
    project = new_project(request.param)
    plain = ROWS[ROWS["version"].isin(["base", "constant"])]
    repeated = ROWS[ROWS["version"] == "repeated"]
    copies = repeated.loc[repeated.index.repeat(repeated["weight"].astype(int))]
    project.load("weighted", _with_ids(ROWS))
    project.load("plain", _with_ids(pd.concat([plain, copies])).drop(columns="weight"))
    blocks: dict[str, Block] = {}
    for name, task in TASKS.items():
        blocks[name] = {**COMMON, **task, "predictions": "raw.weighted", "weights": "weight"}
        blocks[f"plain_{name}"] = {**COMMON, **task, "predictions": "raw.plain"}
    if request.param == "duckdb":
        project.load("simulated", _simulated())
        blocks["simulated"] = SIMULATED
    project.declare(**blocks)
    project.build(*SELECT)
    performance, confusion, calibration = (
        project.query(f"select * from ml_monitor__{table} where monitor <> 'simulated'")
        for table in ("performance", "confusion", "calibration")
    )
    simulated = project.query("select * from ml_monitor__performance where monitor = 'simulated'")
    return Built(request.param, performance, confusion, calibration, simulated)


@pytest.mark.parametrize("source", ["realized", "estimated"])
@pytest.mark.parametrize("task", TASKS)
def test_a_constant_weight_changes_nothing(built: Built, task: str, source: str) -> None:
    ours = built.values(task, "constant", source)
    theirs = built.values(f"plain_{task}", "constant", source)
    assert ours.keys() == theirs.keys()
    assert len(ours) > 50
    for key, row in ours.items():
        other = theirs[key]
        for column in ("verdict", "n"):
            assert row[column] == other[column], (key, column)
        for column in ("value", "ci_low", "ci_high", "labelled_share", "reference_value"):
            expected = pytest.approx(other[column], rel=1e-9, abs=1e-9, nan_ok=True)
            assert row[column] == expected, (key, column)


@pytest.mark.parametrize("source", ["realized", "estimated"])
@pytest.mark.parametrize("task", TASKS)
def test_a_whole_weight_is_so_many_rows(built: Built, task: str, source: str) -> None:
    ours = built.values(task, "repeated", source)
    theirs = built.values(f"plain_{task}", "repeated", source)
    assert ours.keys() == theirs.keys()
    for key, row in ours.items():
        expected = pytest.approx(theirs[key]["value"], rel=1e-9, abs=1e-9, nan_ok=True)
        assert row["value"] == expected, key


def test_a_whole_weight_is_so_many_rows_in_a_bin(built: Built) -> None:
    names = ["model_version", "window_start", "segment", "segment_value"]
    for table, dimensions, values in (
        (built.confusion, ["source", "actual", "predicted"], ["n"]),
        (built.calibration, ["class", "score_bin"], ["mean_score", "observed_rate"]),
    ):
        part = table[table["model_version"] == "repeated"]
        for monitor in ("binary", "animal"):
            one, other = (
                part[part["monitor"] == name].set_index(names + dimensions).sort_index()[values]
                for name in (monitor, f"plain_{monitor}")
            )
            assert len(one) > 10
            pd.testing.assert_frame_equal(one.astype(float), other.astype(float), rtol=1e-9)


def _units() -> Iterator[tuple[tuple[object, ...], pd.DataFrame]]:
    random = ROWS[ROWS["version"] == "random"]
    for day, rows in random.groupby("at"):
        yield (day, "overall", "all"), rows
        for value, part in rows.groupby("region"):
            yield (day, "region", value), part


def _wilson(share: float, n: float) -> tuple[float, float]:
    z2 = 1.96**2
    middle = share + z2 / 2 / n
    reach = 1.96 * math.sqrt(share * (1 - share) / n + z2 / 4 / n**2)
    return (middle - reach) / (1 + z2 / n), (middle + reach) / (1 + z2 / n)


def test_random_weights_of_a_binary_model(built: Built) -> None:
    found = built.values("binary", "random")
    for unit, rows in _units():
        actual, weight = rows["label"].to_numpy(float), rows["weight"].to_numpy()
        score = rows["score"].to_numpy()
        predicted = (score >= 0.5).astype(float)
        expected = weighted.binary(actual, predicted, score, weight)
        error = expected.pop("roc_auc_standard_error")
        for metric, value in expected.items():
            row = found[(*unit, metric, "all")]
            # the scores of a segment are ranked in fifty bins
            if unit[1] == "overall" or metric not in RANKED:
                assert row["value"] == pytest.approx(value, abs=1e-9), (unit, metric)
        parts = {
            "accuracy": weight,
            "precision": weight[predicted == 1],
            "recall": weight[actual == 1],
            "specificity": weight[actual == 0],
        }
        for metric, part in parts.items():
            row = found[(*unit, metric, "all")]
            bounds = _wilson(expected[metric], weighted.effective(part))
            assert (row["ci_low"], row["ci_high"]) == pytest.approx(bounds, abs=1e-9), metric
            assert row["n"] == round(weighted.effective(weight))
            assert row["labelled_share"] == 1
        if unit[1] == "overall":
            area = expected["roc_auc"]
            logit = math.log(area / (1 - area)) - 1.96 * error / (area * (1 - area))
            low = found[(*unit, "roc_auc", "all")]["ci_low"]
            assert low == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-9)
        if unit[1] != "overall":
            continue
        losses = (score - actual) ** 2
        spread = np.average((losses - expected["brier_score"]) ** 2, weights=weight)
        reach = 1.96 * math.sqrt(spread / weighted.effective(weight))
        row = found[(*unit, "brier_score", "all")]
        assert row["ci_high"] - row["value"] == pytest.approx(reach, rel=1e-7)


def test_random_weights_of_a_multiclass_model(built: Built) -> None:
    found = built.values("animal", "random")
    places = {name: place for place, name in enumerate(CLASSES)}
    for unit, rows in _units():
        weight, scores = rows["weight"].to_numpy(), rows[["s0", "s1", "s2"]].to_numpy()
        actual, predicted = rows["truth"].map(places).to_numpy(float), scores.argmax(1)
        table = weighted.confusion(actual, predicted, weight, 3)
        squares = weighted.confusion(actual, predicted, weight**2, 3)
        for metric, value in multiclass_metrics(table).items():
            row = found[(*unit, metric, "all")]
            assert row["value"] == pytest.approx(value, abs=1e-9), (unit, metric)
            if metric in ("precision_macro", "f1_macro", "f1_weighted", "matthews_correlation"):
                variance = 0.0
                for place in np.ndindex(3, 3):
                    step = np.zeros((3, 3))
                    step[place] = 1e-3
                    up, down = multiclass_metrics(table + step), multiclass_metrics(table - step)
                    slope = (up[metric] - down[metric]) / 2e-3
                    variance += squares[place] * slope**2
                reach = 1.96 * math.sqrt(variance)
                assert row["ci_high"] - row["value"] == pytest.approx(reach, rel=1e-5)
        truth = actual[:, None] == np.arange(3)
        brier = np.average(((scores - truth) ** 2).sum(1), weights=weight)
        loss = np.average(-np.log(np.clip(scores[truth], 1e-15, 1 - 1e-15)), weights=weight)
        assert found[(*unit, "brier_score", "all")]["value"] == pytest.approx(brier, abs=1e-9)
        assert found[(*unit, "log_loss", "all")]["value"] == pytest.approx(loss, abs=1e-9)
        if unit[1] == "overall":
            areas = [
                weighted.delong((actual == place) * 1.0, scores[:, place], weight)[0]
                for place in range(3)
            ]
            for place, name in enumerate(CLASSES):
                ours = found[(*unit, "roc_auc", name)]["value"]
                assert ours == pytest.approx(areas[place], abs=1e-9)
            average = np.average(areas, weights=table.sum(1))
            ours = found[(*unit, "roc_auc_weighted", "all")]["value"]
            assert ours == pytest.approx(average, abs=1e-9)
    cells = built.confusion[built.confusion["source"] == "realized"]
    day = cells[
        (cells["monitor"] == "animal")
        & (cells["model_version"] == "random")
        & (cells["segment"] == "overall")
    ]
    assert day["n"].sum() == pytest.approx(ROWS.loc[ROWS["version"] == "random", "weight"].sum())


def test_random_weights_of_a_regression(built: Built) -> None:
    found = built.values("amount", "random")
    for unit, rows in _units():
        actual, guess = rows["amount"].to_numpy(), rows["guess"].to_numpy()
        weight = rows["weight"].to_numpy()
        for metric, value in weighted.regression(actual, guess, weight).items():
            row = found[(*unit, metric, "all")]
            assert row["value"] == pytest.approx(value, rel=1e-9), (unit, metric)
        size = np.abs(guess - actual)
        spread = np.average((size - np.average(size, weights=weight)) ** 2, weights=weight)
        row = found[(*unit, "mae", "all")]
        reach = 1.96 * math.sqrt(spread / weighted.effective(weight))
        assert row["ci_high"] - row["value"] == pytest.approx(reach, rel=1e-7)
        if unit[1] == "overall":
            order = np.argsort(size)
            share = np.cumsum(weight[order]) / weight.sum()
            median = size[order][np.searchsorted(share, 0.5)]
            ours = found[(*unit, "median_absolute_error", "all")]["value"]
            assert ours == pytest.approx(median, rel=0.04)


_SEEN: dict[str, Built] = {}


def test_engines_agree(built: Built) -> None:
    _SEEN[built.engine] = built
    if len(_SEEN) < 2:
        return
    for table, dimensions in {
        "performance": ["source", "metric", "class"],
        "confusion": ["source", "actual", "predicted"],
        "calibration": ["class", "score_bin"],
    }.items():
        one, other = (
            getattr(_SEEN[engine], table).set_index(KEYS + dimensions).sort_index()
            for engine in ("duckdb", "postgres")
        )
        assert list(one.index) == list(other.index)
        for column in one.select_dtypes("number"):
            theirs = other[column].astype(float).to_numpy()
            ours = one[column].astype(float).to_numpy()
            assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True), (table, column)


@pytest.mark.parametrize("built", ["duckdb"], indirect=True)
def test_intervals_cover(built: Built) -> None:
    rows, found = _simulated(), built.simulated.query("source == 'realized'")
    covered = {}
    positive, negative = rows["label"] == 1, rows["label"] == 0
    hit = (rows["score"] >= 0.5) == positive
    truth = {
        "accuracy": float(np.average(hit, weights=np.where(positive, 3, 1))),
        "recall": float(hit[positive].mean()),
        "specificity": float(hit[negative].mean()),
        "roc_auc": weighted_area(rows),
    }
    assert truth["roc_auc"] == pytest.approx(0.7602, abs=0.005)
    for metric, value in truth.items():
        part = found[found["metric"] == metric]
        assert len(part) == HOURS
        covered[metric] = ((part["ci_low"] <= value) & (value <= part["ci_high"])).mean()
    assert all(0.925 <= share <= 0.975 for share in covered.values()), covered


def weighted_area(rows: pd.DataFrame) -> float:
    """The AUC of all rows, by midranks."""
    ranks = rows["score"].rank()
    positive = rows["label"] == 1
    p, n = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - p * (p + 1) / 2) / (p * n))
