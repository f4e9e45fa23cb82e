"""`monitor check` warns of data that nothing can be learned from, on both engines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.project.check import Checked, check
from monitor.warehouse import Warehouse
from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

ROWS = 400
FEATURES = {
    "numeric": ["x", "fixed", "empty", "some", "on"],
    "categorical": ["plan", "customer", "number", "seen_at", "off", "nothing"],
    "text": ["comment", "silent"],
    "date": ["signed"],
    "array": ["items"],
}


def rows() -> pd.DataFrame:
    number = np.arange(ROWS)
    return pd.DataFrame(
        {
            "id": number,
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(number // 200, unit="D"),
            "score": 0.1 + 0.001 * number,
            "x": number % 7 * 1.5,
            "fixed": 3,
            "empty": np.nan,
            # one value and NULL are two states
            "some": np.where(number % 2 == 0, 1.0, np.nan),
            "on": True,
            "plan": np.array(["a", "b", "c"])[number % 3],
            "customer": [f"c-{one // 2}" for one in number],
            "number": number * 1.25,
            "seen_at": pd.Timestamp("2026-01-01") + pd.to_timedelta(number, unit="s"),
            "off": False,
            "nothing": pd.Series([None] * ROWS, dtype="object"),
            # each its own, as texts are
            "comment": [f"comment {one}" for one in number],
            "silent": "",
            # a date that is always the same has another age every day
            "signed": pd.Timestamp("2025-01-01"),
            "region": np.array(["north", "south"])[number % 2],
            "country": "de",
            "void": pd.Series([None] * ROWS, dtype="object"),
        }
    )


def declared(**changes: Any) -> dict[str, Any]:
    segments = ["region", "country", ["region", "void"], "plan", "off"]
    return block(features=FEATURES, segments=segments, **changes)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    made: MonitoredProject = new_project(request.param)
    made.load("scores", rows())
    made.load("few", rows().head(15))
    made.load("training", rows().assign(plan=None, fixed=np.arange(ROWS), country="fr"))
    for table in ("scores", "few", "training"):
        made.execute(f"alter table {table} add column items integer[]")
        made.execute(f"alter table {table} add column box json")
        made.execute(f"update {table} set box = cast('{{}}' as json)")
    return made


def checked(project: MonitoredProject, **blocks: Any) -> Checked:
    project.declare(**blocks)
    return check(project.folder)


def told(found: Checked) -> dict[str, str]:
    """Return the warnings by their place."""
    parts = [one.split("  ", 1)[1].split(": ", 1) for one in found.warnings]
    assert len({place for place, _ in parts}) == len(parts), found.warnings
    return dict(parts)


def test_what_cannot_be_watched(project: MonitoredProject) -> None:
    found = checked(project, shop=declared())
    assert found.problems == []
    fill = "correct the model that fills it, or take it out"
    constant = f"is the same in every row, so that it cannot drift, only change; {fill}"
    empty = f"is NULL in every row, so that there is nothing to watch; {fill}"
    whole = "so that its only segment is the whole; take it out"

    def an_id(n: int, instead: str) -> str:
        seen = "as an id has, so that new ones are unseen for ever"
        return f"has {n} different values in 400 rows, {seen}; {instead}, or take it out"

    assert told(found) == {
        "shop.features.numeric[1]": f"'fixed' of 'raw.scores' {constant}",
        "shop.features.numeric[2]": f"'empty' of 'raw.scores' {empty}",
        "shop.features.numeric[4]": f"'on' of 'raw.scores' {constant}",
        "shop.features.categorical[1]": "'customer' of 'raw.scores' "
        + an_id(200, "list it under text if it is free text"),
        "shop.features.categorical[2]": "'number' of 'raw.scores' "
        + an_id(400, "list it under numeric if it is a measure"),
        "shop.features.categorical[3]": "'seen_at' of 'raw.scores' "
        + an_id(400, "list it under date"),
        "shop.features.categorical[4]": f"'off' of 'raw.scores' {constant}",
        "shop.features.categorical[5]": f"'nothing' of 'raw.scores' {empty}",
        "shop.features.text[1]": f"'silent' of 'raw.scores' {constant}",
        "shop.features.array[0]": f"'items' of 'raw.scores' {empty}",
        "shop.segments[1]": f"'country' of 'raw.scores' is the same in every row, {whole}",
        "shop.segments[2]": f"'void' of 'raw.scores' is NULL in every row, {whole}",
    }
    result = CliRunner().invoke(main, ["check", "--project-dir", str(project.folder)])
    assert (result.exit_code, result.output.count("warning: ")) == (0, 12)


def test_a_training_set_is_looked_at_too(project: MonitoredProject) -> None:
    messages = told(checked(project, shop=declared(reference={"relation": "raw.training"})))
    assert messages["shop.features.categorical[0]"].startswith("'plan' of 'raw.training' is NULL")
    # one warning, of the predictions
    assert messages["shop.features.numeric[1]"].startswith("'fixed' of 'raw.scores'")
    assert len(messages) == 13


def test_few_rows_say_nothing_and_none_one_thing(project: MonitoredProject) -> None:
    few = declared(predictions="raw.few")
    assert checked(project, shop=few).warnings == []
    project.execute("create table if not exists kept as select * from few")
    project.execute("delete from few")
    both = checked(project, shop={**few, "reference": {"relation": "raw.few"}})
    project.execute("insert into few select * from kept")
    assert told(both) == {
        "shop.predictions": "'raw.few' holds no rows, so that nothing can be watched; fill it"
    }


@pytest.mark.parametrize("column", ["items", "box"])
def test_what_makes_no_segment(project: MonitoredProject, column: str) -> None:
    features = {"numeric": ["x"]}
    found = checked(project, shop=block(features=features, segments=["plan", ["region", column]]))
    (message,) = found.problems
    assert f"shop.segments[1]: '{column}' of 'raw.scores' is " in message
    end = "whose values are no segments; derive a number, a text or a time from it in the model, "
    assert message.endswith(end + "or take it out")
    with pytest.raises(AssertionError, match=r"segments: column '.*whose values are no segments"):
        project.build("--select", "shop__grid")


def test_the_queries_are_few(project: MonitoredProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """An aggregate of the whole, and one of the first rows, whatever there is to look at."""
    asked: list[str] = []
    run = Warehouse.rows

    def counted(self: Warehouse, sql: str, *bindings: Any) -> Any:
        asked.append(sql)
        return run(self, sql, *bindings)

    monkeypatch.setattr(Warehouse, "rows", counted)
    checked(project, plain=block())
    plain = len(asked)
    asked.clear()
    checked(project, shop=block(features=FEATURES))
    assert len(asked) - plain == 1
