"""ml_monitor__as_of stays away from production; test_replay compares what it builds."""

from __future__ import annotations

import pandas as pd

from monitor.warehouse import invoke
from tests.conftest import NewProject
from tests.properties.history import BLOCK, History


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
