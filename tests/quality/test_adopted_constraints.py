"""The YAML of `monitor constraints` is taken as it is printed, whatever a monitor watches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from monitor.cli import main
from monitor.declaration import load
from monitor.declaration.schema import DERIVED_MEASURES
from monitor.project.constraints import as_yaml, read_constraints
from monitor.warehouse import Warehouse
from tests.support.declared import messages
from tests.support.project import MonitoredProject, NewProject

FEATURES = {
    "numeric": ["x", "odd", "empty", "yes"],
    "categorical": ["c", "flag", "nothing", "a: b, [c]"],
    "text": ["comment"],
    "date": ["signed"],
    "array": ["items"],
    "embedding": ["vec"],
}
COLUMNS = {"text": "comment", "date": "signed", "array": "items", "embedding": "vec"}
DERIVED = [f"{COLUMNS[kind]}__{one}" for kind, ones in DERIVED_MEASURES.items() for one in ones]


def block(**changes: Any) -> dict[str, Any]:
    return {
        "predictions": "raw.scores",
        "id": "id",
        "timestamp": "at",
        "reference": {"from": "2026-01-01", "to": "2026-01-09"},
        "features": FEATURES,
        "attributions": {"x": "shap_x"},
        "min_rows": 50,
        **changes,
    }


BLOCKS = {
    "binary": block(task="binary", score="score", segments=["comment__length"]),
    "multiclass": block(
        task="multiclass", score={"a": "score", "b": "shap_x"}, prediction="c", features={}
    ),
    "regression": block(task="regression", prediction="score"),
    "ranking": block(task="ranking", score="score", group="query"),
}
BLOCKS["multiclass"].pop("attributions")


def rows() -> pd.DataFrame:
    """Nine days of 120 rows; on the last the text of all is long, and the attribution high."""
    number = pd.Series(range(1080))
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "id": number,
            "query": number // 10,
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(number // 120, unit="D"),
            "score": 0.3 + 0.001 * (number % 7),
            "x": rng.normal(size=1080),
            "odd": rng.choice([1e300, np.inf, -np.inf, 5e-7, 2.5e15], 1080),
            "empty": np.nan,
            "yes": (number % 3).astype(float),
            "c": number.map(lambda one: ["a", "b", "true", ""][one % 4]),
            "flag": number % 2 == 0,
            "nothing": pd.Series([None] * 1080, dtype="object"),
            "a: b, [c]": number.map(lambda one: ["1", "it's", "x, 'y'", "null", "ä"][one % 5]),
            "comment": number.map(lambda one: "word " * (one % 4)),
            # of another type than the numeric feature of its name that is derived from comment
            "comment__length": "short",
            "signed": pd.Timestamp("2025-12-01") + pd.to_timedelta(number % 9, unit="D"),
            "shap_x": rng.normal(size=1080),
        }
    )
    frame.loc[number >= 960, "comment"] = "word " * 50
    frame.loc[number >= 960, "shap_x"] = 99.0
    return frame


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def shop(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    made: MonitoredProject = new_project(request.param)
    made.load("scores", rows())
    of = "double" if made.engine == "duckdb" else "double precision"
    made.execute(f"alter table scores add column items {of}[]")
    made.execute(f"alter table scores add column vec {of}[]")
    made.execute(
        "update scores set vec = array[1.5, score, x], "
        "items = case when id % 2 = 0 then array[1.0, 2.0] else array[3.0] end"
    )
    made.declare(**BLOCKS)
    made.build("--select", "+ml_monitor__quality", "ml_monitor__constraints")
    return made


def printed(shop: MonitoredProject, monitor: str) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["constraints", monitor, "--project-dir", str(shop.folder)])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = yaml.safe_load(result.output)["constraints"]
    return found


def printed_of_all(shop: MonitoredProject) -> dict[str, dict[str, Any]]:
    """What the command would print of each monitor, of a project that is parsed once."""
    declarations = load(shop.folder)
    with Warehouse.from_project(shop.folder) as warehouse:
        texts = {
            name: as_yaml(read_constraints(warehouse, name, declarations[name])) for name in BLOCKS
        }
    return {name: yaml.safe_load(text)["constraints"] for name, text in texts.items()}


def test_what_is_printed_is_taken_and_holds(shop: MonitoredProject) -> None:
    adopted = {name: printed(shop, name) for name in BLOCKS}
    for name in ("binary", "regression", "ranking"):
        assert set(DERIVED) < set(adopted[name]), name
        assert "__attribution__x" in adopted[name]
        assert adopted[name]["empty"]["null_rate"] == 1
        assert adopted[name]["nothing"]["null_rate"] == 1
    assert {"__score__", "__prediction__"} < set(adopted["binary"])
    assert {"__score__", "__prediction__"} < set(adopted["multiclass"])
    assert "type" not in adopted["binary"]["comment__length"]
    assert adopted["binary"]["x"]["type"] == "number"

    shop.declare(**{name: {**BLOCKS[name], "constraints": adopted[name]} for name in BLOCKS})
    checked = CliRunner().invoke(main, ["check", "--project-dir", str(shop.folder)])
    assert checked.exit_code == 0, checked.output
    shop.build("--select", "+ml_monitor__quality", "ml_monitor__constraints")
    assert printed(shop, "binary") == adopted["binary"]
    assert printed_of_all(shop) == adopted

    checks = shop.query("select * from ml_monitor__constraint_checks")
    for name in BLOCKS:
        own = checks[checks["monitor"] == name]
        expected = {
            (feature, one)
            for feature, wanted in adopted[name].items()
            for one in wanted
            if one != "type"
        }
        assert set(zip(own["feature"], own["constraint_type"], strict=True)) == expected, name
    checks["day"] = pd.to_datetime(checks["window_start"]).dt.day
    alerts = checks[(checks["verdict"] == "alert") & (checks["constraint_type"] != "fresh_within")]
    assert set(alerts["day"]) == {9}
    broken = set(alerts.loc[alerts["monitor"] == "binary", "feature"])
    assert {"comment__length", "comment__words", "__attribution__x"} <= broken
    in_quality = shop.query(
        "select feature from ml_monitor__quality where metric = 'violated_constraints' "
        "and verdict = 'alert' and monitor = 'binary'"
    )
    assert broken <= set(in_quality["feature"])


def test_learned_constraints_that_contradict_declared_ones_are_not_printed(
    shop: MonitoredProject,
) -> None:
    shop.declare(binary={**BLOCKS["binary"], "constraints": {"x": {"minimum": 9}}})
    found = printed(shop, "binary")["x"]
    assert found["minimum"] == 9
    assert "maximum" not in found


def test_what_a_derived_feature_has_not() -> None:
    def told(**wanted: object) -> list[str]:
        return messages(
            features={"text": ["note"], "numeric": ["x"]},
            attributions={"x": "shap"},
            constraints=wanted,
        )

    of_derived = "a derived feature has only null_rate, minimum, maximum, monotone; take it out"
    assert told(note__length={"minimum": 0}, __attribution__x={"maximum": 1}) == []
    assert told(note__length={"type": "number"}) == [
        f"churn.constraints.note__length.type: {of_derived}"
    ]
    (message,) = told(note={"minimum": 0})
    assert message.startswith(
        "churn.constraints.note: 'note' is neither a feature nor __row__; its numbers are: "
        "note__length, note__is_empty"
    )
    (message,) = told(__attribution__y={"minimum": 0})
    assert "did you mean '__attribution__x'?" in message
