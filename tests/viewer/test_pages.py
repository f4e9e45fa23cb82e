"""What pages show and say, and notebooks read, on both engines, without a browser."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import monitor
from monitor.project.errors import MonitorError
from monitor.reading import ask, open_source
from monitor.viewer.access import Tables
from monitor.viewer.page import all_pages
from monitor.viewer.pages.drift import baselines
from monitor.viewer.view import View
from monitor.warehouse.snapshot import snapshot_path
from tests.conftest import NewProject
from tests.support.postgres import running_postgres
from tests.support.project import REPOSITORY, MonitoredProject
from tests.viewer.shown import NASTY, page, show, texts

PAGES = [one.address for one in all_pages()]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def shop(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    project = new_project(request.param)
    show(project, roll_up=["week"])
    return project


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_drawn(
    shop: MonitoredProject, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(shop, name, monkeypatch)
    assert not app.exception
    assert not app.error
    assert len(app.markdown) > 1
    # all that a chart shows can be had as SQL and as rows
    assert len(app.code) >= 1
    for block in app.code:
        assert shop.schema in block.value
        shop.query(block.value)


def test_five_pages_in_their_order() -> None:
    assert PAGES == ["overview", "alerts", "performance", "drift", "quality"]


def test_filters_come_from_the_address_and_go_there(
    shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(shop, "drift", monkeypatch, version="v1", feature="amount", segment="region = north")
    chosen = {box.label: box.value for box in app.selectbox}
    assert (chosen["Version"], chosen["Feature"]) == ("v1", "amount")
    assert chosen["Segment"] == "region = north"
    app.selectbox(key="feature").select("__score__").run()
    assert app.query_params["feature"] == "__score__"
    assert any("score: its distributions" in one.value for one in app.markdown)
    found = shop.query(sql_with(app, "bin_text"))
    assert found["bin_text"].str.contains(" to ").any()
    assert found["n"].sum() > 0
    # what is the default is said too where somebody has chosen it
    app.selectbox(key="version").select("all").run()
    assert app.query_params["version"] == "all"
    assert app.query_params["segment"] == "region = north"


@pytest.mark.parametrize("compare", ["window and reference", "two periods"])
def test_labels_have_distributions(
    shop: MonitoredProject, compare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(shop, "drift", monkeypatch, feature="__label__", compare=compare)
    assert "label: its distributions" in texts(app)
    found = shop.query(sql_with(app, "bin_text"))
    assert set(found["bin_text"]) == {"negative", "positive"}
    assert found["reference_n"].sum() > 0


def test_an_address_is_left_as_it_is(
    shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it says what a page would show without it: tomorrow that may be another."""
    said = {
        "monitor": "shop",
        "version": "all",
        "feature": "plan",
        "metric": "null_rate_difference",
    }
    app = page(shop, "drift", monkeypatch, **said)
    assert not app.warning
    assert {key: app.query_params[key] for key in said} == said
    plain = page(shop, "drift", monkeypatch)
    assert dict(plain.query_params) == {}


def sql_with(app: AppTest, column: str) -> str:
    """The one statement behind a chart that speaks of a column."""
    (sql,) = (block.value for block in app.code if column in block.value)
    return str(sql)


def test_longer_windows_are_sums_of_the_declared_ones(
    shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(shop, "drift", monkeypatch, windows="week", feature="amount")
    assert not app.exception
    assert not app.warning
    assert app.selectbox(key="windows").options == ["day", "week"]
    first = "2026-01-05 00:00"
    assert app.selectbox(key="window").value == first
    found = shop.query(sql_with(app, "bin_text"))
    by_hand = shop.query(
        "select sum(n) as n from ml_monitor__feature_effects where feature = 'amount' "
        "and model_version = 'all' and segment = 'overall' and window_start < '2026-01-12'"
    )
    days = shop.query("select count(*) as n from ml_monitor__windows where n > 0")["n"][0]
    assert days > 1
    assert float(found["n"].sum()) == float(by_hand["n"][0]) > 0
    assert [float(found[one].sum()) for one in ("share", "reference_share")] == pytest.approx(
        [1, 1]
    )
    app.selectbox(key="windows").select("day").run()
    assert len(app.selectbox(key="window").options) == days
    performance = page(shop, "performance", monkeypatch, windows="week")
    assert not performance.exception
    weeks = shop.query(sql_with(performance, "lower_limit"))
    assert {f"{start:%Y-%m-%d}" for start in weeks["window_start"]} == {"2026-01-05"}


@pytest.mark.parametrize("name", ["drift", "quality"])
def test_many_features_are_shown_in_parts(
    shop: MonitoredProject, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("view", "pages.drift", "pages.quality"):
        monkeypatch.setattr(f"monitor.viewer.{module}.MOST_FEATURES", 1)
    app = page(shop, name, monkeypatch)
    parts = app.selectbox(key="features").options
    assert parts[:2] == ["1 to 1", "2 to 2"]
    shown = []
    for part in parts:
        app.selectbox(key="features").select(part).run()
        assert not app.exception
        shown += shop.query(sql_with(app, "farthest"))["feature"].unique().tolist()
    # those that have the metric, each in one part
    assert len(shown) == len(set(shown)) == len(parts)
    assert {"amount", "plan"} < set(shown)


def test_a_link_to_what_is_gone_says_so(
    shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, address, said in (
        ("drift", {"monitor": "gone"}, "model “gone”, which is not there"),
        ("performance", {"version": "<b>"}, "version “\\<b\\>”, which is not there"),
        ("drift", {"feature": "left"}, "feature “left”, which is not there"),
        ("alerts", {"alert": "0123456789"}, "alert 0123456789, which is not there"),
        ("drift", {"window": "2020-01-01 00:00"}, "which is not there"),
        ("drift", {"windows": "month"}, "windows “month”, which is not there"),
        ("drift", {"compare": "two periods", "one-from": "x"}, "which is not there"),
        (
            "quality",
            {"period": "between two days", "from": "2026-01-08", "to": "2026-01-06"},
            "The period from 2026-01-08 to 2026-01-06 ends before it begins",
        ),
        (
            "drift",
            {"compare": "two periods", "one-from": "2026-01-08", "one-to": "2026-01-06"},
            "The period from 2026-01-08 to 2026-01-06 ends before it begins",
        ),
        (
            "quality",
            {"period": "between two days", "from": "2020-01-08", "to": "2020-02-01"},
            "This link asks for days that have no window",
        ),
    ):
        app = page(shop, name, monkeypatch, **address)
        assert not app.exception
        (warning,) = app.warning
        assert said in warning.value


def test_two_periods_are_sums_of_their_windows(
    shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = page(
        shop,
        "drift",
        monkeypatch,
        feature="amount",
        compare="two periods",
        **{"one-from": "2026-01-07", "one-to": "2026-01-08"},
        **{"other-from": "2026-01-05", "other-to": "2026-01-05"},
    )
    assert not app.exception
    found = shop.query(sql_with(app, "bin_text"))
    by_hand = shop.query(
        "select sum(case when window_start >= '2026-01-07' then n end) as n, "
        "sum(case when window_start = '2026-01-05' then n end) as reference_n "
        "from ml_monitor__feature_effects where feature = 'amount' "
        "and model_version = 'all' and segment = 'overall'"
    )
    assert float(found["n"].sum()) == float(by_hand["n"][0]) > 0
    assert float(found["reference_n"].sum()) == float(by_hand["reference_n"][0]) > 0
    assert [float(found[one].sum()) for one in ("share", "reference_share")] == pytest.approx(
        [1, 1]
    )


def test_names_are_shown_as_text(shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch) -> None:
    app = page(shop, "overview", monkeypatch)
    assert "\\<i\\>team\\</i\\>" in texts(app)
    assert "<i>" not in texts(app)
    app = page(shop, "performance", monkeypatch, version=NASTY)
    assert not app.exception
    assert not app.warning
    assert app.selectbox(key="version").value == NASTY


def test_nothing_is_declared(new_project: NewProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_project("duckdb")
    project.is_read = True
    project.declare()
    app = page(project, "overview", monkeypatch)
    assert "no results have been published beside the database yet" in texts(app).replace("\\", "")
    project.build()
    app = page(project, "drift", monkeypatch)
    assert "No model is monitored yet" in texts(app)
    assert not app.exception


def test_half_of_it_is_built(new_project: NewProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_project("postgres")
    history = show(project)
    assert history.predictions
    project.execute("drop view ml_monitor__drift cascade")
    st.cache_data.clear()
    app = page(project, "drift", monkeypatch)
    assert not app.exception
    said = texts(app).replace("\\", "")
    assert "Nothing to show yet" in said
    assert "does not exist" in said
    assert "run `dbt build` or `monitor run`" in said
    # the other pages go on
    assert not page(project, "quality", monkeypatch).exception
    assert "Nothing to show yet" not in texts(page(project, "quality", monkeypatch))


def test_a_snapshot_of_an_older_version(
    new_project: NewProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project("duckdb")
    project.is_read = True
    project.declare()
    path = snapshot_path(project.output["path"], project.schema)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create schema {project.schema}")
        connection.execute(f"create table {project.schema}.ml_monitor__status as select 1 as x")
    app = page(project, "overview", monkeypatch)
    assert not app.exception
    assert "run `dbt build` or `monitor run`" in texts(app).replace("\\", "")


def test_a_project_that_is_none(new_project: NewProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_project("duckdb")
    (project.folder / "dbt_project.yml").write_text("name: [", encoding="utf-8")
    app = page(project, "overview", monkeypatch)
    assert not app.exception
    assert "This project cannot be shown" in texts(app)


def test_what_is_said_is_written_and_read_again(
    shop: MonitoredProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = open_source(shop.folder)
    alerts = source.frame(ask("select alert_id, state from ml_monitor__alerts order by alert_id"))
    source.close()
    if alerts.empty:
        pytest.fail("the model has no alert to speak of")
    alert = str(alerts["alert_id"][0])
    # a unique beginning is enough, as for `monitor ack`
    app = page(shop, "alerts", monkeypatch, alert=alert[:8], state="any")
    assert not app.exception
    labels = [one.label for one in app.button]
    assert "Reopen" not in labels
    next(one for one in app.button if one.label == "Acknowledge").click()
    app.run()
    assert "Write your name first" in texts(app)
    assert shop.query("select count(*) as n from ml_monitor__feedback")["n"][0] == 0
    app.text_input(key="author").input("somebody")
    app.text_input(key=f"note {alert}").input("it's known; really")
    next(one for one in app.button if one.label == "Acknowledge").click()
    app.run()
    assert not app.exception
    assert not app.error, app.error[0].value
    said = shop.query("select action, author, note from ml_monitor__feedback")
    assert said.to_numpy().tolist() == [["acknowledge", "somebody", "it's known; really"]]
    said_of_it = [one.value for one in app.markdown if ":material/chat:" in one.value]
    assert len(said_of_it) == 1
    assert "**somebody**: acknowledged: it's known; really" in said_of_it[0]
    labels = [one.label for one in app.button]
    assert "Reopen" in labels
    assert "Acknowledge" not in labels


def test_a_warehouse_that_goes_away_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_postgres(tmp_path / "pg", is_durable=False) as connection:
        project = MonitoredProject(tmp_path / "consumer", {**connection, "schema": "gone"})
        project.build()
        app = page(project, "overview", monkeypatch)
        assert "No model is monitored yet" in texts(app)
    app.run()
    assert not app.exception
    assert "The warehouse does not answer" in texts(app)
    with running_postgres(tmp_path / "pg", is_durable=False):
        app.run()
        assert "No model is monitored yet" in texts(app)


def test_a_notebook_reads_the_same(shop: MonitoredProject) -> None:
    whole = monitor.read("drift", project_dir=shop.folder)
    assert list(whole) == list(shop.query("select * from ml_monitor__drift limit 0"))
    assert len(whole) == shop.query("select count(*) as n from ml_monitor__drift")["n"][0] > 0
    some = monitor.read(
        "ml_monitor__drift",
        monitor="shop",
        version="v1",
        since="2026-01-07",
        until=pd.Timestamp("2026-01-08T01:00+01:00"),
        project_dir=shop.folder,
    )
    assert set(some["window_start"]) == {pd.Timestamp("2026-01-07")}
    assert set(some["model_version"]) == {"v1"}
    assert 0 < len(some) < len(whole)


def test_a_notebook_is_told_what_is_wrong(shop: MonitoredProject) -> None:
    for table, given, said in (
        ("drfit", {}, "'drfit' is no result table; did you mean 'drift'?"),
        ("predictions", {}, "'predictions' is no result table"),
        ("drift", {"monitor": "shp"}, "no 'shp' is declared; did you mean 'shop'?"),
        ("drift", {"version": "V1"}, "version: no prediction is of 'V1'; did you mean 'v1'?"),
        ("drift", {"version": 7}, "version: no prediction is of '7'; allowed: "),
        ("status", {"since": "2026-01-07"}, "since: ml_monitor__status has no column window_start"),
        (
            "drift",
            {"since": "2026-01-08", "until": "2026-01-07"},
            "since: 2026-01-08 00:00:00 is not before until, which is 2026-01-07 00:00:00",
        ),
        ("drift", {"since": "soon"}, "since: 'soon' is no date; write one such as 2026-03-01"),
        ("joint_drift", {}, "'joint_drift' is not built: no monitor declares what it is of"),
        (None, {}, "'None' is no result table"),
        ("drift", {"project_dir": "/nowhere"}, "holds no dbt_project.yml"),
    ):
        with pytest.raises(MonitorError) as raised:
            monitor.read(table, **{"project_dir": shop.folder, **given})
        assert said in str(raised.value)


def test_a_number_is_read_as_a_date(shop: MonitoredProject) -> None:
    given = {"monitor": "shop", "project_dir": shop.folder}
    one, other = (monitor.read("drift", since=since, **given) for since in (20260107, "2026-01-07"))
    assert len(one) == len(other) > 0


def test_a_snapshot_that_cannot_be_read_is_to_be_built_anew(
    new_project: NewProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = new_project("duckdb")
    project.load("predictions", pd.DataFrame({"id": [1]}))
    snapshot_path(project.output["path"], project.schema).write_bytes(b"cut off" * 400)
    app = page(project, "drift", monkeypatch)
    assert not app.exception
    assert "it cannot be read" in texts(app)
    assert "`dbt build` or `monitor run` writes it anew" in texts(app).replace("\\", "")


def test_what_opens_alerts_is_what_drift_shows_first() -> None:
    known = pd.DataFrame({"baseline": ["reference", "season", "trailing"]})
    tables = Tables(None, "")  # type: ignore[arg-type]
    assert baselines(View(tables), known)[1] == "season"
    assert baselines(View(tables, segment="region"), known)[1] == "reference"
    assert baselines(View(tables), known[known["baseline"] != "season"])[1] == "reference"


class Old:
    """A source whose tables have changed since."""

    def version(self) -> str:
        return "2"


@pytest.mark.parametrize(("version", "is_told"), [("1", True), ("2", False)])
def test_an_open_page_tells_of_new_results(version: str, is_told: bool) -> None:
    def script(version: str) -> None:
        from monitor.viewer.access import Tables
        from monitor.viewer.main import tell_of_new_results
        from tests.viewer.test_pages import Old

        tell_of_new_results(Tables(Old(), version))  # type: ignore[arg-type]

    app = AppTest.from_function(script, args=(version,)).run()
    assert not app.exception
    assert [one.label for one in app.button] == ["New results are there: show them"] * is_told


def test_streamlit_itself_reports_nothing_and_listens_here_only() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.search(r"^ *gatherUsageStats = false", shown, re.M)
    assert re.search(r'^ *address = "127.0.0.1"', shown, re.M)


def test_nothing_is_written_by_a_question(shop: MonitoredProject) -> None:
    source = open_source(shop.folder)
    before = shop.query("select count(*) as n from ml_monitor__feedback")["n"][0]
    with pytest.raises(MonitorError, match="read-only"):
        source.frame(
            ask("insert into ml_monitor__feedback (alert_id, action) values ('x', 'acknowledge')")
        )
    assert shop.query("select count(*) as n from ml_monitor__feedback")["n"][0] == before
    source.close()
