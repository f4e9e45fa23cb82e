"""Too many segments: both validators say so before anything is counted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from monitor.project.check import check
from monitor.registry import segment_limits
from tests.bad_input.tables import failures
from tests.support.declared import messages
from tests.support.project import Block, MonitoredProject, NewProject

BLOCK: Block = {
    "predictions": "raw.rows",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "reference": {"from": "2026-01-05", "to": "2026-01-06"},
}
SEARCHED = {"segments": ["a", "b", "c"], "find_segments": True}
BLOCKS: dict[str, Block] = {
    # of a 50 values and (other) are counted: 51 * 13 * 6
    "wide": {**BLOCK, "segments": ["a", ["a", "b"], ["a", "b", "c"]]},
    "together": {**BLOCK, "segments": [["a", "b"], ["a", "d"], ["a", "e"], ["b", "d"]]},
    "cells": {**BLOCK, **SEARCHED, "segment_values": 100},
    "lower": {
        **BLOCK,
        "features": {"numeric": ["x"]},
        "segments": [["a", "b", "c"], ["x", "b", "c"], "x"],
        "segment_values": 9,
    },
}
ROWS = 8000


def _rows() -> pd.DataFrame:
    number = np.arange(2 * ROWS)
    return pd.DataFrame(
        {
            "id": number,
            "at": pd.Timestamp("2026-01-05") + pd.to_timedelta(number // ROWS, unit="D"),
            "score": np.random.default_rng(0).random(2 * ROWS).round(2),
            "x": np.random.default_rng(1).normal(size=2 * ROWS),
            "a": [f"a{value}" for value in number % 90],
            "b": [f"b{value}" for value in number // 90 % 13],
            "c": [f"c{value}" for value in number // 1170 % 6],
            "d": [f"d{value}" for value in number % 19],
            "e": [f"e{value}" for value in number % 15],
        }
    )


class Refused(NamedTuple):
    project: MonitoredProject
    failed: dict[str, str]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def refused(request: pytest.FixtureRequest, new_project: NewProject) -> Refused:
    project = new_project(request.param)
    project.load("rows", _rows())
    project.declare(**BLOCKS)
    kinds = [f"{name}__*" for name in BLOCKS]
    return Refused(project, failures(project, "--select", *kinds))


TOO_WIDE = (
    "'a*b*c' makes about 3,978 segments (a: 51, b: 13, c: 6), at most 1,000 are allowed; "
    "lower segment_values, which is 50, or take a column out"
)
TOO_MANY = (
    "together they make about 2,644 segments, at most 2,500 are allowed; "
    "lower segment_values, which is 50, or take a segment out"
)


def test_the_grid_is_not_fitted(refused: Refused) -> None:
    assert set(refused.failed) == {"wide__grid", "together__grid", "cells__segment_profile"}
    assert f"- segments: {TOO_WIDE}" in refused.failed["wide__grid"]
    assert f"- segments: {TOO_MANY}" in refused.failed["together__grid"]


def test_other_monitors_are_profiled(refused: Refused) -> None:
    """The product is what counts: 10 * 10 * 6 values are few enough, and so are 12 bands' 720."""
    counted = refused.project.query(
        "select count(distinct segment_value) as n from lower__feature_profile "
        "where segment = 'a*b*c' and feature = '__row__'"
    )
    assert counted["n"][0] == 10 * 10 * 6
    found = refused.project.query(
        "select sum(n) as n from cells__feature_profile where feature = '__row__' and segment = 'a'"
    )
    assert found["n"][0] == 2 * ROWS


def test_cells_of_the_search(refused: Refused) -> None:
    cells = 90 * 13 * 6
    assert cells > segment_limits()["cells"] == 5000
    expected = (
        f"its 3 segment columns (a, b, c) make {cells:,} combinations in one window, "
        "at most 5,000 are searched; lower segment_values, which is 100, or take a column out"
    )
    assert expected in refused.failed["cells__segment_profile"]


def test_check_says_the_same(refused: Refused) -> None:
    found = {}
    for line in check(refused.project.folder).problems:
        place, message = line.split("  ")[1].split(": ", 1)
        found[place] = message
    assert found["wide.segments[2]"] == TOO_WIDE
    assert found["together.segments"] == TOO_MANY
    assert found["cells.find_segments"].startswith("the 3 segment columns (a, b, c) make ")
    assert {place.split(".")[0] for place in found} == {"wide", "together", "cells"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"segments": ["a"], "segment_values": 1},
            "churn.segment_values: is 1; must be at least 2",
        ),
        ({"segments": ["a"], "segment_values": "many"}, "churn.segment_values: "),
        ({"segments": ["a"], "find_segments": "yes"}, "churn.find_segments: "),
        ({"segment_values": 20}, "churn.segment_values: no segments are declared; name"),
        ({"find_segments": True}, "churn.find_segments: no segments are declared; name"),
        (
            {"segments": ["a"], "find_segments": True, "reference": {"relation": "training"}},
            "churn.find_segments: compares with the windows of the reference, and a relation",
        ),
    ],
)
def test_how_the_keys_are_written(changes: Block, expected: str) -> None:
    (message,) = messages(**changes)
    assert message.startswith(expected)
    assert messages(segments=["a"], segment_values=2, find_segments=True) == []
