"""Questions: values never become SQL, tables have their full names, lists spread."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from monitor.project.errors import MonitorError
from monitor.reading import ask

RELATIONS = {"ml_monitor__drift": '"shop"."ml"."ml_monitor__drift"'}
NASTY = "x'); drop table drift; --<b>%s $1"


def test_values_stay_values() -> None:
    query = ask("select value from ml_monitor__drift where feature = :feature", feature=NASTY)
    for engine, mark in (("duckdb", "$feature"), ("postgres", "%(feature)s")):
        sql, values = query.bound(engine, RELATIONS)
        assert sql == (f'SELECT value FROM "shop"."ml"."ml_monitor__drift" WHERE feature = {mark}')
        assert values == {"feature": NASTY}


def test_lists_spread_and_an_empty_one_has_no_rows() -> None:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as shop; create schema shop.ml")
        connection.execute(
            "create table shop.ml.ml_monitor__drift as select unnest(['a', 'b', 'c']) as feature"
        )
        for chosen in (["a", "c"], ["b"], []):
            query = ask("select feature from ml_monitor__drift where feature in (:of)", of=chosen)
            sql, values = query.bound("duckdb", RELATIONS)
            found = connection.execute(sql, values).fetchall()
            assert [name for (name,) in found] == chosen
            # what is copied says the same
            copied = connection.execute(query.copyable("duckdb", RELATIONS)).fetchall()
            assert copied == found


def test_what_is_copied_runs_as_it_stands() -> None:
    query = ask(
        "select feature from ml_monitor__drift where feature = :feature and at >= :since",
        feature=NASTY,
        since=datetime(2026, 3, 1),
    )
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as shop; create schema shop.ml")
        connection.execute(
            "create table shop.ml.ml_monitor__drift as "
            "select $1 as feature, timestamp '2026-03-02' as at",
            [NASTY],
        )
        sql = query.copyable("duckdb", RELATIONS)
        assert connection.execute(sql).fetchall() == [(NASTY,)]
        assert "\n" in sql


def test_a_percent_sign_is_one_on_postgres() -> None:
    sql, _ = ask("select n % 2 as odd from ml_monitor__drift").bound("postgres", RELATIONS)
    assert sql % {} == 'SELECT n % 2 AS odd FROM "shop"."ml"."ml_monitor__drift"'


def test_only_result_tables_are_read() -> None:
    for sql in (
        "select * from predictions",
        "with drift as (select * from raw.labels) select * from drift",
    ):
        with pytest.raises(MonitorError, match="is no result table of this project"):
            ask(sql).bound("duckdb", RELATIONS)


def test_names_of_the_question_are_no_tables() -> None:
    sql, _ = ask(
        "with drift as (select * from ml_monitor__drift) select count(*) from drift"
    ).bound("duckdb", RELATIONS)
    assert sql.count('"ml_monitor__drift"') == 1
    assert sql.endswith("FROM drift")
