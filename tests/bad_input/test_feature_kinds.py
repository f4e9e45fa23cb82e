"""Columns that no feature can be made of, or only another kind: told by both validators."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.project.check import check
from monitor.project.feature_kinds import proposal
from monitor.warehouse import ColumnType
from tests.bad_input.tables import DOUBLE, block, failures, write_table
from tests.support.project import MonitoredProject, NewProject

COLUMNS: dict[str, Any] = {
    "id": ("bigint", range(12)),
    "at": ("timestamp", ["2026-01-01"] * 6 + ["2026-01-02"] * 6),
    "score": (DOUBLE, [k / 12 for k in range(12)]),
    "amount": (DOUBLE, range(12)),
    "note": ("text", ["a", "b"] * 6),
    "paid_on": ("date", ["2026-01-01"] * 12),
    "payload": ("json", ['{"a": 1}'] * 12),
    "waited": ("interval", ["1 day"] * 12),
}
FEATURES: dict[str, dict[str, list[str]]] = {
    "json": {"categorical": ["payload"]},
    "interval": {"numeric": ["waited"]},
    "json_text": {"text": ["payload"]},
    "number": {"text": ["amount"]},
    "words": {"date": ["note"]},
    "date": {"numeric": ["paid_on"]},
    "tags": {"numeric": ["tags"]},
    "vector": {"embedding": ["tags"]},
    "numbers": {"categorical": ["vector"]},
    "plain": {"embedding": ["note"]},
    "clash": {"text": ["note", "note"]},
}
MONITORS = (*FEATURES, "training", "unlabelled", "unsure")


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    engine, project = request.param, new_project(request.param)
    write_table(project, "plain_scores", COLUMNS)
    tags, vector = ("['a']", "[1.5]") if engine == "duckdb" else ("array['a']", "array[1.5]")
    number = "double" if engine == "duckdb" else "double precision"
    (project.folder / "models" / "scores.sql").write_text(
        "{{ config(materialized='table') }}\n"
        f"select *, cast({tags} as text[]) as tags, cast({vector} as {number}[]) as vector "
        "from {{ ref('plain_scores') }}",
        encoding="utf-8",
    )
    write_table(project, "training", {name: COLUMNS[name] for name in ("score", "paid_on")})
    project.declare(
        **{name: block("scores", features=features) for name, features in FEATURES.items()},
        training=block(
            "scores", features={"date": ["paid_on"]}, reference={"relation": "training"}
        ),
        unlabelled=block("scores", effects=True),
        unsure=block("scores", effects="yes"),
    )
    return project


def test_the_build_tells(project: MonitoredProject) -> None:
    grids = [f"+{name}__grid" for name in MONITORS]
    failed = failures(project, "--select", *grids)
    told = {name.removesuffix("__grid"): message for name, message in failed.items()}
    assert set(told) == set(MONITORS)
    cannot = (
        "; columns of this type cannot be monitored: derive numbers, texts, times or arrays from "
        "it in the model that makes it, or take it out"
    )
    cast = "cast it in the model that makes it"
    for name, place, end in (
        ("json", "features.categorical: column 'payload' of", cannot),
        ("interval", "features.numeric: column 'waited' of", cannot),
        ("json_text", "features.text: column 'payload' of", cannot),
        (
            "number",
            "features.text: column 'amount'",
            f"declare it under numeric or categorical, or {cast}",
        ),
        ("words", "features.date: column 'note' of", f"timestamp_with_time_zone; {cast}"),
        (
            "date",
            "features.numeric: column 'paid_on'",
            f"declare it under date or categorical, or {cast}",
        ),
        ("tags", "features.numeric: column 'tags' of", f"declare it under array, or {cast}"),
        (
            "vector",
            "features.embedding: column 'tags' of",
            "allowed are array of numbers; declare it under array, or " + cast,
        ),
        (
            "numbers",
            "features.categorical: column 'vector' of",
            f"declare it under embedding or array, or {cast}",
        ),
        (
            "plain",
            "features.embedding: column 'note' of",
            f"declare it under text or categorical, or {cast}",
        ),
        (
            "clash",
            "features.text: the feature 'note__length' that is derived from 'note'",
            "list the column once",
        ),
        (
            "training",
            "timestamp: ",
            "has no column 'at'; its columns are score, paid_on; "
            "correct the name or add the column",
        ),
        ("unlabelled", "effects: counts what came true by feature", "declare them, or take it out"),
        ("unsure", "effects: is 'yes'", "must be true or false"),
    ):
        lines = [line for line in told[name].splitlines() if line.startswith("    - ")]
        assert lines[0].startswith(f"    - {place}"), name
        assert lines[0].endswith(end), name


def test_the_check_tells(project: MonitoredProject) -> None:
    failures(project, "--select", "scores", "plain_scores", "training")
    found = check(project.folder, str(project.folder)).problems
    told = {
        line.split("  ", 1)[1].split(".")[0]: line.split(": ", 1)[1]
        for line in found
        if "  " in line
    }
    cannot = (
        ", a type that cannot be monitored; derive numbers, texts, times or arrays from it in the "
        "model, or take it out"
    )
    assert set(told) == set(MONITORS)
    for name, column, end in (
        ("json", "payload", cannot),
        ("interval", "waited", cannot),
        ("json_text", "payload", cannot),
        (
            "number",
            "amount",
            ", not a text; list it under numeric or categorical or cast it in the model",
        ),
        ("words", "note", ", not a date or a time; cast it in the model"),
        ("date", "paid_on", ", not a number; list it under date or cast it in the model"),
        ("tags", "tags", "[], not a number; list it under array or cast it in the model"),
        (
            "vector",
            "tags",
            "[], not an array of numbers; list it under array or cast it in the model",
        ),
        (
            "numbers",
            "vector",
            "[], not a category; list it under embedding or array or cast it in the model",
        ),
        (
            "plain",
            "note",
            ", not an array of numbers; list it under categorical or cast it in the model",
        ),
    ):
        assert told[name].startswith(f"'{column}' of 'scores' is "), name
        assert told[name].endswith(end), name
    assert told["clash"] == "'note' is listed twice; take one out"
    assert told["training"].startswith("'training' has no column 'at'")
    assert told["unlabelled"].startswith("counts what came true by feature, which needs 'labels'")
    assert "true or false" in told["unsure"]


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("VARCHAR", "its length and characters, declare it with features: {text: [x]}"),
        ("TIMESTAMP", "its age, declare it with features: {date: [x]}"),
        ("FLOAT[384]", "its norm and centroid, declare it with features: {embedding: [x]}"),
        ("VARCHAR[]", "its length, declare it with features: {array: [x]}"),
        ("STRUCT(a INTEGER)", None),
    ],
)
def test_init_proposes_what_it_leaves_out(type_: str, expected: str | None) -> None:
    found = proposal(ColumnType("x", type_))
    assert found == (f"to watch {expected}" if expected else None)
