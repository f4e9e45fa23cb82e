"""Columns with spaces, quotes, capitals, reserved words, or the name of a role."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bad_input.tables import DOUBLE, REFERENCE, counts, quality, quoted, run, write_table
from tests.support.project import MonitoredProject, NewProject

DAYS = ["2026-01-01"] * 10 + ["2026-01-02"] * 10
# the features bear the names of roles that other columns have
PREDICTIONS: dict[str, Any] = {
    "Prediction ID": ("bigint", range(20)),
    "order": ("timestamp", DAYS),
    "Loaded At": ("timestamp", ["2026-01-03"] * 20),
    "Score %": (DOUBLE, [k / 20 for k in range(20)]),
    "table": ("text", ["one"] * 15 + ["two"] * 5),
    "select": (DOUBLE, range(20)),
    'Order "Value"': (DOUBLE, [k * 2 for k in range(20)]),
    "it's": (DOUBLE, [1] * 20),
    "Grösse": (DOUBLE, [None] * 5 + [2] * 15),
    "GROUP": ("text", ["x", "y"] * 10),
    "id": ("text", ["p"] * 20),
    "version": ("text", ["q"] * 10 + ["r"] * 10),
    "timestamp": ("text", ["s"] * 20),
    "prediction": (DOUBLE, [7] * 20),
    "from": ("text", ["north"] * 12 + ["south"] * 8),
    "User": ("text", ["a"] * 20),
}
LABELS: dict[str, Any] = {
    "Key": ("bigint", range(20)),
    "user": ("bigint", [0, 1] * 10),
    "When": ("timestamp", ["2026-01-03"] * 20),
}
NUMERIC = ["select", 'Order "Value"', "it's", "Grösse", "prediction"]
CATEGORICAL = ["GROUP", "id", "version", "timestamp"]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    made = new_project(request.param)
    write_table(made, "scores", PREDICTIONS)
    write_table(made, "outcomes", LABELS)
    made.declare(
        odd={
            "predictions": "scores",
            "id": "Prediction ID",
            "timestamp": "order",
            "loaded_at": "Loaded At",
            "version": "table",
            "task": "binary",
            # a name in other capitals is found if one column alone is meant
            "score": "SCORE %",
            "labels": {"relation": "outcomes", "id": "Key", "label": "user", "timestamp": "When"},
            "reference": REFERENCE,
            "features": {"numeric": NUMERIC, "categorical": CATEGORICAL},
            "segments": ["from", ["from", "GROUP"]],
            "protected": {"User": {}},
            "min_rows": 5,
        }
    )
    run(made, "--select", "+ml_monitor__quality", "+ml_monitor__confusion", "odd__labelled")
    return made


def test_features_keep_their_names(project: MonitoredProject) -> None:
    found = quality(project, "odd")
    assert {feature for _, feature, _ in found} == {
        *NUMERIC, *CATEGORICAL, "__row__", "__score__", "__prediction__", "__label__",
    }  # fmt: skip
    assert found["02", "select", "mean"][0] == pytest.approx(14.5)
    assert found["02", 'Order "Value"', "mean"][0] == pytest.approx(29)
    assert found["02", "it's", "mean"][0] == pytest.approx(1)
    assert found["01", "Grösse", "null_rate"][0] == pytest.approx(0.5)
    assert found["02", "prediction", "mean"][0] == pytest.approx(7)
    assert found["02", "version", "unseen_rate"] == (1, "alert")
    assert found["02", "id", "unseen_rate"][0] == 0
    assert counts(project, "odd", "timestamp") == {("01", 0): 10, ("02", 0): 10}


def test_roles_are_not_features_of_the_same_name(project: MonitoredProject) -> None:
    rows = project.query(
        "select model_version, sum(n) as n from ml_monitor__feature_profile "
        "where segment = 'overall' and feature = '__row__' group by model_version"
    )
    assert dict(rows.itertuples(index=False, name=None)) == {"one": 15, "two": 5}
    matrix = project.query(
        "select actual, predicted, sum(n) as n from ml_monitor__confusion "
        "where model_version = 'all' and segment = 'overall' and source = 'realized' "
        "group by actual, predicted"
    )
    found = {(a, p): n for a, p, n in matrix.itertuples(index=False, name=None)}
    # scores of 0.5 and more are the last ten, every other label is positive
    assert sorted(found.values()) == [5, 5, 5, 5]
    assert len(found) == 4


def test_segments(project: MonitoredProject) -> None:
    rows = project.query(
        "select segment, segment_value, sum(n) as n from ml_monitor__feature_profile "
        "where feature = '__row__' group by segment, segment_value"
    )
    assert {(s, v): n for s, v, n in rows.itertuples(index=False, name=None)} == {
        ("overall", "all"): 20,
        ("from", "north"): 12,
        ("from", "south"): 8,
        ("from*GROUP", "north*x"): 6,
        ("from*GROUP", "north*y"): 6,
        ("from*GROUP", "south*x"): 4,
        ("from*GROUP", "south*y"): 4,
    }


def test_the_label_join_keeps_the_names(project: MonitoredProject) -> None:
    names = ["select", 'Order "Value"', "it's", "Grösse", "GROUP", "version", "from", "User"]
    listed = ", ".join(quoted(name) for name in names)
    row = project.query(f"select {listed}, actual from odd__labelled where id = 15").iloc[0]
    assert row.tolist() == [15, 30, 1, 2, "y", "r", "south", "a", "positive"]
