"""Performance where there is little, nothing or something odd to judge, on both engines."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.support.performance import SELECT, binary_metrics
from tests.support.project import Block, MonitoredProject, NewProject
from tests.support.rebuild import unchanged

BLOCK = {
    "predictions": "raw.rows",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "prediction": "guess",
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
    "min_rows": 1,
}

# twenty reference rows, ten of each class: the scores .05, .10 ... and one in four guesses wrong
REFERENCE = [(1, k / 20, (k // 2) % 2, int(k % 4 in (1, 2))) for k in range(1, 21)]
DAYS: dict[int, list[tuple[float | None, int | None, int | None]]] = {
    # score, guess, label
    2: [(0.9, 1, 1), (0.8, 1, 0), (0.8, 0, 1), (0.3, 0, 0), (0.3, 1, 0)],
    3: [(0.9, 1, 1), (0.2, 0, 1)],
    4: [(0.9, 1, None), (0.2, 0, None)],
    5: [(None, 1, 1), (None, 0, 0)],
    6: [(0.7, 1, 0)],
    7: [(0.5, 1, 1), (0.5, 1, 0), (0.5, 0, 1), (0.5, 0, 0)],
    8: [(float("nan"), 1, 1), (0.25, None, 0), (0.75, 1, 1), (float("inf"), 0, 0)],
    9: [(0.9, 1, 0), (0.8, 1, 1), (0.3, 0, 0), (0.2, 0, 0)],
}


def _frame() -> pd.DataFrame:
    rows = list(REFERENCE)
    rows += [(day, *row) for day, day_rows in DAYS.items() for row in day_rows]
    frame = pd.DataFrame(rows, columns=["day", "score", "guess", "label"])
    frame["id"] = range(len(frame))
    frame["at"] = pd.Timestamp("2025-12-31") + pd.to_timedelta(frame["day"], unit="D")
    for column in ("guess", "label"):
        frame[column] = frame[column].astype("Int64")
    return frame[["id", "at", "score", "guess", "label"]]


def _many() -> pd.DataFrame:
    """Two days of scores of which no two are alike."""
    rng = np.random.default_rng(3)
    n = 20_000
    score = rng.beta(0.7, 1.4, n)
    label = (rng.random(n) < score).astype(int)
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) * 2 // n, unit="D")
    return pd.DataFrame({"id": np.arange(n), "at": at, "score": score, "label": label})


def _labelled() -> pd.DataFrame:
    """Six days of a thousand rows with hardly a positive guess."""
    rng = np.random.default_rng(8)
    n, days = 1000, 6
    label = pd.Series(rng.integers(0, 2, n * days)).astype("Int64")
    return pd.DataFrame(
        {
            "id": range(n * days),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.repeat(range(days), n), "D"),
            "score": rng.random(n * days),
            "guess": (np.arange(n * days) % 100 == 0).astype(int),
            "label": label,
        }
    )


def _judged() -> pd.DataFrame:
    """Four reference days, then days that are alike, bad, half labelled and small."""
    rng = np.random.default_rng(5)
    parts = []
    sizes = {1: 1000, 2: 1000, 3: 1000, 4: 1000, 5: 1000, 6: 1000, 7: 1000, 8: 60, 9: 1000}
    for day, n in sizes.items():
        score = rng.random(n).round(2)
        noise = 0.35 if day == 6 else 0.1
        flipped = rng.random(n) < noise
        label = pd.Series(((score >= 0.5) ^ flipped).astype(int)).astype("Int64")
        if day == 7:
            label[: n // 2] = pd.NA
        at = pd.Timestamp("2025-12-31") + pd.Timedelta(days=day)
        parts.append(pd.DataFrame({"at": at, "score": score, "label": label}))
    frame = pd.concat(parts, ignore_index=True)
    frame["id"] = range(len(frame))
    return frame


def _with_repeats(frame: pd.DataFrame) -> pd.DataFrame:
    """Every fourth prediction stands twice; the first of the two has another score and guess."""
    frame = frame.assign(loaded_at=pd.Timestamp("2026-02-02"), version="a")
    repeats = frame[frame["id"] % 4 == 0].assign(loaded_at=pd.Timestamp("2026-02-01"), score=0.99)
    repeats["guess"] = 1 - repeats["guess"]
    # what tells no loaded_at was loaded when it was made
    frame.loc[frame["id"] % 8 == 0, "loaded_at"] = pd.NaT
    repeats.loc[repeats["id"] % 8 == 0, "loaded_at"] = pd.Timestamp("2025-12-31")
    together = pd.concat([frame, repeats], ignore_index=True)
    return together.astype({"loaded_at": "datetime64[us]"})


def _repeated_training() -> pd.DataFrame:
    rows = _with_repeats(_frame().drop(columns="label"))
    training = rows[rows["at"] < "2026-01-02"]
    return training.assign(id=training["id"].astype(str))


REPEATED = {
    **BLOCK, "predictions": "raw.repeated", "version": "version", "loaded_at": "loaded_at",
    "labels": {"relation": "raw.labels", "label": "label"},
}  # fmt: skip
LABELLED_LATER: dict[str, Block] = {
    "period": REPEATED,
    "relation": {**REPEATED, "reference": {"relation": "raw.repeated_training"}},
    "nameless": {**REPEATED, "reference": {"relation": "raw.nameless"}},
}


def _declared() -> dict[str, Block]:
    scored = {key: value for key, value in BLOCK.items() if key != "prediction"}
    plain = {
        **{key: value for key, value in scored.items() if key != "min_rows"},
        "predictions": "raw.judged",
        "reference": {"from": "2026-01-01", "to": "2026-01-05"},
    }
    full = {**BLOCK, "min_rows": 100, "reference": {"from": "2026-01-01", "to": "2026-01-03"}}
    return {
        "edges": BLOCK,
        "own": {**BLOCK, "predictions": "raw.later", "reference": {"relation": "raw.training"}},
        "many": {**scored, "predictions": "raw.many"},
        "full": {**full, "predictions": "raw.labelled"},
        "part": {**full, "predictions": "raw.part"},
        "plain": plain,
        "lax": {
            **plain,
            "thresholds": {
                "accuracy": {"warn_at": 0.4, "alert_at": 0.5},
                "prevalence": {"warn_at": 0.2, "alert_at": 0.3},
            },
        },
    }


class Built(NamedTuple):
    project: MonitoredProject
    halves: dict[str, dict[str, float]]
    """What references hold when half of the labels of those `LABELLED_LATER` are known."""


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, new_project: NewProject) -> Built:
    made: MonitoredProject = new_project(request.param)
    frame, labelled = _frame(), _labelled()
    is_reference = frame["at"] < "2026-01-02"
    # since the reference, three in ten stay without a label
    part = labelled.copy()
    part.loc[(part["at"] >= "2026-01-03") & (part["id"] % 10 < 3), "label"] = pd.NA
    labels = frame[["id", "label"]].dropna()
    training = _repeated_training()
    tables = {
        "rows": frame,
        "later": frame[~is_reference],
        "training": frame[is_reference].drop(columns=["id", "at"]),
        "many": _many(),
        "labelled": labelled,
        "part": part,
        "judged": _judged(),
        "repeated": _with_repeats(frame.drop(columns="label")),
        "repeated_training": training,
        "nameless": training.drop(columns="id"),
        "labels": labels[labels["id"] % 2 == 0],
    }
    for name, rows in tables.items():
        made.load(name, rows)
    others = _declared()
    made.declare(**others, **LABELLED_LATER)
    made.build(*SELECT, "+ml_monitor__status")
    halves = _references(made)
    made.load("labels", labels)
    made.build(*SELECT, "+ml_monitor__status", *unchanged(*others))
    made.test(*SELECT)
    return Built(made, halves)


@pytest.fixture(scope="module")
def project(built: Built) -> MonitoredProject:
    return built.project


@pytest.fixture(scope="module")
def found(project: MonitoredProject) -> pd.DataFrame:
    """What is realized, of every monitor."""
    rows = project.query("select * from ml_monitor__performance where source = 'realized'")
    rows["day"] = rows["window_start"].dt.day
    return rows


@pytest.fixture(scope="module")
def days(found: pd.DataFrame) -> dict[int, pd.DataFrame]:
    rows = found[found["monitor"] == "edges"].astype({"n": float})
    return {int(day): part.set_index("metric") for day, part in rows.groupby("day")}


def test_a_case_worked_by_hand(days: dict[int, pd.DataFrame]) -> None:
    value = days[2]["value"]
    # guesses: one true and two false positives, one false and one true negative
    assert value["accuracy"] == pytest.approx(2 / 5)
    assert value["precision"] == pytest.approx(1 / 3)
    assert value["recall"] == pytest.approx(1 / 2)
    assert value["specificity"] == pytest.approx(1 / 3)
    assert value["f1"] == pytest.approx(2 / 5)
    assert value["balanced_accuracy"] == pytest.approx(5 / 12)
    assert value["matthews_correlation"] == pytest.approx(-1 / 6)
    # .9 beats three negatives; .8 beats two and ties with one
    assert value["roc_auc"] == pytest.approx(5.5 / 6)
    assert value["gini"] == pytest.approx(5 / 6)
    # recall 1/2 at precision 1, the rest at precision 2/3
    assert value["average_precision"] == pytest.approx(1 / 2 + 1 / 3)
    assert value["ks_separation"] == pytest.approx(2 / 3)
    # half of the first row
    assert value["lift_at_10"] == pytest.approx(1 / 0.4)
    assert value["brier_score"] == pytest.approx((0.01 + 0.64 + 0.04 + 0.09 + 0.09) / 5)
    losses = [0.9, 0.2, 0.8, 0.7, 0.7]
    assert value["log_loss"] == pytest.approx(-sum(np.log(losses)) / 5)
    assert value["selection_rate"] == pytest.approx(3 / 5)
    assert value["prevalence"] == pytest.approx(2 / 5)


def test_one_class_leaves_what_needs_two_undefined(days: dict[int, pd.DataFrame]) -> None:
    value = days[3]["value"]
    for metric in ("specificity", "roc_auc", "gini", "ks_separation", "matthews_correlation"):
        assert pd.isna(value[metric]), metric
    assert pd.isna(value["balanced_accuracy"])
    assert value["recall"] == pytest.approx(1 / 2)
    assert value["precision"] == pytest.approx(1)
    assert value["average_precision"] == pytest.approx(1)
    assert days[3].loc["roc_auc", "verdict"] == "insufficient_data"


def test_one_positive_has_no_interval_and_no_interval_leaves_its_value_out(
    days: dict[int, pd.DataFrame],
) -> None:
    assert days[9].loc["roc_auc", "value"] == pytest.approx(2 / 3)
    assert days[9].loc[["roc_auc", "gini"], ["ci_low", "ci_high"]].isna().all(axis=None)
    for rows in days.values():
        inside = rows["value"].between(rows["ci_low"] - 1e-12, rows["ci_high"] + 1e-12)
        assert (inside | rows["value"].isna() | rows["ci_low"].isna()).all()
        unexplained = rows["verdict"].isin(["insufficient_data", "not_applicable"])
        assert rows.loc[unexplained, "reason"].notna().all()


def test_no_labels(days: dict[int, pd.DataFrame]) -> None:
    assert days[4]["value"].isna().all()
    # the gap of labelled shares counts predictions
    assert (days[4]["n"].drop("labelled_share_gap") == 0).all()
    assert (days[4]["labelled_share"] == 0).all()
    assert set(days[4]["verdict"]) == {"insufficient_data", "not_applicable"}
    assert days[4].loc["accuracy", "verdict"] == "insufficient_data"


def test_no_scores_leave_the_confusion_matrix(days: dict[int, pd.DataFrame]) -> None:
    value, n = days[5]["value"], days[5]["n"]
    for metric in ("roc_auc", "log_loss", "brier_score", "expected_calibration_error"):
        assert pd.isna(value[metric]), metric
        assert n[metric] == 0
    assert value["accuracy"] == 1
    assert n["accuracy"] == 2


def test_one_row(days: dict[int, pd.DataFrame]) -> None:
    value = days[6]["value"]
    assert value["accuracy"] == 0
    assert value["precision"] == 0
    assert pd.isna(value["recall"])
    assert value["f1"] == 0
    assert value["brier_score"] == pytest.approx(0.49)
    assert pd.isna(value["roc_auc"])


def test_ties_are_worth_half(days: dict[int, pd.DataFrame]) -> None:
    value = days[7]["value"]
    assert value["roc_auc"] == 0.5
    assert value["ks_separation"] == 0
    assert value["average_precision"] == 0.5
    assert value["lift_at_10"] == pytest.approx(1)


def test_what_is_not_a_number_or_not_predicted_is_left_out(days: dict[int, pd.DataFrame]) -> None:
    value, n = days[8]["value"], days[8]["n"]
    assert n["accuracy"] == 3
    assert value["accuracy"] == 1
    assert n["log_loss"] == 2
    assert value["brier_score"] == pytest.approx(0.0625)
    assert value["roc_auc"] == 1
    assert (days[8]["labelled_share"] == 1).all()


def test_a_reference_of_its_own_is_judged_against(
    project: MonitoredProject, found: pd.DataFrame
) -> None:
    rows = found[found["monitor"] == "own"].set_index("metric")
    assert rows["window_start"].min() == pd.Timestamp("2026-01-02")
    frame = _frame()
    reference = frame[frame["at"] < "2026-01-02"]
    label, guess = (reference[name].to_numpy(float) for name in ("label", "guess"))
    expected = binary_metrics(label, guess, reference["score"].to_numpy())
    for metric in ("accuracy", "roc_auc", "log_loss", "average_precision", "f1"):
        values = rows.loc[metric, "reference_value"].to_numpy(float)
        assert values == pytest.approx(expected[metric], abs=1e-9), metric
    maturity = project.query("select * from ml_monitor__label_maturity where monitor = 'own'")
    assert maturity["window_start"].min() == pd.Timestamp("2026-01-02")
    assert maturity["expected_share"].notna().all()


def test_a_reference_is_labelled_and_freed_of_repeats_as_windows_are(built: Built) -> None:
    project, halves = built
    found = _references(project)
    for values in (halves, found):
        assert values["period"]
        assert values["relation"] == pytest.approx(values["period"], abs=1e-12, nan_ok=True)
    assert found["period"]["accuracy"] != pytest.approx(halves["period"]["accuracy"])
    # features count every row
    profile = project.query(
        "select sum(n) as n from relation__reference_profile where feature = '__row__'"
    )
    assert profile["n"].tolist() == [len(_repeated_training())]

    assert pd.isna(pd.Series(found["nameless"])).all()
    status = project.query("select monitor, message from ml_monitor__status")
    message = status.set_index("monitor")["message"]
    assert "holds no labels" not in message["relation"]
    assert message["nameless"].startswith(
        "The reference raw.nameless holds no labels, "
        "so performance has nothing to be compared with."
    )


def _references(project: MonitoredProject) -> dict[str, dict[str, float]]:
    found = project.query(
        "select monitor, metric, reference_value from ml_monitor__performance "
        "where window_start = '2026-01-03' and model_version = 'a' and class = 'all' "
        "and source = 'realized'"
    )
    return {
        str(monitor): dict(zip(rows["metric"], rows["reference_value"].astype(float), strict=True))
        for monitor, rows in found.groupby("monitor")
    }


@cache
def _metrics_of_many() -> dict[Hashable, dict[str, float]]:
    found = {}
    for day, part in _many().groupby("at"):
        actual, scores = part["label"].to_numpy(float), part["score"].to_numpy()
        found[day] = binary_metrics(actual, (scores >= 0.5) * 1.0, scores)
    return found


def test_roc_auc_of_many_distinct_scores(found: pd.DataFrame) -> None:
    rows = found[(found["monitor"] == "many") & (found["segment"] == "overall")]
    values = rows.pivot(index="window_start", columns="metric", values="value").astype(float)
    for day, expected in _metrics_of_many().items():
        assert values.loc[day, "roc_auc"] == pytest.approx(expected["roc_auc"], abs=5e-5)
        assert values.loc[day, "average_precision"] == pytest.approx(
            expected["average_precision"], abs=5e-3
        )
        for metric in ("log_loss", "brier_score"):
            assert values.loc[day, metric] == pytest.approx(expected[metric], rel=1e-9)


def test_few_labels_and_few_positive_guesses_are_told(
    project: MonitoredProject, found: pd.DataFrame
) -> None:
    told = project.query("select * from ml_monitor__status").set_index("monitor")
    assert told.loc["part", "state"] == "attention"
    assert (
        "At most 70 % of a window since the reference are labelled, of the reference 100 %: below "
        "nine tenths of it performance is not judged (insufficient_data)."
    ) in told.loc["part", "message"]
    assert "labelled" not in told.loc["full", "message"]
    rows = found[(found["day"] == 4) & (found["class"] == "all")]
    rows = rows[rows["model_version"] == "all"].set_index(["monitor", "metric"])
    verdicts = rows["verdict"].to_dict()
    assert verdicts["part", "accuracy"] == "insufficient_data"
    assert verdicts["full", "accuracy"] == "ok"
    # ten positive guesses carry no correlation
    assert verdicts["full", "matthews_correlation"] == "insufficient_data"


def test_verdicts(found: pd.DataFrame) -> None:
    rows = found[found["monitor"].isin(["plain", "lax"])]
    verdicts = rows.set_index(["monitor", "metric", "day"])["verdict"].to_dict()
    for metric in ("accuracy", "f1", "roc_auc", "log_loss", "brier_score", "matthews_correlation"):
        assert verdicts["plain", metric, 5] == "ok", metric
        assert verdicts["plain", metric, 6] == "alert", metric
        assert verdicts["plain", metric, 7] == "insufficient_data", metric
        assert verdicts["plain", metric, 8] == "insufficient_data", metric
        assert verdicts["plain", metric, 9] == "ok", metric
    assert verdicts["lax", "accuracy", 6] == "ok"
    assert verdicts["lax", "f1", 6] == "alert"
    assert verdicts["lax", "prevalence", 6] == "ok"
    assert verdicts["plain", "prevalence", 6] == "not_applicable"
    assert verdicts["plain", "average_precision", 6] == "alert"
    assert verdicts["plain", "ks_separation", 6] == "not_applicable"
    judged_rows = rows[rows["verdict"].isin(["ok", "alert"])]
    is_alert = judged_rows["verdict"] == "alert"
    outside = (judged_rows["value"] < judged_rows["lower_limit"]) | (
        judged_rows["value"] > judged_rows["upper_limit"]
    )
    assert (is_alert == outside).all()
