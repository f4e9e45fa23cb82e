"""With ml_monitor__as_of nothing loaded later is seen, and production stays as it is."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from monitor.warehouse import invoke
from tests.conftest import NewProject
from tests.properties.history import BLOCK, History, assert_same, label, prediction


def test_as_of_is_what_was_known_then(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    history.run()
    then = history.tables()
    moment = history.now

    history.now += timedelta(days=2)
    history.predictions.append(prediction(3000, 5, history.now))
    history.predictions.append(prediction(3001, 1, history.now))
    history.labels += [label(4, history.now, 1), label(7, history.now, 1)]
    history.run()
    now = history.tables()

    history.run(ml_monitor__as_of=str(moment), ml_monitor__schema="replay")
    assert_same(now, history.tables())
    production, project.schema = project.schema, f"{project.schema}_replay"
    replayed = history.tables()
    project.schema = production
    assert_same(then, replayed)


def test_as_of_without_a_schema_is_refused(new_project: NewProject) -> None:
    project = new_project("duckdb")
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    history.run("--select", "shop__grid")
    grid = project.query("select * from shop__grid")
    outcome = invoke(["run"], project.folder, variables={"ml_monitor__as_of": str(history.now)})
    assert not outcome.success
    messages = [str(result.message) for result in outcome.result.results]
    assert any("ml_monitor__as_of needs ml_monitor__schema" in message for message in messages)
    pd.testing.assert_frame_equal(grid, project.query("select * from shop__grid"))
    tables = project.query("select table_name from information_schema.tables")["table_name"]
    assert set(tables) == {"predictions", "labels", "shop__grid"}
