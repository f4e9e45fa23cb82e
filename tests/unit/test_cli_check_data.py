"""`monitor check` warns of data that nothing can be learned from, on both engines."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.project.check import Checked, check
from monitor.warehouse import Warehouse
from tests.bad_input.tables import failures
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
    made.load("none", rows().head(15))
    made.load("training", rows().assign(plan=None, fixed=np.arange(ROWS), country="fr"))
    for table in ("scores", "few", "none", "training"):
        made.execute(f"alter table {table} add column items integer[]")
        made.execute(f"alter table {table} add column box json")
        made.execute(f"update {table} set box = cast('{{}}' as json)")
    made.execute("delete from none")
    return made


def checked(project: MonitoredProject, **blocks: Any) -> Checked:
    project.declare(**blocks)
    return check(project.folder)


def told(found: Checked) -> dict[str, str]:
    """Return the warnings by their place."""
    parts = [one.split("  ", 1)[1].split(": ", 1) for one in found.warnings]
    assert len({place for place, _ in parts}) == len(parts), found.warnings
    return dict(parts)


@pytest.fixture(scope="module")
def found(project: MonitoredProject) -> Checked:
    """A whole table, beside a training set, a few rows, and none."""
    return checked(
        project,
        shop=declared(),
        trained=declared(reference={"relation": "raw.training"}),
        few=declared(predictions="raw.few"),
        none=declared(predictions="raw.none", reference={"relation": "raw.none"}),
    )


def test_what_cannot_be_watched(project: MonitoredProject, found: Checked) -> None:
    assert found.problems == []
    fill = "correct the model that fills it, or take it out"
    constant = f"is the same in every row, so that it cannot drift, only change; {fill}"
    empty = f"is NULL in every row, so that there is nothing to watch; {fill}"
    whole = "so that its only segment is the whole; take it out"

    def an_id(n: int, instead: str) -> str:
        seen = "as an id has, so that new ones are unseen for ever"
        return f"has {n} different values in 400 rows, {seen}; {instead}, or take it out"

    messages = told(found)
    assert {place: told for place, told in messages.items() if place.startswith("shop.")} == {
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
    assert (result.exit_code, result.output.count("warning: ")) == (0, 26)


def test_a_training_set_is_looked_at_too(found: Checked) -> None:
    prefix = "trained."
    messages = {
        place.removeprefix(prefix): message
        for place, message in told(found).items()
        if place.startswith(prefix)
    }
    assert messages["features.categorical[0]"].startswith("'plan' of 'raw.training' is NULL")
    # one warning, of the predictions
    assert messages["features.numeric[1]"].startswith("'fixed' of 'raw.scores'")
    assert len(messages) == 13


def test_few_rows_say_nothing_and_none_one_thing(found: Checked) -> None:
    messages = told(found)
    assert not any(place.startswith("few.") for place in messages)
    assert {place: told for place, told in messages.items() if place.startswith("none.")} == {
        "none.predictions": "'raw.none' holds no rows, so that nothing can be watched; fill it"
    }


def test_what_makes_no_segment(project: MonitoredProject) -> None:
    columns = ("box", "items")
    features = {"numeric": ["x"]}
    blocks = {
        column: block(features=features, segments=["plan", ["region", column]])
        for column in columns
    }
    problems = checked(project, **blocks).problems
    end = "whose values are no segments; derive a number, a text or a time from it in the model, "
    for column, message in zip(columns, problems, strict=True):
        assert f"{column}.segments[1]: '{column}' of 'raw.scores' is " in message
        assert message.endswith(end + "or take it out")
    failed = failures(project, "--select", *(f"{column}__grid" for column in columns))
    assert sorted(failed) == [f"{column}__grid" for column in columns]
    for message in failed.values():
        assert re.search(r"segments: column '.*whose values are no segments", message)


def test_the_queries_are_few(project: MonitoredProject, monkeypatch: pytest.MonkeyPatch) -> None:
    """An aggregate of the whole, and one of the first rows, whatever there is to look at."""
    asked: list[str] = []
    run = Warehouse.rows

    def counted(self: Warehouse, sql: str, *bindings: Any) -> Any:
        asked.append(sql)
        return run(self, sql, *bindings)

    monkeypatch.setattr(Warehouse, "rows", counted)
    checked(project, plain=block(predictions="raw.training"), shop=block(features=FEATURES))
    plain, shop = (sum(f'"{table}"' in sql for sql in asked) for table in ("training", "scores"))
    assert plain + shop == len(asked)
    assert shop - plain == 1
