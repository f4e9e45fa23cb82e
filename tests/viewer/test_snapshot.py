"""The copy that readers of a DuckDB file are given: all they read, nothing raw, no waiting."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from monitor.project.build import build
from monitor.reading import Source, ask, open_source
from monitor.warehouse import Warehouse
from monitor.warehouse.snapshot import publish, snapshot_path
from tests.conftest import NewProject
from tests.properties.history import BLOCK, START, History, prediction
from tests.support.project import REPOSITORY, MonitoredProject


@pytest.fixture(scope="module")
def history(new_project: NewProject) -> History:
    """Built once, with a snapshot."""
    project = new_project("duckdb")
    project.is_read = True
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    project.build()
    return history


@pytest.fixture
def source(history: History) -> Source:
    return open_source(history.project.folder)


def path_of(project: MonitoredProject) -> Path:
    return snapshot_path(project.output["path"], project.schema)


def sorted_rows(frame: pd.DataFrame) -> list[str]:
    return sorted(map(str, frame.astype(object).to_numpy().tolist()))


def test_every_result_reads_as_in_the_database(history: History, source: Source) -> None:
    published = history.project.query("select relation_name from ml_monitor__published")
    names = [name for name in source.relations if name in set(published["relation_name"])]
    assert len(names) > 20
    filled = 0
    for name in names:
        live = history.project.query(f"select * from {name}")
        read = source.frame(ask(f"select * from {name}"))
        assert list(read) == list(live), name
        assert sorted_rows(read) == sorted_rows(live), name
        filled += not live.empty
    assert filled > 12


def test_every_documented_result_is_published(history: History) -> None:
    with Warehouse.from_project(history.project.folder) as warehouse:
        documented = {
            node.name
            for node in warehouse.manifest.nodes.values()
            if node.package_name == "ml_monitor"
            and node.fqn[1] == "results"
            and getattr(node, "contract", None)
            and node.contract.enforced
        }
    published = history.project.query("select relation_name from ml_monitor__published")
    assert len(documented) > 15
    # people read those as ml_monitor__alerts
    documented -= {"ml_monitor__alert_episodes"}
    assert documented <= set(published["relation_name"])


def test_all_that_is_asked_is_published_whatever_the_task(new_project: NewProject) -> None:
    """What only the results of one task read is published for the pages of the others too."""
    project = new_project("duckdb")
    project.is_read = True
    project.load("scores", pd.DataFrame({"id": [1], "at": [START], "guess": [2.0]}))
    project.declare(
        price={
            "predictions": "raw.scores",
            "id": "id",
            "timestamp": "at",
            "task": "regression",
            "prediction": "guess",
            "reference": {"from": "2026-01-05", "to": "2026-01-08"},
        }
    )
    project.build("--select", "ml_monitor__published")
    published = project.query("select relation_name from ml_monitor__published")
    sources = [
        file.read_text(encoding="utf-8")
        for folder in ("viewer", "reading")
        for file in (REPOSITORY / "monitor" / folder).rglob("*.py")
    ]
    asked = set(re.findall(r"ml_monitor__[a-z_]+[a-z]", "\n".join(sources)))
    assert len(asked) > 12
    assert asked <= set(published["relation_name"])


def test_nothing_of_single_predictions_is_copied(history: History) -> None:
    with duckdb.connect(str(path_of(history.project)), read_only=True) as connection:
        names = {
            name
            for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
        }
        views = {
            name
            for (name,) in connection.execute(
                "select view_name from duckdb_views() where not internal"
            ).fetchall()
        }
    assert "ml_monitor__drift_numbers" in names
    assert "ml_monitor__drift" in views
    raw = {
        "predictions",
        "labels",
        "shop__labelled",
        "ml_monitor__row_profile",
        "ml_monitor__sample",
    }
    assert not (names | views) & raw
    assert not [name for name in names | views if name.endswith("_profile")]


def test_readers_and_builds_do_not_wait_for_each_other(history: History) -> None:
    project = history.project
    reader = open_source(project.folder)
    before = reader.version()
    predictions = ask("select sum(predictions) as n from ml_monitor__status")
    count = reader.frame(predictions)["n"][0]
    # a reader that began before the build, and reads on while and after it
    with duckdb.connect() as held:
        held.execute(f"attach '{path_of(project)}' as held (read_only)")
        relation = f"held.{project.schema}.ml_monitor__status"
        history.now += timedelta(hours=1)
        history.predictions.append(prediction(4000, 3, history.now))
        history.write()
        assert build(project.folder).broken == {}
        assert held.execute(f"select sum(predictions) from {relation}").fetchall() == [(count,)]
    assert reader.version() != before
    assert reader.frame(predictions)["n"][0] == count + 1
    # while somebody writes the database, it is read all the same
    with duckdb.connect(project.output["path"]) as writer:
        writer.execute("begin; create table being_written as select 1 as x")
        assert reader.frame(predictions)["n"][0] == count + 1
        writer.execute("rollback")


def test_a_copy_that_fails_leaves_the_one_before(history: History) -> None:
    project = history.project
    before = path_of(project).stat()
    rows = [("no_such_schema", "x", False, ""), (project.schema, "broken", True, "")]
    with duckdb.connect(project.output["path"]) as connection:
        connection.execute(f"create table {project.schema}.gone as select 1 as x")
        connection.execute(
            f"create view {project.schema}.broken as select * from {project.schema}.gone"
        )
        connection.execute(f"drop table {project.schema}.gone")
        with pytest.raises(duckdb.CatalogException):
            publish(connection, rows, project.schema)
        # the connection is as it was, and can publish
        assert publish(connection, rows[:1], "other") == str(
            snapshot_path(project.output["path"], "other")
        )
        connection.execute(f"drop view {project.schema}.broken")
    after = path_of(project).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not list(project.folder.glob("*.snapshot.duckdb.*"))
    with duckdb.connect() as connection:
        assert publish(connection, [], "main") is None


def test_a_source_writes_nothing(source: Source) -> None:
    with pytest.raises(Exception, match="read-only"):
        source.frame(ask("delete from ml_monitor__status"))
