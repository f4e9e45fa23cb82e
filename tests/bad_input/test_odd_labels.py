"""Ids that repeat, labels of nothing, and labels and ids of other types than the predictions'."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.bad_input.tables import (
    DOUBLE,
    REFERENCE,
    block,
    quality,
    run,
    write_table,
)
from tests.support.project import MonitoredProject, NewProject

Statuses = dict[str, dict[str, Any]]
Matrices = dict[str, dict[tuple[str, str], float]]

N = 20
DAYS = ["2026-01-01"] * 10 + ["2026-01-02"] * 10
ACTUAL = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1] * 2
GUESS = [0, 0, 0, 1, 1, 1, 1, 1, 1, 0] * 2
COMMON: dict[str, Any] = {"at": ("timestamp", DAYS), "score": (DOUBLE, [k / N for k in range(N)])}
# the predictions' type of id and of prediction, the labels' type of id and of label
TYPES: dict[str, tuple[str, str, str, str]] = {
    "doubles": ("bigint", "bigint", DOUBLE, DOUBLE),
    "texts": ("bigint", "bigint", "text", "text"),
    "texts_of_doubles": ("bigint", DOUBLE, "text of doubles", "text of doubles"),
    "booleans": ("text", "text", "integer", "boolean"),
    "texts_of_booleans": ("text", "text of booleans", "integer", "text of booleans"),
    "uuids": ("uuid", "bigint", "uuid as text", "bigint"),
    "decimals": ("text", "boolean", "numeric(10, 2)", "numeric(10, 2)"),
}


def _column(kind: str, values: list[int]) -> tuple[str, list[Any]]:
    if kind == "text of doubles":
        return "text", [f"{value}.0" for value in values]
    if kind == "text of booleans":
        return "text", [str(bool(value)) for value in values]
    if kind.startswith("uuid"):
        texts = [f"{value:08d}-0000-0000-0000-000000000000" for value in values]
        return kind.removeprefix("uuid as "), texts
    return kind, list(values)


def _write(project: MonitoredProject, name: str, kinds: tuple[str, str, str, str]) -> None:
    ids = list(range(N))
    guess = {"id": _column(kinds[0], ids), "guess": _column(kinds[1], GUESS)}
    write_table(project, f"{name}_scores", {**COMMON, **guess})
    labels = {"id": _column(kinds[2], ids), "label": _column(kinds[3], ACTUAL)}
    write_table(project, f"{name}_labels", labels)


def _declared(name: str, **changes: Any) -> dict[str, Any]:
    labels = {"relation": f"{name}_labels", "label": "label"}
    return block(f"{name}_scores", **{"prediction": "guess", "labels": labels, **changes})


def _types(project: MonitoredProject) -> dict[str, dict[str, Any]]:
    for name, kinds in TYPES.items():
        _write(project, name, kinds)
    # the positive class, as a declaration may write it
    positives = {"doubles": "1", "texts": True, "texts_of_doubles": 1.0}
    strangers = {"id": ("bigint", range(500, 500 + N)), "label": ("bigint", ACTUAL)}
    write_table(project, "strangers_labels", strangers)
    write_table(project, "no_labels", {"id": ("bigint", []), "label": ("bigint", [])})
    return {
        "unlabelled": _declared("texts", labels={"relation": "no_labels", "label": "label"}),
        "strangers": _declared("texts", labels={"relation": "strangers_labels", "label": "label"}),
        "never_positive": _declared("texts", positive="yes"),
        **{name: _declared(name, positive=positives.get(name, 1)) for name in TYPES},
        "classes": _declared("texts_of_doubles", task="multiclass", score=None),
    }


def _regressions(project: MonitoredProject) -> dict[str, dict[str, Any]]:
    predictions = {**COMMON, "id": ("bigint", range(N)), "guess": ("integer", range(N))}
    write_table(project, "demand_scores", predictions)
    values = [*range(1, N), 1e50]
    # the last prediction of each day is absurd, and so is one label
    absurd = [*range(9), 1e99, *range(9), -1e101]
    write_table(project, "absurd_scores", {**predictions, "guess": (DOUBLE, absurd)})
    truth = [1.0, 1e-300, *range(3, 11)] * 2
    labels = {"id": ("bigint", range(N)), "label": (DOUBLE, [*truth[:-2], 1e60, 1.0])}
    write_table(project, "absurd_labels", labels)
    # errors whose squares are smaller than any double
    write_table(project, "tiny_scores", {**predictions, "guess": (DOUBLE, [1e-170] * N)})
    labels = {"id": ("bigint", range(N)), "label": (DOUBLE, [0.0] * N)}
    write_table(project, "tiny_labels", labels)
    labels = {"id": ("text", range(N)), "label": ("numeric(30, 2)", [*range(1, N), None])}
    write_table(project, "demand_labels", labels)
    wild = {**COMMON, "id": ("bigint", range(N)), "guess": (DOUBLE, values)}
    write_table(project, "wild_scores", wild)
    write_table(
        project, "wild_labels", {"id": ("bigint", range(N)), "label": (DOUBLE, [1e-20] * N)}
    )
    blocks = {
        name: _declared(name, task="regression") for name in ("demand", "wild", "absurd", "tiny")
    }
    return {name: {**declared, "score": None} for name, declared in blocks.items()}


def _repeated(project: MonitoredProject) -> dict[str, dict[str, Any]]:
    # ids 10 to 14 stand twice on the second day; the row that was loaded last has the score 0.9
    ids = [*range(10), *range(10, 15), *range(10, 15), None, None]
    scores = [0.1] * 10 + [0.2] * 5 + [0.9] * 5 + [0.3] * 2
    n = len(ids)
    write_table(
        project,
        "scores",
        {
            "id": ("bigint", ids),
            "at": ("timestamp", ["2026-01-01"] * 10 + ["2026-01-02"] * (n - 10)),
            "loaded_at": ("timestamp", ["2026-01-03"] * 15 + ["2026-01-04"] * (n - 15)),
            "score": (DOUBLE, scores),
        },
    )
    # id 10: the last load counts; id 11: withdrawn; id 12: withdrawn and said again;
    # ids 500, 501 and NULL belong to no prediction
    labels = [
        (0, 0, 1), (1, 0, 1), (10, 0, 1), (10, 1, 2), (11, 1, 1), (11, None, 2),
        (12, 1, 1), (12, None, 2), (12, 1, 3), (13, 0, 1), (13, 0, 1), (500, 1, 1), (501, 1, 1),
        (None, 1, 1),
    ]  # fmt: skip
    write_table(
        project,
        "labels",
        {
            "id": ("bigint", [row[0] for row in labels]),
            "label": ("bigint", [row[1] for row in labels]),
            "loaded_at": ("timestamp", [f"2026-01-0{row[2] + 3}" for row in labels]),
        },
    )
    return {
        "shop": block(
            "scores",
            loaded_at="loaded_at",
            reference=REFERENCE,
            labels={"relation": "labels", "label": "label", "loaded_at": "loaded_at"},
        )
    }


def _classes(project: MonitoredProject) -> dict[str, dict[str, Any]]:
    columns: dict[str, Any] = {
        "id": ("bigint", range(6)),
        "at": ("timestamp", ["2026-01-01"] * 3 + ["2026-01-02"] * 3),
        "score_a": (DOUBLE, [0.9, 0.2, 0.3, 0.8, 0.4, 0.5]),
        "score_b": (DOUBLE, [0.1, 0.8, 0.7, 0.2, 0.6, 0.5]),
        "label": ("text", ["a", "b", "b", "a", "a", "fish"]),
    }
    write_table(project, "class_scores", columns)
    score = {"a": "score_a", "b": "score_b"}
    labels = {"label": "label"}
    return {"fish": block("class_scores", task="multiclass", score=score, labels=labels)}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    made = new_project(request.param)
    made.declare(**_types(made), **_regressions(made), **_repeated(made), **_classes(made))
    shown = ("quality", "performance", "confusion", "status")
    run(made, "--select", "shop__labelled", *(f"+ml_monitor__{name}" for name in shown))
    return made


@pytest.fixture(scope="module")
def statuses(project: MonitoredProject) -> Statuses:
    """The row of ml_monitor__status of each monitor."""
    rows = project.query("select * from ml_monitor__status").to_dict("records")
    return {row["monitor"]: {str(name): value for name, value in row.items()} for row in rows}


@pytest.fixture(scope="module")
def matrices(project: MonitoredProject) -> Matrices:
    """How many of each (actual, predicted) each monitor has."""
    found = project.query(
        "select monitor, actual, predicted, sum(n) as n from ml_monitor__confusion "
        "where model_version = 'all' and segment = 'overall' and source = 'realized' "
        "group by monitor, actual, predicted"
    )
    cells: Matrices = {}
    for monitor, actual, predicted, n in found.itertuples(index=False, name=None):
        cells.setdefault(monitor, {})[actual, predicted] = n
    return cells


def test_types_that_differ(statuses: Statuses, matrices: Matrices) -> None:
    # of ten a day: three and four right, two false alarms, one miss
    expected = {
        ("negative", "negative"): 6, ("negative", "positive"): 4,
        ("positive", "positive"): 8, ("positive", "negative"): 2,
    }  # fmt: skip
    for name in TYPES:
        assert matrices[name] == expected, name
        assert statuses[name]["labelled"] == N, name
    assert matrices["classes"] == {
        ("0", "0"): 6, ("0", "1"): 4, ("1", "1"): 8, ("1", "0"): 2,
    }  # fmt: skip


def test_a_regression_with_labels_of_other_types(project: MonitoredProject) -> None:
    found = project.query(
        "select monitor, value, n from ml_monitor__performance "
        "where metric = 'mae' and source = 'realized' and window_start = '2026-01-02'"
    ).set_index("monitor")
    # each prediction is one too small, the last is not labelled
    assert found.loc["demand", "value"] == pytest.approx(1)
    assert found.loc["demand", "n"] == 9
    assert found.loc["wild", "n"] == 10
    assert found.loc["wild", "value"] == pytest.approx((sum(range(11, 20)) + 1e50) / 10)


def test_an_absurd_row_leaves_the_others_of_its_window(
    project: MonitoredProject, statuses: Statuses
) -> None:
    found = project.query(
        "select extract(day from window_start) as day, metric, value, n "
        "from ml_monitor__performance where monitor = 'absurd' and source = 'realized'"
    ).set_index(["metric", "day"])
    value = {day: found["value"].xs(day, level="day") for day in (1, 2)}
    # 0 for 1, 1 for almost nothing, then one too small
    assert value[1]["mae"] == pytest.approx((1 + 1 + 7) / 9)
    assert value[1]["mse"] == pytest.approx(1)
    assert found.loc[("mae", 1), "n"] == 9
    # a label beyond 1e50 is none
    assert value[2]["mae"] == pytest.approx(1)
    assert found.loc[("mae", 2), "n"] == 8
    assert np.isfinite(found["value"].astype(float).dropna()).all()
    assert found["value"].xs(1, level="day").notna().all()
    row = statuses["absurd"]
    assert row["state"] == "attention"
    assert "predictions are not numbers." in row["message"]
    assert quality(project, "absurd")["02", "__prediction__", "not_a_number_rate"][0] == 0.1


def test_errors_near_zero(project: MonitoredProject) -> None:
    found = project.query(
        "select value from ml_monitor__performance "
        "where monitor = 'tiny' and metric = 'mae' and source = 'realized'"
    )
    assert found["value"].tolist() == pytest.approx([1e-170] * 2)


def test_labels_that_belong_to_no_prediction(statuses: Statuses) -> None:
    row = statuses["strangers"]
    assert (row["state"], row["labelled"]) == ("attention", 0)
    assert row["message"].startswith(
        "Labels are there, but none belongs to a prediction: compare labels.id with id."
    )


def test_no_label_yet(statuses: Statuses) -> None:
    row = statuses["unlabelled"]
    assert (row["state"], row["labelled"]) == ("ok", 0)
    assert row["message"].endswith("No label has come yet, so there is no realized performance.")


def test_a_positive_class_that_no_label_has(statuses: Statuses) -> None:
    row = statuses["never_positive"]
    assert (row["state"], row["labelled"]) == ("attention", N)
    assert row["message"].startswith(
        f"None of the {N} labels is 'yes', the declared positive class: "
        "if the labels write it otherwise, correct positive in the declaration."
    )
    assert "positive class" not in statuses["texts"]["message"]


def test_duplicate_ids_and_labels_of_nothing(
    project: MonitoredProject, statuses: Statuses, matrices: Matrices
) -> None:
    # every row is counted as it came; outcomes take one of each id
    found = quality(project, "shop")
    assert found["02", "__row__", "row_count"][0] == 12
    assert found["02", "__row__", "duplicate_id_rate"][0] == pytest.approx(5 / 12)
    assert found["01", "__row__", "duplicate_id_rate"][0] == 0
    rows = project.query("select id, actual, score from shop__labelled where id >= 10 order by id")
    assert rows["id"].tolist() == [10, 11, 12, 13, 14]
    assert rows["score"].tolist() == [0.9] * 5
    known = dict(zip(rows["id"], rows["actual"].where(rows["actual"].notna(), ""), strict=True))
    assert known == {10: "positive", 11: "", 12: "positive", 13: "negative", 14: ""}
    row = statuses["shop"]
    assert (row["predictions"], row["labelled"]) == (22, 5)
    profile = project.query("select sum(n) as n from shop__outcome_profile where part = 'row'")
    assert profile["n"].tolist() == [10 + 5 + 2]
    assert matrices["shop"] == {
        ("negative", "negative"): 2, ("negative", "positive"): 1, ("positive", "positive"): 2,
    }  # fmt: skip


def test_a_label_that_has_no_score_is_left_out_of_the_loss(
    project: MonitoredProject, statuses: Statuses
) -> None:
    assert "1 of the 6 labels are of classes that have no score: " in statuses["fish"]["message"]
    found = project.query(
        "select metric, value, n from ml_monitor__performance "
        "where monitor = 'fish' and class = 'all' and source = 'realized' "
        "and window_start > timestamp '2026-01-01' and metric in ('brier_score', 'log_loss')"
    ).set_index("metric")
    assert found["n"].tolist() == [2, 2]
    squares = [0.2**2 + 0.2**2, 0.6**2 + 0.6**2]
    assert found.loc["brier_score", "value"] == pytest.approx(np.mean(squares), rel=1e-12)
    losses = -np.log([0.8, 0.4])
    assert found.loc["log_loss", "value"] == pytest.approx(losses.mean(), rel=1e-12)
