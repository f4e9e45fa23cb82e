"""Constraints: what is learned, what is declared, what breaks it, and the YAML to adopt."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner

from monitor.cli import main
from monitor.declaration import read_text
from tests.support.declared import messages, project
from tests.support.project import MonitoredProject, NewProject

FIRST_DAY = pd.Timestamp("2026-01-01")
FEATURES = {"numeric": ["x", "sequence"], "categorical": ["c", "wide"]}
DECLARED = {
    "x": {"minimum": 0, "maximum": 9, "null_rate": 0.02},
    "sequence": {"monotone": True},
    "c": {"domain": ["a", "b"]},
    "wide": {"domain": ["a", "b", "later"], "type": "text"},
    "__row__": {"unique": True, "minimum_rows": 100, "fresh_within": "1 day"},
}


def block(**changes: Any) -> dict[str, Any]:
    return {
        "predictions": "raw.scores",
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "score": "score",
        "reference": {"from": "2026-01-01", "to": "2026-01-08"},
        "features": FEATURES,
        "min_rows": 50,
        **changes,
    }


def rows() -> pd.DataFrame:
    """Ten days of 120 rows; the eighth, ninth and tenth break what is declared."""
    number = pd.Series(range(1200))
    frame = pd.DataFrame(
        {
            "id": number,
            "at": FIRST_DAY + pd.to_timedelta(number // 120, unit="D"),
            "score": 0.3 + 0.001 * (number % 7),
            "x": (number % 10).astype(float),
            "sequence": number.astype(float),
            "c": number.map(lambda one: "ab"[one % 2]),
            "wide": number.map(lambda one: "ab"[one % 3 == 0]),
        }
    )
    day = number // 120
    frame.loc[840, "x"] = -5.0
    frame.loc[frame.index[day == 7][:3], "c"] = "z"
    frame.loc[frame.index[day == 7][:4], "wide"] = "later"
    frame.loc[frame.index[day == 8][:6], "x"] = None
    frame.loc[961, "id"] = 960
    frame.loc[day == 8, "sequence"] -= 1000
    is_kept = (day != 9) | (number % 2 == 0)
    return frame[is_kept & (number != 600)].reset_index(drop=True)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def shop(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    made = new_project(request.param)
    made.declare(plain=block(), strict=block(constraints=DECLARED))
    made.load("scores", rows())
    made.build("--select", "+ml_monitor__quality", "ml_monitor__constraints")
    return made


@pytest.fixture(scope="module")
def checks(shop: MonitoredProject) -> pd.DataFrame:
    found = shop.query("select * from ml_monitor__constraint_checks")
    assert set(found["monitor"]) == {"strict"}
    found["day"] = (pd.to_datetime(found["window_start"]) - FIRST_DAY).dt.days
    return found.set_index(["feature", "constraint_type", "day"]).sort_index()


def test_what_breaks_a_declared_constraint(checks: pd.DataFrame) -> None:
    alerts = checks[checks["verdict"] == "alert"]
    expected = {
        ("x", "minimum", 7): -5,
        ("x", "null_rate", 8): 6 / 120,
        ("sequence", "monotone", 8): -40,
        ("c", "domain", 7): 3,
        ("__row__", "unique", 8): 1,
        ("__row__", "minimum_rows", 9): 60,
    }
    fresh = alerts.loc[("__row__", "fresh_within")]
    assert list(fresh.index) == [9], "no row since, by the clock of the last run"
    assert float(fresh["value"].iloc[0]) > 24
    found = alerts.drop(index=("__row__", "fresh_within", 9))["value"].astype(float).to_dict()
    assert found == pytest.approx(expected)


def test_what_cannot_be_told_is_never_ok(checks: pd.DataFrame) -> None:
    """Values that the reference never had share a bin, be they declared or not."""
    wide = checks.loc[("wide", "domain", 7)]
    assert (wide["verdict"], bool(wide["is_exact"])) == ("insufficient_data", False)
    assert "of 4 rows the bins do not tell" in wide["reason"]
    assert checks.loc[("wide", "domain", 6), "verdict"] == "ok"
    assert checks.loc[("sequence", "monotone", 0), "verdict"] == "not_applicable"
    assert checks.loc[("__row__", "minimum_rows", 5), "value"] == 119


def test_a_broken_constraint_is_one_alert_of_quality(shop: MonitoredProject) -> None:
    found = shop.query(
        "select feature, window_start, value, verdict, reason from ml_monitor__quality "
        "where metric = 'violated_constraints' and monitor = 'strict'"
    )
    found["day"] = (pd.to_datetime(found["window_start"]) - FIRST_DAY).dt.days
    by_key = found.set_index(["feature", "day"])
    assert by_key.loc[("__row__", 9), "value"] == 2
    alerts = set(by_key[by_key["verdict"] == "alert"].index)
    broken = {("x", 7), ("x", 8), ("c", 7), ("sequence", 8), ("__row__", 8), ("__row__", 9)}
    assert alerts == broken
    # the reason names them, with what was found
    for key, told in {
        ("x", 7): "values from 0 to 9 are allowed (least -5)",
        ("x", 8): "a share of NULLs up to 0.02 is allowed (share 0.05)",
        ("c", 7): "only a, b are allowed (3 rows)",
        ("sequence", 8): "no value below those of the window before is allowed (least -40)",
        ("__row__", 8): "no repeated id is allowed (1 row)",
    }.items():
        assert by_key.loc[key, "reason"] == told
    both = by_key.loc[("__row__", 9), "reason"].split(", ")
    assert both[0] == "at least 100 rows a window are wanted (60 rows)"
    assert both[1].startswith("rows are wanted within 1 day (")
    assert set(by_key.loc["wide"]["verdict"]) == {"ok", "insufficient_data"}


def test_what_the_reference_suggests(shop: MonitoredProject) -> None:
    found = shop.query("select * from ml_monitor__constraints")
    keys = ["monitor", "feature", "constraint_type"]
    learned = found.set_index(keys).sort_index()
    plain = learned.loc["plain"]
    assert set(plain["source"]) == {"learned"}
    assert float(plain.loc[("x", "minimum"), "value"]) == 0
    assert float(plain.loc[("x", "maximum"), "value"]) == 9
    assert plain.loc[("c", "domain"), "value_text"] == "a, b"
    assert plain.loc[("x", "type"), "value_text"] == "number"
    assert plain.loc[("wide", "type"), "value_text"] == "text"
    assert 0.02 <= float(plain.loc[("x", "null_rate"), "value"]) < 0.1
    assert ("sequence", "monotone") in plain.index
    assert ("x", "monotone") not in plain.index
    assert plain.loc[("__row__", "unique"), "value_text"] == "true"
    assert plain.loc[("__row__", "fresh_within"), "value_text"] == "25 hours"
    assert (plain["learned_rows"] == 839).all()
    assert (plain["learned_windows"] == 7).all()
    strict = learned.loc["strict"]
    declared = strict[strict["source"] == "declared"]
    assert set(declared.index) == {(f, name) for f, wanted in DECLARED.items() for name in wanted}
    assert strict.loc[("x", "maximum"), "value_text"] == "9"
    assert strict.loc[("__row__", "fresh_within"), "value"] == 24
    assert found.set_index(keys).index.is_unique


def test_the_yaml_can_be_adopted(shop: MonitoredProject) -> None:
    result = CliRunner().invoke(main, ["constraints", "plain", "--project-dir", str(shop.folder)])
    assert result.exit_code == 0, result.output
    adopted = yaml.safe_load(result.output)["constraints"]
    assert adopted["c"]["domain"] == ["a", "b"]
    assert adopted["__row__"]["unique"] is True
    assert read_text(project(plain=block(constraints=adopted))).problems == []
    # its own stand in it as they are written
    result = CliRunner().invoke(main, ["constraints", "strict", "--project-dir", str(shop.folder)])
    strict = yaml.safe_load(result.output)["constraints"]
    for feature, wanted in DECLARED.items():
        assert strict[feature].items() >= wanted.items()


def test_mistakes_are_told_with_their_place() -> None:
    def told(**wanted: object) -> list[str]:
        return messages(features={"numeric": ["x"], "categorical": ["c"]}, constraints=wanted)

    assert told(y={"minimum": 0}) == [
        "churn.constraints.y: 'y' is neither a feature nor __row__; did you mean 'x'?"
    ] or told(y={"minimum": 0})[0].startswith("churn.constraints.y: 'y' is neither a feature")
    for wanted, message in {
        "minimum": "a categorical feature has only type, null_rate, domain; take it out",
    }.items():
        assert told(c={wanted: 1}) == [f"churn.constraints.c.{wanted}: {message}"]
    assert told(x={"minimum": 3, "maximum": 1}) == [
        "churn.constraints.x.minimum: 3 lies above maximum (1); nothing could satisfy both"
    ]
    assert "must be at most 1" in told(x={"null_rate": 2})[0]
    assert "write a number and a unit" in told(__row__={"fresh_within": "soon"})[0]
    assert "must be a list of at least one value" in told(c={"domain": []})[0]
    assert "allowed: number, text" in told(x={"type": "blob"})[0]
    assert "unknown key 'least'" in told(x={"least": 1})[0]


def test_a_run_tells_them_too(new_project: NewProject) -> None:
    made = new_project("duckdb")
    wrong = {"x": {"minimum": "low"}, "y": {"minimum": 0}, "c": {"domain": []}}
    made.declare(shop=block(constraints=wrong, repeats="yes"))
    made.load("scores", rows())
    with pytest.raises(AssertionError) as error:
        made.build("--select", "+shop__feature_profile")
    for message in (
        "constraints.x.minimum: 'low' must be a number",
        "constraints.y: is neither a feature nor __row__",
        "constraints.c.domain: '[]' must be a list of values that is not empty",
        "repeats: 'yes' is neither true nor false",
    ):
        assert message in str(error.value)
