"""Every performance metric against its definition computed from the rows, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import isotonic_regression
from scipy.stats import norm

from tests.support.influence import average_precision, numerical_standard_error
from tests.support.performance import (
    RESULTS,
    SELECT,
    binary_metrics,
    multiclass_metrics,
    multinomial_standard_error,
    regression_metrics,
)
from tests.support.project import NewProject

CLASSES = ("apple", "it's", "c*d")
REFERENCE = {"from": "2026-01-01", "to": "2026-01-05"}
RANKED = ("roc_auc", "gini", "average_precision", "ks_separation", "lift_at_10")
KEYS = ["monitor", "model_version", "window_start", "segment", "segment_value"]


class Built(NamedTuple):
    engine: str
    results: dict[str, pd.DataFrame]

    def of(self, monitor: str, table: str = "performance") -> pd.DataFrame:
        frame = self.results[table]
        return frame[frame["monitor"] == monitor]


def _rows() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    n = 2400
    rows = pd.DataFrame({"id": np.arange(n)})
    rows["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rows["id"] * 8 // n, unit="D")
    rows["version"] = np.where(rng.random(n) < 0.7, "v1", "v2")
    rows["region"] = rng.choice(["north", "a*b", "o'hara"], n)
    rows["channel"] = pd.Series(rng.choice(["web", "shop", ""], n)).replace("", None)
    # few distinct scores, all of which the reference has
    score = (rng.beta(1.2, 1.5, n) * 40).round() / 40
    rows["score"] = score
    rows["label"] = (rng.random(n) < score * 0.9 + 0.05).astype(int)
    scores = rng.dirichlet([1, 1.3, 0.8], n)
    rows[["s0", "s1", "s2"]] = (scores * 20).round() / 20
    rows["fruit"] = np.array(CLASSES)[[rng.choice(3, p=row) for row in scores]]
    rows["guess"] = np.array(CLASSES)[scores.argmax(1)]
    rows["predicted"] = rng.lognormal(3, 0.5, n)
    rows["amount"] = rows["predicted"] * rng.lognormal(0, 0.3, n)
    return rows


ROWS = _rows()


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, new_project: NewProject) -> Built:
    project = new_project(request.param)
    common = {
        "predictions": "raw.rows",
        "id": "id",
        "timestamp": "at",
        "reference": REFERENCE,
        "min_rows": 50,
    }
    project.declare(
        binary={
            **common,
            "task": "binary",
            "version": "version",
            "score": "score",
            "labels": {"label": "label"},
            "segments": ["region", ["region", "channel"]],
        },
        fruit={
            **common,
            "task": "multiclass",
            "score": dict(zip(CLASSES, ["s0", "s1", "s2"], strict=True)),
            "prediction": "guess",
            "labels": {"label": "fruit"},
            "segments": ["region"],
        },
        amount={
            **common,
            "task": "regression",
            "prediction": "predicted",
            "labels": {"label": "amount"},
            "segments": ["region"],
        },
    )
    project.load("rows", ROWS)
    project.build(*SELECT)
    tables = {name: project.query(f"select * from ml_monitor__{name}") for name in RESULTS}
    for name in ("performance", "confusion"):
        tables[name] = tables[name][tables[name]["source"] == "realized"]
    return Built(request.param, tables)


def _units(monitor_has_version: bool) -> Iterator[tuple[tuple[str, ...], pd.DataFrame]]:
    """Version, day, segment and segment value of each unit, with its rows."""
    rows = ROWS.assign(channel=ROWS["channel"].fillna("(null)"))
    versions = ["all", "v1", "v2"] if monitor_has_version else ["all"]
    for version in versions:
        part = rows if version == "all" else rows[rows["version"] == version]
        for day, unit in part.groupby("at"):
            yield (version, day, "overall", "all"), unit
            for value, group in unit.groupby("region"):
                yield (version, day, "region", value), group
            if monitor_has_version:
                for (region, channel), group in unit.groupby(["region", "channel"]):
                    yield (version, day, "region*channel", f"{region}*{channel}"), group


def _values(frame: pd.DataFrame) -> dict[tuple[str, ...], float]:
    keys = ["model_version", "window_start", "segment", "segment_value", "metric", "class"]
    return dict(zip(frame[keys].itertuples(index=False, name=None), frame["value"], strict=True))


def test_binary_metrics(built: Built) -> None:
    values = _values(built.of("binary"))
    units = 0
    for unit, rows in _units(True):
        units += 1
        actual = rows["label"].to_numpy(float)
        if actual.min() == actual.max():
            continue
        score = rows["score"].to_numpy()
        expected = binary_metrics(actual, (score >= 0.5).astype(float), score)
        expected.pop("roc_auc_standard_error")
        for metric, value in expected.items():
            # a segment's scores are ranked in fifty bins, and tested below
            if np.isnan(value) or (unit[2] != "overall" and metric in RANKED):
                continue
            ours = values[(*unit, metric, "all")]
            assert ours == pytest.approx(value, abs=1e-9), (unit, metric)
    # and, of each version's days as a whole, the gap between labelled shares
    assert len(values) == units * 20 + 3 * 8


def test_roc_auc_of_segments_is_near(built: Built) -> None:
    values = _values(built.of("binary"))
    for unit, rows in _units(True):
        if unit[2] == "region" and unit[0] == "all":
            area = binary_metrics(
                rows["label"].to_numpy(float), np.ones(len(rows)), rows["score"].to_numpy()
            )["roc_auc"]
            assert values[(*unit, "roc_auc", "all")] == pytest.approx(area, abs=0.01)


def test_roc_auc_interval_is_delongs_on_the_logit_scale(built: Built) -> None:
    frame = built.of("binary")
    areas = frame[(frame["metric"] == "roc_auc") & (frame["segment"] == "overall")]
    for row in areas.to_dict("records"):
        rows = ROWS[ROWS["at"] == row["window_start"]]
        if row["model_version"] != "all":
            rows = rows[rows["version"] == row["model_version"]]
        score = rows["score"].to_numpy()
        found = binary_metrics(rows["label"].to_numpy(float), (score >= 0.5) * 1.0, score)
        area, error = found["roc_auc"], found["roc_auc_standard_error"]
        logit = np.log(area / (1 - area))
        reach = 1.96 * error / (area * (1 - area))
        for name, bound in (("ci_low", logit - reach), ("ci_high", logit + reach)):
            assert row[name] == pytest.approx(1 / (1 + np.exp(-bound)), abs=1e-9)


def test_rates_have_wilson_intervals(built: Built) -> None:
    frame = built.of("binary")
    z2 = 1.96**2
    for row in frame[frame["metric"] == "accuracy"].to_dict("records"):
        n, share = row["n"], row["value"]
        # the ends are where the score test of the share is just met
        for end in (row["ci_low"], row["ci_high"]):
            assert (share - end) ** 2 == pytest.approx(z2 * end * (1 - end) / n, abs=1e-9)
        assert row["ci_low"] <= share <= row["ci_high"]


def test_calibration_error_uses_the_references_deciles(built: Built) -> None:
    reference = ROWS[ROWS["at"] < "2026-01-05"]["score"].to_numpy()
    values = _values(built.of("binary"))
    for day, rows in ROWS.groupby("at"):
        score, label = rows["score"].to_numpy(), rows["label"].to_numpy()
        # a score belongs to the greatest reference score that it reaches
        floor = np.searchsorted(np.unique(reference), score, side="right") - 1
        start = np.unique(reference)[np.maximum(floor, 0)]
        decile = np.floor(np.array([(reference < s).mean() for s in start]) * 10 + 1e-9)
        gaps = [abs(score[decile == d].sum() - label[decile == d].sum()) for d in np.unique(decile)]
        ours = values[("all", day, "overall", "all", "expected_calibration_error", "all")]
        assert ours == pytest.approx(sum(gaps) / len(rows), abs=1e-9)


def _table(rows: pd.DataFrame) -> np.ndarray:
    table = pd.crosstab(rows["fruit"], rows["guess"])
    return table.reindex(index=CLASSES, columns=CLASSES, fill_value=0).to_numpy(float)


def test_multiclass_metrics(built: Built) -> None:
    values = _values(built.of("fruit"))
    for unit, rows in _units(False):
        table = _table(rows)
        for metric, value in multiclass_metrics(table).items():
            assert values[(*unit, metric, "all")] == pytest.approx(value, abs=1e-9), (unit, metric)
        scores = rows[["s0", "s1", "s2"]].to_numpy()
        truth = np.array([[fruit == name for name in CLASSES] for fruit in rows["fruit"]])
        brier = float(((scores - truth) ** 2).sum(1).mean())
        assert values[(*unit, "brier_score", "all")] == pytest.approx(brier, abs=1e-9)
        loss = float(-np.log(np.clip(scores[truth], 1e-15, 1 - 1e-15)).mean())
        assert values[(*unit, "log_loss", "all")] == pytest.approx(loss, abs=1e-9)
        if unit[2] == "overall":
            found = [
                binary_metrics(
                    truth[:, place] * 1.0, rows["guess"].eq(name) * 1.0, scores[:, place]
                )
                for place, name in enumerate(CLASSES)
            ]
            for place, name in enumerate(CLASSES):
                for metric in ("precision", "recall", "f1", "specificity", "roc_auc", "prevalence"):
                    ours = values[(*unit, metric, name)]
                    assert ours == pytest.approx(found[place][metric], abs=1e-9), (unit, metric)
            areas = np.array([values_["roc_auc"] for values_ in found])
            weights = truth.mean(0)
            assert values[(*unit, "roc_auc_macro", "all")] == pytest.approx(areas.mean(), abs=1e-9)
            assert values[(*unit, "roc_auc_weighted", "all")] == pytest.approx(
                float(areas @ weights), abs=1e-9
            )


@pytest.mark.parametrize(
    "metric",
    [
        "precision_macro",
        "recall_macro",
        "f1_macro",
        "specificity_macro",
        "precision_weighted",
        "f1_weighted",
        "balanced_accuracy",
        "matthews_correlation",
    ],
)
def test_multiclass_intervals_are_the_delta_methods(built: Built, metric: str) -> None:
    frame = built.of("fruit")
    rows = frame[(frame["metric"] == metric) & (frame["segment"] == "overall")]
    assert len(rows) == 8
    for row in rows.to_dict("records"):
        table = _table(ROWS[ROWS["at"] == row["window_start"]])
        error = multinomial_standard_error(table, lambda cells: multiclass_metrics(cells)[metric])
        assert row["ci_high"] - row["value"] == pytest.approx(1.96 * error, rel=1e-5)


def test_binary_correlation_interval_is_the_delta_methods(built: Built) -> None:
    frame = built.of("binary")
    chosen = (frame["segment"] == "overall") & (frame["model_version"] == "all")
    for row in frame[chosen & (frame["metric"] == "matthews_correlation")].to_dict("records"):
        rows = ROWS[ROWS["at"] == row["window_start"]]
        table = np.zeros((2, 2))
        np.add.at(table, (rows["label"], (rows["score"] >= 0.5).astype(int)), 1)
        error = multinomial_standard_error(
            table, lambda cells: multiclass_metrics(cells)["matthews_correlation"]
        )
        assert row["ci_high"] - row["value"] == pytest.approx(1.96 * error, rel=1e-5)


def test_f1_interval_agrees_with_the_delta_method(built: Built) -> None:
    frame = built.of("binary")
    chosen = (frame["segment"] == "overall") & (frame["model_version"] == "all")
    for row in frame[chosen & (frame["metric"] == "f1")].to_dict("records"):
        rows = ROWS[ROWS["at"] == row["window_start"]]
        hits = int((rows["label"] * (rows["score"] >= 0.5)).sum())
        union = int(((rows["label"] == 1) | (rows["score"] >= 0.5)).sum())
        jaccard = hits / union
        error = 2 / (1 + jaccard) ** 2 * np.sqrt(jaccard * (1 - jaccard) / union)
        width = row["ci_high"] - row["ci_low"]
        assert width == pytest.approx(2 * norm.ppf(0.975) * error, rel=0.03)
        assert row["ci_low"] < row["value"] < row["ci_high"]


def test_brier_intervals_are_those_of_means(built: Built) -> None:
    frame = pd.concat([built.of("binary"), built.of("fruit")])
    chosen = (frame["segment"] == "overall") & (frame["model_version"] == "all")
    rows_of_day = dict(list(ROWS.groupby("at")))
    for row in frame[chosen & (frame["metric"] == "brier_score")].to_dict("records"):
        rows = rows_of_day[row["window_start"]]
        if row["monitor"] == "binary":
            gaps = (rows["score"] - rows["label"]) ** 2
        elif row["class"] != "all":
            score = rows[f"s{CLASSES.index(row['class'])}"]
            gaps = (score - (rows["fruit"] == row["class"])) ** 2
        else:
            continue
        reach = 1.96 * gaps.std(ddof=0) / np.sqrt(len(rows))
        assert row["ci_high"] - row["value"] == pytest.approx(reach, rel=1e-6)


def test_average_precision_of_a_class_has_its_interval(built: Built) -> None:
    frame, rows = built.of("fruit"), ROWS[ROWS["at"] == "2026-01-06"]
    chosen = frame[frame["metric"].eq("average_precision") & frame["segment"].eq("overall")]
    for row in chosen[chosen["window_start"] == "2026-01-06"].to_dict("records"):
        actual = rows["fruit"].eq(row["class"]).to_numpy(float)
        score = rows[f"s{CLASSES.index(row['class'])}"].to_numpy()
        error = numerical_standard_error(partial(average_precision, actual, score), len(rows))
        low, high = (np.log(row[end] / (1 - row[end])) for end in ("ci_low", "ci_high"))
        reach = (high - low) / 2 * row["value"] * (1 - row["value"])
        assert reach == pytest.approx(1.96 * error, rel=1e-6)
    assert len(chosen) == 8 * 3


def test_what_is_judged_has_an_interval(built: Built) -> None:
    frame = built.results["performance"]
    judged = frame[frame["verdict"].isin(["ok", "warn", "alert"])]
    # an AUC of 0 or 1 has none on the logit scale
    is_open = judged["ci_low"].isna() & ~judged["value"].isin([0, 1])
    assert len(judged) > 500
    assert judged[is_open].empty


def test_regression_metrics(built: Built) -> None:
    values = _values(built.of("amount"))
    for unit, rows in _units(False):
        found = regression_metrics(rows["amount"].to_numpy(), rows["predicted"].to_numpy())
        for metric, value in found.items():
            assert values[(*unit, metric, "all")] == pytest.approx(value, rel=1e-9), (unit, metric)
        if unit[2] == "overall":
            error = rows["predicted"] - rows["amount"]
            for percent in (5, 25, 50, 75, 95):
                ours = values[(*unit, f"error_quantile_{percent:02d}", "all")]
                ranks = [percent / 100 - 1.5 / len(rows), percent / 100 + 1.5 / len(rows)]
                low, high = np.quantile(error, np.clip(ranks, 0, 1))
                slack = 0.032 * max(abs(low), abs(high))
                assert low - slack <= ours <= high + slack


def test_regression_intervals_are_those_of_means(built: Built) -> None:
    frame = built.of("amount")
    for row in frame[(frame["metric"] == "mae") & (frame["segment"] == "overall")].to_dict(
        "records"
    ):
        rows = ROWS[ROWS["at"] == row["window_start"]]
        size = (rows["predicted"] - rows["amount"]).abs()
        reach = 1.96 * size.std(ddof=0) / np.sqrt(len(rows))
        assert row["ci_high"] - row["value"] == pytest.approx(reach, rel=1e-9)


def test_calibration_is_isotonic_on_the_reference(built: Built) -> None:
    frame = built.of("binary", "calibration")
    overall = frame[(frame["segment"] == "overall") & (frame["model_version"] == "all")]
    reference = overall[overall["window_start"] < "2026-01-05"]
    bins = reference.assign(hits=reference["observed_rate"] * reference["labelled"])
    sums = bins.groupby("score_bin")[["hits", "labelled"]].sum()
    pooled = isotonic_regression(sums["hits"] / sums["labelled"], weights=sums["labelled"]).x
    assert len(sums) > 20
    ours = overall.groupby("score_bin")["calibrated_rate"].agg(["min", "max"])
    assert (ours["min"] == ours["max"]).all()
    assert ours["max"].to_numpy() == pytest.approx(pooled, abs=1e-12)
    day = ROWS[ROWS["at"] == "2026-01-07"]
    shown = overall[overall["window_start"] == "2026-01-07"]
    assert shown["n"].sum() == len(day)
    assert (shown["n"] * shown["mean_score"]).sum() == pytest.approx(day["score"].sum())


def test_confusion_counts(built: Built) -> None:
    frame = built.of("fruit", "confusion")
    for day, rows in ROWS.groupby("at"):
        cells = frame[(frame["window_start"] == day) & (frame["segment"] == "overall")]
        counts = cells.set_index(["actual", "predicted"])["n"].to_dict()
        assert counts == rows.groupby(["fruit", "guess"]).size().to_dict()


_SEEN: dict[str, dict[str, pd.DataFrame]] = {}


def test_engines_agree(built: Built) -> None:
    _SEEN[built.engine] = built.results
    if len(_SEEN) < 2:
        return
    for name, dimensions in {
        "performance": ["metric", "class"],
        "confusion": ["actual", "predicted"],
        "calibration": ["class", "score_bin"],
        "label_maturity": ["age_days"],
    }.items():
        one, other = (
            _SEEN[engine][name].set_index(KEYS + dimensions).sort_index()
            for engine in ("duckdb", "postgres")
        )
        assert list(one.index) == list(other.index)
        assert set(one.columns) == set(other.columns)
        for column in one.columns:
            if pd.api.types.is_numeric_dtype(one[column]):
                theirs = other[column].astype(float).to_numpy()
                assert np.allclose(
                    one[column].astype(float), theirs, rtol=1e-9, atol=1e-12, equal_nan=True
                ), (name, column)
            else:
                is_same = (one[column] == other[column]) | (
                    one[column].isna() & other[column].isna()
                )
                assert is_same.all(), (name, column)
