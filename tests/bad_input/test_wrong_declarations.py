"""Declarations that do not suit the tables: one clear error, and none while parsing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from monitor.project.check import Checked, check
from monitor.project.errors import MonitorError
from tests.bad_input.tables import DOUBLE, block, failures, write_table
from tests.support.project import MonitoredProject, NewProject

COLUMNS: dict[str, Any] = {
    "id": ("bigint", range(12)),
    "at": ("timestamp", ["2026-01-01"] * 6 + ["2026-01-02"] * 6),
    "score": (DOUBLE, [k / 12 for k in range(12)]),
    "amount": (DOUBLE, range(12)),
    "plan": ("text", ["a", "b"] * 6),
}


@dataclass
class Told:
    """What is said of wrong declarations, all of one project.

    Attributes
    ----------
    mistakes : dict of str to list of str
        What the grid of each wrong monitor says: one line a mistake.
    unknown : str
        How dbt ends where a monitor reads what dbt does not know.
    checked : Checked
        What `monitor check` says of that monitor and of labels that belong to nobody.
    """

    mistakes: dict[str, list[str]]
    unknown: str
    checked: Checked


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def told(request: pytest.FixtureRequest, new_project: NewProject) -> Told:
    project = new_project(request.param)
    write_table(project, "scores", COLUMNS)
    outcomes = {"id": ("text", ["3.0", "x", None]), "outcome": ("text", ["no", "yes", "no"])}
    write_table(project, "outcomes", outcomes)
    write_table(project, "late", {"id": ("text", ["99"]), "outcome": ("boolean", ["true"])})
    mistakes = _mistakes(project)

    labels = {"relation": "outcomes", "label": "outcome"}
    project.declare(
        shop=block("scors"),
        matched=block("scores", labels=labels, positive="yes"),
        unmatched=block("scores", labels={**labels, "relation": "late"}),
        default=block("scores", labels=labels),
        words=block("scores", labels={**labels, "id": "outcome"}, positive="yes"),
        times=block("outcomes", labels={"relation": "scores", "id": "at", "label": "id"}),
    )
    with pytest.raises(MonitorError) as raised:
        failures(project)
    return Told(mistakes, str(raised.value), check(project.folder))


@pytest.fixture(scope="module")
def mistakes(told: Told) -> dict[str, list[str]]:
    return told.mistakes


def _mistakes(project: MonitoredProject) -> dict[str, list[str]]:
    sources = "sources: [{name: lake, schema: nowhere, tables: [{name: scores}, {name: labels}]}]"
    (project.folder / "models" / "lake.yml").write_text(sources, encoding="utf-8")
    labels = {"relation": "scores", "label": "outcome", "timestamp": "amount"}
    project.declare(
        column=block("scores", features={"numeric": ["amonut"]}),
        relation=block("lake.scores"),
        text=block("scores", features={"numeric": ["amount", "plan"]}),
        many=block(
            "scores",
            timestamp="score",
            score="plan",
            labels={**labels, "relation": "lake.labels"},
            segments=["region"],
            protected={"gender": {}},
            window="year",
            weights="plan",
            costs={"false_positives": 1, "false_negative": "x"},
        ),
        labels=block("scores", labels=labels),
        nameless=block("scores", labels={"relation": "outcomes"}),
        rolled=block("scores", window="week", roll_up=["month", "day"]),
        twice=block("scores", roll_up=["week", "week", "hour"]),
        training=block("scores", features={"numeric": ["amount"]}, reference={"relation": "empty"}),
        ranking=block(
            "scores",
            task="ranking",
            score={"a": "score"},
            k="5",
            threshold=0.5,
            weights="amount",
        ),
        words=block("scores", task="ranking", group="plan", k=0, labels={"label": "plan"}),
        ranked=block("scores", group="plan", k=3),
        judged=block(
            "scores",
            limits={"method": "learnt", "k": "many", "segment": []},
            incidents=[{"from": "2026-01-05"}, "yesterday"],
            severity={"roc_auc": "grave"},
        ),
        shapes=block("scores", limits=3, incidents="january", severity=["high"]),
        chosen=block(
            "scores",
            features={"numeric": ["amount"]},
            metrics=["hellinger", "roc_auc"],
            baselines=["last"],
            trailing="7",
            attributions={"amount": "shap", "score": "plan"},
        ),
        forms=block("scores", metrics="hellinger_distance", baselines="previous", attributions=[1]),
        shap=block(
            "scores", features={"numeric": ["amount"]}, attributions={"amount": "shap_amount"}
        ),
        right=block("scores", features={"numeric": ["amount"], "categorical": ["plan"]}),
    )
    write_table(project, "empty", {"id": ("bigint", [])})
    failed = failures(project)
    assert {node.split("__")[0] for node in failed} == {
        "column", "relation", "text", "many", "labels", "rolled", "twice", "training", "ranking",
        "words", "ranked", "judged", "shapes", "chosen", "forms", "shap", "nameless",
    }  # fmt: skip
    relation = '"{}"."{}"'.format(project.output.get("dbname", "consumer"), "{}")
    return {
        node.removesuffix("__grid"): [
            line.removeprefix("    - ").replace(relation.format(project.schema), "raw")
            for line in message.splitlines()
            if line.startswith("    - ")
        ]
        for node, message in failed.items()
        if node.endswith("__grid")
    }


def test_unknown_column(mistakes: dict[str, list[str]]) -> None:
    assert mistakes["column"] == [
        "features.numeric: raw.\"scores\" has no column 'amonut'; "
        "its columns are id, at, score, amount, plan; correct the name or add the column"
    ]


def test_unknown_relation(mistakes: dict[str, list[str]]) -> None:
    (mistake,) = mistakes["relation"]
    assert mistake.startswith("predictions: the relation ")
    assert mistake.endswith(
        '"nowhere"."scores" does not exist or has no columns; build it first or correct the name'
    )


def test_text_in_a_numeric_feature(mistakes: dict[str, list[str]]) -> None:
    (mistake,) = mistakes["text"]
    assert mistake.startswith("features.numeric: column 'plan' of raw.\"scores\" is ")
    assert mistake.endswith(
        ", allowed are number, boolean; "
        "declare it under categorical, or cast it in the model that makes it"
    )


def test_every_mistake_at_once(mistakes: dict[str, list[str]]) -> None:
    assert [mistake.split(": ")[0] for mistake in mistakes["many"]] == [
        "window", "costs.false_negative", "costs", "timestamp", "weights", "score", "segments",
        "protected", "labels",
    ]  # fmt: skip
    assert mistakes["many"][0] == "window: 'year' is not one of hour, day, week, month"
    assert [mistake.split(": ")[0] for mistake in mistakes["labels"]] == [
        "labels.label", "labels.timestamp",
    ]  # fmt: skip
    assert "allowed are timestamp, timestamp_with_time_zone, date, text" in mistakes["labels"][1]


def test_labels_without_a_label(mistakes: dict[str, list[str]]) -> None:
    (mistake,) = mistakes["nameless"]
    assert mistake.startswith(
        "labels.label: is missing; labels need the column that holds what came true"
    )


def test_windows_that_do_not_add_up(mistakes: dict[str, list[str]]) -> None:
    assert mistakes["rolled"] == [
        "roll_up: a week may lie in two months; declare window: day to roll up to months",
        "roll_up: 'day' is not longer than window: week; take it out",
    ]
    assert mistakes["twice"] == [
        "roll_up: 'week' is listed twice; take one out",
        "roll_up: 'hour' is not longer than window: day; allowed: week, month",
    ]


def test_how_a_monitor_is_judged(mistakes: dict[str, list[str]]) -> None:
    assert mistakes["judged"] == [
        "limits: 'segment' is not one of method, k, segments",
        "limits.method: 'learnt' is not one of learned, reference_sd",
        "limits.k: 'many' is not a number above 0",
        "incidents[0]: needs from and to, dates such as 2026-01-31",
        "incidents[1]: needs from and to, dates such as 2026-01-31",
        "severity.roc_auc: 'grave' is not one of low, medium, high, critical",
    ]
    assert mistakes["shapes"] == [
        "limits: must be a mapping, such as {method: reference_sd, k: 3}",
        "incidents: must be a list of periods, such as [{from: 2026-01-12, to: 2026-01-14}]",
        "severity: must be a mapping of features or metrics to low, medium, high, critical",
    ]


def test_what_drift_is_measured_by(mistakes: dict[str, list[str]]) -> None:
    not_optional = (
        "is not one of the optional metrics of drift: hellinger_distance, "
        "total_variation_distance, l_infinity_distance, cramer_von_mises_statistic, "
        "anderson_darling_statistic"
    )
    assert mistakes["chosen"][:5] == [
        f"metrics: 'hellinger' {not_optional}",
        f"metrics: 'roc_auc' {not_optional}",
        "baselines: 'last' is not one of reference, season, previous, trailing",
        "trailing: is 7; must be a whole number, at least 1",
        "attributions.score: is not declared under features; correct the name or declare it",
    ]
    assert mistakes["forms"] == [
        "metrics: must be `all` or a list, such as [hellinger_distance]",
        "baselines: must be a list, such as [previous, trailing]",
        "attributions: must be a mapping of features to columns, such as {income: shap_income}",
    ]
    (mistake,) = mistakes["shap"]
    assert mistake.startswith(
        "attributions.amount: raw.\"scores\" has no column 'shap_amount'; its columns are"
    )


def test_what_a_ranking_needs_and_alone_may_have(mistakes: dict[str, list[str]]) -> None:
    assert mistakes["ranking"] == [
        "group: is missing; a ranking monitor needs the column of the query that items are "
        "ranked for",
        "score: is a mapping; a ranking monitor has one score column, name that",
        "threshold: a ranking monitor has none, its items are sorted by score; remove it",
        "weights: a ranking monitor has none, its metrics are means over queries; remove it",
        "k: is 5; must be a whole number, at least 1",
    ]
    assert mistakes["words"][0] == "k: is 0; must be a whole number, at least 1"
    assert mistakes["words"][1].endswith(
        "allowed are number, boolean; cast it in the model that makes it"
    )
    assert mistakes["ranked"] == [
        "group: only a ranking monitor has it, this is binary; remove it",
        "k: only a ranking monitor has it, this is binary; remove it",
    ]


def test_a_reference_needs_the_features(mistakes: dict[str, list[str]]) -> None:
    assert mistakes["training"] == [
        "features.numeric: raw.\"empty\" has no column 'amount'; "
        "its columns are id; correct the name or add the column"
    ]


def test_a_model_that_dbt_does_not_know(told: Told) -> None:
    assert "depends on a node named 'scors' which was not found" in told.unknown
    # `monitor check` says where it stands in the file.
    (problem,) = (one for one in told.checked.problems if "  shop." in one)
    assert re.sub(r":\d+ ", ":7 ", problem) == (
        "dbt_project.yml:7  shop.predictions: dbt knows no model, seed or source 'scors'; "
        "did you mean 'scores'?"
    )


def test_labels_that_belong_to_nobody(told: Told) -> None:
    """Odd data is a warning of `monitor check`, for it may be right tomorrow."""
    checked = told.checked
    found = {}
    for line in checked.warnings + checked.problems:
        place, message = line.split("  ")[1].split(": ", 1)
        found[place] = message
    assert found.pop("default.labels.label").startswith(
        "the positive class '1' (the default) never occurs in 'outcome' of 'outcomes', "
        "which holds 'no', 'yes'; name"
    )
    assert found.pop("unmatched.labels.id").startswith("no label belongs to any prediction: 'id'")
    assert found.pop("times.labels.label").startswith("besides '1', 'id' of 'scores' holds")
    assert len(checked.warnings) == 3
    assert "'outcome' of 'outcomes' holds no number, so" in found.pop("words.labels.id")
    assert ", which are never the same; name" in found.pop("times.labels.id")
    assert not [place for place in found if place.endswith(("labels.id", "labels.label"))]
