"""The declaration: what is accepted, and that every mistake is found at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.declaration import DeclarationError, json_schema, load, read_text
from monitor.project.errors import MonitorError
from tests.support.declared import SOUND, messages, project


def test_sound_block_and_defaults() -> None:
    reading = read_text(project(churn=SOUND))
    assert reading.problems == []
    churn = reading.declarations["churn"]
    assert (churn.window, churn.min_rows, churn.late_by, churn.lookback) == (
        "day",
        100,
        "1 hour",
        60,
    )
    assert (churn.decision_threshold, churn.positive_class) == (0.5, 1)


def test_full_block_is_accepted() -> None:
    full = {
        **SOUND,
        "loaded_at": "_loaded_at",
        "version": "model_version",
        "threshold": 0.4,
        "positive": "yes",
        "labels": {"relation": "raw.labels", "label": "churned", "timestamp": "known_at"},
        "window": "day",
        "roll_up": ["week", "month"],
        "features": {"numeric": ["tenure"], "categorical": ["plan", "region"]},
        "segments": ["region", ["region", "plan"]],
        "protected": {"gender": {"reference": "male"}, "age_band": {}},
        "min_rows": 50,
        "late_by": "2 days",
        "owner": {"name": "growth-ml", "email": "growth-ml@example.com"},
    }
    reading = read_text(project(churn=full))
    assert reading.problems == []
    assert reading.declarations["churn"].label_id == "prediction_id"
    assert reading.declarations["churn"].segment_columns == ["region", "plan"]


def test_a_ranking_is_accepted() -> None:
    ranking = {**SOUND, "task": "ranking", "group": "query_id"}
    reading = read_text(project(search=ranking, feed={**ranking, "k": 3}))
    assert reading.problems == []
    declared = reading.declarations
    assert [declared[name].cut_off for name in ("search", "feed")] == [10, 3]
    # what is wrong with the group is told once
    assert messages(**{**ranking, "group": 5}) == ["churn.group: must be text, is 5"]


def test_every_mistake_at_once_with_its_line() -> None:
    text = """\
name: shop
vars:
  ml_monitor:
    churn:
      predictions: churn_predictions
      timestmp: scored_at
      task: binary
      score: p_churn
      features:
        numerc: [tenure]
        categorical: [p_churn, 4]
      reference: {relatoin: training}
      window: weekly
      min_rows: 0
"""
    problems = [str(problem) for problem in read_text(text).problems]
    misspelt = read_text(text.replace("binary", "binry")).problems
    assert [str(problem) for problem in misspelt if problem.path != "churn.task"] == problems
    assert len(misspelt) == len(problems) + 1
    assert problems == [
        "dbt_project.yml:4  churn.id: the key 'id' is missing; "
        "name the column that is unique for a prediction",
        "dbt_project.yml:6  churn.timestmp: unknown key 'timestmp'; did you mean 'timestamp'?",
        "dbt_project.yml:10  churn.features.numerc: unknown key 'numerc'; did you mean 'numeric'?",
        "dbt_project.yml:11  churn.features.categorical[0]: "
        "'p_churn' is a score, not a feature; take it out",
        "dbt_project.yml:11  churn.features.categorical[1]: must be text, is 4",
        "dbt_project.yml:12  churn.reference.relatoin: unknown key 'relatoin'; "
        "did you mean 'relation'?",
        "dbt_project.yml:13  churn.window: is 'weekly'; did you mean 'week'? "
        "(allowed: hour, day, week, month)",
        "dbt_project.yml:14  churn.min_rows: is 0; must be at least 1",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"task": "regression"}, "churn.task: a regression needs 'prediction'"),
        ({"task": "regression", "prediction": "p"}, "churn.score: a regression has no score"),
        ({"score": {"a": "x", "b": "y"}}, "churn.score: a binary model has one score column"),
        ({"task": "multiclass"}, "churn.score: a multiclass model has one score column a class"),
        ({"task": "multiclass", "score": {"a": "x"}}, "churn.score: name the score columns of"),
        ({"score": None}, "churn.task: a binary model needs 'score' or 'prediction'"),
        (
            {"score": None, "prediction": "p", "threshold": 0.5},
            "churn.threshold: a threshold needs",
        ),
        ({"prediction": "p", "threshold": 0.5}, "churn.threshold: 'prediction' already says"),
        (
            {"task": "multiclass", "score": None, "prediction": "p", "positive": 1},
            "churn.positive: only a binary model",
        ),
        (
            {"features": {"numeric": ["a"], "categorical": ["a"]}},
            "churn.features.categorical[0]: 'a' is also numeric",
        ),
        ({"features": {"numeric": ["a", "a"]}}, "churn.features.numeric[1]: 'a' is listed twice"),
        (
            {"labels": {"label": "y"}, "features": {"numeric": ["y"]}},
            "churn.features.numeric[0]: 'y' is the label",
        ),
        ({"segments": [["a", "a"]]}, "churn.segments[0]: a combination has at least two"),
        ({"segments": ["a", "a"]}, "churn.segments[1]: the same segment as segments[0]"),
        (
            {"segments": [["a", "b"], ["b", "a"]]},
            "churn.segments[1]: the same segment as segments[0]",
        ),
        ({"roll_up": ["week", "week"]}, "churn.roll_up[1]: 'week' is listed twice; take one out"),
        (
            {"roll_up": ["day"]},
            "churn.roll_up[0]: 'day' is not longer than window: day; allowed: week, month",
        ),
        (
            {"window": "week", "roll_up": ["month"]},
            "churn.roll_up[0]: a week may lie in two months; declare window: day",
        ),
        (
            {"window": "week", "roll_up": ["week"]},
            "churn.roll_up[0]: 'week' is not longer than window: week; take it out",
        ),
        ({"roll_up": ["weak"]}, "churn.roll_up[0]: is 'weak'; did you mean 'week'?"),
        ({"roll_up": "week"}, "churn.roll_up: must be a list, such as [a, b], is 'week'"),
        (
            {"window": "month"},
            "churn.reference.from: 2026-01-05 is not the 1st",
        ),
        (
            {"window": "week", "reference": {"from": "2026-01-06", "to": "2026-02-02"}},
            "churn.reference.from: 2026-01-06 is not a Monday",
        ),
        (
            {"reference": {"from": "2026-02-02", "to": "2026-02-02"}},
            "churn.reference.to: 2026-02-02 is not after from",
        ),
        (
            {"reference": {"from": "2026-01-05", "to": "2026-02-02", "relation": "training"}},
            "churn.reference.from: a reference with a relation has no 'from'; keep either",
        ),
        ({"task": "ranking"}, "churn.task: a ranking needs 'group', the column of the query"),
        (
            {"task": "ranking", "group": "q", "score": None},
            "churn.task: a ranking needs 'score', the column that items are sorted by",
        ),
        (
            {"task": "ranking", "group": "q", "score": {"a": "x", "b": "y"}},
            "churn.score: a ranking has one score column",
        ),
        (
            {"task": "ranking", "group": "q", "prediction": "p"},
            "churn.prediction: a ranking has no prediction, 'score' says the order; remove it",
        ),
        (
            {"task": "ranking", "group": "q", "weights": "w"},
            "churn.weights: a ranking has no weights, its metrics are means over queries; remove",
        ),
        ({"task": "ranking", "positive": 1}, "churn.positive: only a binary model has a positive"),
        ({"task": "ranking", "threshold": 0.5}, "churn.threshold: only a binary model has one"),
        ({"group": "q"}, "churn.group: only a ranking has a group, this is binary; remove it"),
        ({"k": 10}, "churn.k: only a ranking has a cut-off, this is binary; remove it"),
        ({"task": "ranking", "group": "q", "k": 0}, "churn.k: is 0; must be at least 1"),
        ({"task": "ranking", "group": "q", "k": 2.5}, "churn.k: must be a whole number, is 2.5"),
        (
            {"task": "ranking", "group": "q", "features": {"categorical": ["q"]}},
            "churn.features.categorical[0]: 'q' is the group, not a feature; take it out",
        ),
        ({"late_by": "1h"}, "churn.late_by: is '1h'; write a number and a unit"),
        ({"threshold": True}, "churn.threshold: must be a number, is true"),
        ({"predictions": "a.b.c"}, "churn.predictions: is 'a.b.c'; write a model or seed"),
        ({"weights": 2}, "churn.weights: must be text, is 2"),
        ({"costs": {}}, "churn.costs: is empty; give at least one cost, such as"),
        ({"costs": {"false_positve": 1}}, "churn.costs.false_positve: unknown key"),
        ({"costs": {"false_positive": "x"}}, "churn.costs.false_positive: must be a number"),
        (
            {"task": "multiclass", "score": None, "prediction": "p", "costs": {"true_positive": 1}},
            "churn.costs: only a binary model has costs",
        ),
    ],
)
def test_rules(changes: dict[str, object], expected: str) -> None:
    found = messages(**changes)
    assert any(message.startswith(expected) for message in found), found


def test_names() -> None:
    for name in ("Churn", "1a", "a-b", "ml_monitor", "a\n"):
        assert read_text(project(**{name: SOUND})).problems, name
    reading = read_text(project(a={**SOUND, "predictions": "b__grid"}, b=SOUND))
    assert [p.path for p in reading.problems] == ["a.predictions"]
    assert list(reading.declarations) == ["b"]


def test_repeated_keys_anchors_and_wrong_shapes() -> None:
    repeated = project(churn=SOUND) + "    churn: {}\n"
    assert any("written twice" in p.message for p in read_text(repeated).problems)
    anchored = (
        "name: shop\nvars:\n  ml_monitor:\n    a: &a {predictions: p, id: i, timestamp: t, "
        "task: binary, score: s, reference: {relation: r}}\n    b: {<<: *a, score: 5}\n"
    )
    assert [str(p) for p in read_text(anchored).problems] == [
        "dbt_project.yml:5  b.score: must be text, is 5"
    ]
    assert "must be a mapping" in read_text(project(churn=3)).problems[0].message
    assert read_text("name: shop\n").declarations == {}


def test_declarations_hidden_under_a_project() -> None:
    hidden = project(churn=SOUND).replace("  ml_monitor:", "  shop:\n   ml_monitor:")
    assert [str(problem) for problem in read_text(hidden).problems] == [
        "dbt_project.yml:4  vars.shop.ml_monitor: what stands under one project is hidden from "
        "the package's own models; move it to vars.ml_monitor"
    ]


def test_demo_blocks_belong_to_the_package_only() -> None:
    text = project(churn={**SOUND, "demo": True})
    assert read_text(text).declarations == {}
    assert list(read_text(text.replace("shop", "ml_monitor")).declarations) == ["churn"]


def test_load(tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match=r"holds no dbt_project\.yml"):
        load(tmp_path)
    (tmp_path / "dbt_project.yml").write_text(project(churn={**SOUND, "id": 5}))
    with pytest.raises(DeclarationError, match=r"churn\.id: must be text, is 5"):
        load(tmp_path)
    (tmp_path / "dbt_project.yml").write_text("a: [")
    with pytest.raises(MonitorError, match=r"dbt_project\.yml:\d+  not valid YAML"):
        load(tmp_path)


def test_json_schema_knows_the_yaml_keys() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]["ReferencePeriod"]["properties"]) == {"from", "to"}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*SOUND, "features", "labels", "from"]), inner)
        ),
        max_leaves=8,
    ),
    st.sampled_from(
        [
            *SOUND,
            "group",
            "k",
            "features",
            "segments",
            "labels",
            "protected",
            "owner",
            "thresholds",
            "costs",
            "limits",
            "incidents",
            "severity",
            "extra",
        ]
    ),
)
def test_nothing_a_user_writes_crashes(value: object, key: str) -> None:
    reading = read_text(project(churn={**SOUND, key: value}))
    assert reading.problems or "churn" in reading.declarations
