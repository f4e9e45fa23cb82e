"""Questions: values never become SQL, tables have their full names, lists spread."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from monitor.project.errors import MonitorError
from monitor.reading import ask
from monitor.viewer.pages import drift, quality
from monitor.viewer.view import View

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


@pytest.mark.parametrize("page", ["drift", "quality"])
def test_what_cannot_be_judged_is_not_farthest_out(page: str) -> None:
    view = View(None, "shop", grain="day")  # type: ignore[arg-type]
    asked = (
        drift.heat_map(view, "psi", "reference") if page == "drift" else quality.rates(view, "psi")
    )
    with duckdb.connect() as connection:
        connection.execute(
            "create table found as select 'shop' as monitor, 'all' as model_version, "
            "'overall' as segment, 'all' as segment_value, 'day' as grain, "
            "'reference' as baseline, 'psi' as metric, feature, "
            "timestamp '2026-01-01' as window_start, "
            "timestamp '2026-01-02' as window_end, 0.1 as value, 0.1 as reference_value, "
            "0.1 as lower_limit, 0.1 as upper_limit, limit_ratio, 9 as n, verdict, '' as reason "
            "from (values ('few', 9, 'insufficient_data'), ('moved', 2, 'alert'), "
            "('calm', 0.2, 'ok')) as rows(feature, limit_ratio, verdict)"
        )
        relations = {f"ml_monitor__{page}": "found"}
        rows = connection.execute(*asked.bound("duckdb", relations)).df()
    assert rows["feature"].tolist() == ["moved", "calm", "few"]


def test_a_window_that_is_missing_has_no_rows() -> None:
    """A period of such windows alone is drawn too: a panel draws what has a value."""
    asked = quality.volume(View(None, "shop"))  # type: ignore[arg-type]
    with duckdb.connect() as connection:
        connection.execute(
            "create table found as select 'shop' as monitor, 'all' as model_version, "
            "'overall' as segment, 'all' as segment_value, '__row__' as feature, metric, "
            "timestamp '2026-01-01' + to_days(day) as window_start, "
            "timestamp '2026-01-02' + to_days(day) as window_end, value, 1.0 as lower_limit, "
            "9.0 as upper_limit, 'ok' as verdict, '' as reason "
            "from (values (0, 'row_count', 5.0), (0, 'missing_windows', 0.0), "
            "(1, 'missing_windows', 1.0), (2, 'missing_windows', 2.0)) as rows(day, metric, value)"
        )
        rows = connection.execute(*asked.bound("duckdb", {"ml_monitor__quality": "found"})).df()
    assert rows["value"].tolist() == [5, 0, 0]
    assert rows["is_missing"].tolist() == [False, True, True]
