"""What another threshold would have done, against numpy at every threshold, on both engines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.support.project import Block, MonitoredProject, NewProject

CLASSES = ("ape", "bat", "cow")
SELECT = ("--select", "+ml_monitor__threshold_curve")
COMMON: Block = {
    "predictions": "raw.rows",
    "id": "id",
    "timestamp": "at",
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
    "segments": ["region"],
}
BLOCKS: dict[str, Block] = {
    "plain": {
        **COMMON,
        "task": "binary",
        "loaded_at": "at",
        "score": "score",
        "threshold": 0.4,
        "labels": {"label": "label"},
        "version": "version",
        "costs": {"false_positive": 1, "false_negative": 5, "true_positive": -2.5},
    },
    "weighted": {
        **COMMON,
        "task": "binary",
        "score": "score",
        "labels": {"label": "label"},
        "weights": "weight",
    },
    "animal": {
        **COMMON,
        "task": "multiclass",
        "score": dict(zip(CLASSES, ("s0", "s1", "s2"), strict=True)),
        "labels": {"label": "truth"},
    },
}
KEYS = ["monitor", "model_version", "window_start", "segment", "segment_value", "class"]
COUNTS = ["true_positives", "false_positives", "false_negatives", "true_negatives"]
ONE_CLASS, UNLABELLED = pd.Timestamp(2026, 1, 4), pd.Timestamp(2026, 1, 5)


def _rows() -> pd.DataFrame:
    """Three days of scores that tie, a day of negatives, and a day without labels."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"id": range(600)})
    rows["at"] = pd.Timestamp(2026, 1, 1) + pd.to_timedelta(rows["id"] // 120, unit="D")
    rows["version"] = rng.choice(["v1", "v2"], 600)
    rows["region"] = rng.choice(["north", "south"], 600)
    rows["weight"] = rng.gamma(2, 0.5, 600)
    # a hundred distinct scores, so that a bin holds several
    score = rng.beta(1.2, 1.5, 600).round(2)
    label = (rng.random(600) < score).astype(int)
    rows["score"] = np.where(rng.random(600) < 0.05, np.nan, score)
    rows["label"] = pd.Series(np.where(rows["at"] == ONE_CLASS, 0, label)).astype("Int64")
    scores = (rng.dirichlet([1, 1.3, 0.8], 600) * 20).round() / 20
    rows[["s0", "s1", "s2"]] = scores
    rows["truth"] = np.array(CLASSES)[rng.integers(0, 3, 600)]
    rows.loc[rows["at"] == UNLABELLED, ["label", "truth"]] = None
    # one label of the last day but two is still to come, and has the highest score
    rows.loc[rows["at"].searchsorted(pd.Timestamp(2026, 1, 3)), ["label", "score"]] = [None, 1.0]
    return rows


ROWS = _rows()


class Curves(NamedTuple):
    engine: str
    project: MonitoredProject
    frame: pd.DataFrame
    expected: pd.DataFrame

    def of(self, monitor: str) -> pd.DataFrame:
        return self.frame[self.frame["monitor"] == monitor]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def curves(request: pytest.FixtureRequest, new_project: NewProject) -> Curves:
    project = new_project(request.param)
    project.declare(**BLOCKS)
    project.load("rows", ROWS)
    project.build(*SELECT)
    both = project.query("select * from ml_monitor__threshold_curve")
    frame, expected = (both[both["source"] == name] for name in ("realized", "estimated"))
    return Curves(request.param, project, frame, expected)


def _unit(row: dict[str, object], weight: str | None) -> pd.DataFrame:
    """Score, whether of the class, and weight of the labelled rows of a unit."""
    rows = ROWS[ROWS["at"] == row["window_start"]]
    if row["segment"] != "overall":
        rows = rows[rows["region"] == row["segment_value"]]
    if row["model_version"] != "all":
        rows = rows[rows["version"] == row["model_version"]]
    if row["class"] == "positive":
        found = pd.DataFrame({"score": rows["score"], "hit": rows["label"]})
    else:
        score = rows[f"s{CLASSES.index(str(row['class']))}"]
        hit = rows["truth"].eq(row["class"]).where(rows["truth"].notna())
        found = pd.DataFrame({"score": score, "hit": hit})
    found["weight"] = rows[weight] if weight else 1.0
    return found.dropna().astype(float)


@pytest.mark.parametrize(
    ("monitor", "weight"), [("plain", None), ("weighted", "weight"), ("animal", None)]
)
def test_every_threshold(curves: Curves, monitor: str, weight: str | None) -> None:
    frame = curves.of(monitor)
    assert len(frame) > 200
    for _, curve in frame.groupby(KEYS):
        first = curve.iloc[0].to_dict()
        unit = _unit(first, weight)
        # the same thresholds in every unit, the highest last
        own = frame[frame["class"] == first["class"]]
        assert sorted(curve["threshold"]) == sorted(own["threshold"].unique())
        assert curve.sort_values("score_bin")["threshold"].is_monotonic_increasing
        for row in curve.to_dict("records"):
            is_chosen = (unit["score"] >= row["threshold"]) | (row["score_bin"] == 0)
            is_hit = unit["hit"] == 1
            parts = (
                is_chosen & is_hit,
                is_chosen & ~is_hit,
                ~is_chosen & is_hit,
                ~is_chosen & ~is_hit,
            )
            tp, fp, fn, tn = (float(unit["weight"][part].sum()) for part in parts)
            assert [row[name] for name in COUNTS] == pytest.approx([tp, fp, fn, tn], abs=1e-9)
            n = unit["weight"].sum()
            expected = {
                "n": n,
                "precision": tp / (tp + fp) if tp + fp else np.nan,
                "recall": tp / (tp + fn) if tp + fn else np.nan,
                "specificity": tn / (tn + fp) if tn + fp else np.nan,
                "selection_rate": (tp + fp) / n,
                "f1": 2 * tp / (2 * tp + fp + fn) if tp + fp + fn else np.nan,
                "cost": (-2.5 * tp + fp + 5 * fn) / n if monitor == "plain" else np.nan,
            }
            for name, value in expected.items():
                ours = pytest.approx(value, abs=1e-9, nan_ok=True)
                assert float(row[name] if row[name] is not None else np.nan) == ours, name


def test_bin_0_selects_everything(curves: Curves) -> None:
    lowest = curves.frame[curves.frame["score_bin"] == 0]
    assert (lowest["selection_rate"] == 1).all()
    reference = ROWS.loc[ROWS["at"] == ROWS["at"].min(), "score"]
    assert lowest.loc[lowest["monitor"] == "plain", "threshold"].unique() == [reference.min()]


def test_windows_of_one_class_or_none(curves: Curves) -> None:
    frame = curves.of("plain")
    negatives = frame[frame["window_start"] == ONE_CLASS]
    assert len(negatives) > 20
    assert (negatives["true_positives"] + negatives["false_negatives"] == 0).all()
    assert negatives["recall"].isna().all()
    assert negatives["specificity"].notna().all()
    assert curves.frame[curves.frame["window_start"] == UNLABELLED].empty


def test_the_best_threshold_is_one_query(curves: Curves) -> None:
    """Counts may be summed over windows: every window has every threshold."""
    best = curves.project.query(
        "select threshold, sum(cost * n) / sum(n) as mean_cost from ml_monitor__threshold_curve "
        "where monitor = 'plain' and source = 'realized' "
        "and segment = 'overall' and model_version = 'all' "
        "group by threshold order by mean_cost limit 1"
    )
    known = ROWS.dropna(subset=["score", "label"])
    thresholds = np.sort(curves.of("plain")["threshold"].unique())
    costs = []
    for threshold in thresholds:
        chosen, hit = known["score"] >= threshold, known["label"] == 1
        costs.append(np.select([chosen & hit, chosen, hit], [-2.5, 1, 5], 0).mean())
    assert best["mean_cost"][0] == pytest.approx(min(costs[1:]), abs=1e-9)
    assert best["threshold"][0] == thresholds[1:][int(np.argmin(costs[1:]))]


def test_expected_curves_are_of_all_predictions(curves: Curves) -> None:
    expected = curves.expected[curves.expected["monitor"] == "plain"]
    whole = expected[(expected["segment"] == "overall") & (expected["model_version"] == "all")]
    assert set(whole["window_start"]) == set(ROWS["at"])
    for day, curve in whole.groupby("window_start"):
        score = ROWS[ROWS["at"] == day]["score"].dropna()
        for row in curve.to_dict("records"):
            chosen = len(score) if row["score_bin"] == 0 else (score >= row["threshold"]).sum()
            assert row["n"] == pytest.approx(len(score))
            assert row["true_positives"] + row["false_positives"] == pytest.approx(chosen)
            assert 0 <= row["true_positives"] <= chosen


_SEEN: dict[str, pd.DataFrame] = {}


def test_engines_agree(curves: Curves) -> None:
    both = pd.concat([curves.frame, curves.expected])
    _SEEN[curves.engine] = both.set_index([*KEYS, "source", "score_bin"]).sort_index()
    if len(_SEEN) == 2:
        one, other = _SEEN["duckdb"], _SEEN["postgres"]
        pd.testing.assert_frame_equal(
            one, other, check_dtype=False, check_index_type=False, rtol=1e-9, atol=1e-9
        )


def test_costs_count_nothing_again(curves: Curves) -> None:
    """The last test of the module: it declares other costs."""
    sql = "select min(profiled_at) as moment, max(profile_hash) as hash from plain__outcome_profile"
    before = curves.project.query(sql)
    changed = {**BLOCKS["plain"], "costs": {"false_negative": 1}}
    curves.project.declare(plain=changed)
    curves.project.build(
        "--select", "plain__grid", "plain__outcome_profile", "ml_monitor__threshold_curve"
    )
    pd.testing.assert_frame_equal(before, curves.project.query(sql))
    frame = curves.project.query(
        "select * from ml_monitor__threshold_curve "
        "where monitor = 'plain' and source = 'realized' and n > 0"
    )
    expected = (frame["false_negatives"] / frame["n"]).to_numpy()
    assert frame["cost"].to_numpy() == pytest.approx(expected)
