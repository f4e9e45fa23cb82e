"""The repository as a project: it builds before and after its demo, and finds what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Timer

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.demo import frames
from monitor.demo.show import FINDINGS, findings_table
from monitor.demo.truth import END, EVENTS
from monitor.warehouse import invoke
from tests.properties.history import AUDIT
from tests.support.checkout import check_out
from tests.support.project import REPOSITORY

RESULTS = ("drift", "quality", "performance", "confusion", "calibration", "label_maturity")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return check_out(tmp_path_factory.mktemp("home") / "checkout")


def query(home: Path, sql: str) -> pd.DataFrame:
    with duckdb.connect(str(home / "demo.duckdb"), read_only=True) as connection:
        return connection.execute(sql).df()


def demo(home: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, ["demo", "--project-dir", str(home), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def tables(home: Path) -> dict[str, pd.DataFrame]:
    found = {}
    for name in RESULTS:
        frame = query(home, f"select * from ml_monitor__{name}")
        frame = frame.drop(columns=[column for column in frame if column in AUDIT])
        keys = [column for column in frame if not pd.api.types.is_float_dtype(frame[column])]
        found[name] = frame.sort_values(keys).reset_index(drop=True)
    return found


def test_the_story_is_told(home: Path) -> None:
    """In order, for each step takes over the last one's database."""
    # Before the demo the project builds, empty.
    assert invoke(["build"], home).success
    states = query(home, "select monitor, state from ml_monitor__status order by monitor")
    assert states.values.tolist() == [[m, "empty"] for m in ("category", "credit", "delivery")]
    checked = CliRunner().invoke(main, ["check", "--project-dir", str(home)])
    assert (checked.exit_code, checked.stdout) == (0, "ok: 3 monitors\n"), checked.output

    # All days at once, back in time, which starts over, and the days after: the same tables.
    output = demo(home, "--until", str(END))
    whole = tables(home)
    assert "built anew" in demo(home, "--until", "2026-02-10")
    latest = query(home, "select max(window_start) as day from ml_monitor__drift")["day"]
    assert latest.tolist() == [pd.Timestamp("2026-02-09")]
    assert demo(home, "--until", str(END)) == output
    for name, stepwise in tables(home).items():
        pd.testing.assert_frame_equal(stepwise, whole[name], rtol=1e-9, atol=1e-9, obj=name)

    # It prints what was done to the data.
    for words in ("utilisation", "income", "feed", "delivery", "monitor status", "monitor alerts"):
        assert words in output

    ran = CliRunner().invoke(main, ["run", "--project-dir", str(home), "--select", "delivery"])
    assert ran.exit_code == 0, ran.output
    counted = query(home, "select monitor, predictions from ml_monitor__status order by monitor")
    loaded = {
        name.split("_")[0]: len(f) for name, f in frames(END).items() if "predictions" in name
    }
    assert dict(counted.itertuples(index=False)) == loaded


@pytest.fixture(scope="module")
def kept(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's greatest views, read once: what they say after the story."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home / 'demo.duckdb'}' as demo (read_only)")
        for name in ("ml_monitor__alerts", "ml_monitor__metrics", "ml_monitor__performance"):
            connection.execute(f"create table {name} as select * from demo.{name}")
        yield connection


def test_alerts_follow_the_truth(kept: duckdb.DuckDBPyConnection) -> None:
    alerts = kept.execute(
        "select monitor, subject, metric, window_start from ml_monitor__metrics "
        "where verdict = 'alert' and segment = 'overall' and model_version = 'all'"
    ).df()

    def days(monitor: str, subject: str, metric: str) -> list[date]:
        rows = alerts[
            (alerts["monitor"] == monitor)
            & (alerts["subject"] == subject)
            & (alerts["metric"] == metric)
        ]
        return sorted(moment.date() for moment in rows["window_start"])

    event = {(e.monitor, e.kind): e for e in EVENTS}
    nulls = event["credit", "null_rate"]
    assert nulls.ends_on is not None
    assert days("credit", "utilisation", "null_rate_difference") == [
        moment.date() for moment in pd.date_range(nulls.starts_on, nulls.ends_on, inclusive="left")
    ]
    unseen = event["category", "unseen_category"]
    assert days("category", "feed", "unseen_rate")[0] == unseen.starts_on
    change = event["delivery", "concept_change"]
    assert days("delivery", "all", "mae")[0] == change.starts_on
    # no feature of it has moved: only its labels show what has changed
    moved = alerts[
        (alerts["monitor"] == "delivery") & (alerts["metric"] == "population_stability_index")
    ]
    assert set(moved["subject"]) == {"__label__"}
    assert days("delivery", "__label__", "population_stability_index")[0] == change.starts_on
    drift = event["credit", "gradual_drift"]
    assert drift.starts_on < days("credit", "income", "population_stability_index")[0]


def test_every_alert_follows_from_what_was_done(home: Path) -> None:
    """Income falls, and with it the score and what is predicted; nobody is woken for the rest.

    The labels of delivery and, as the new feed has other products, of category move too.
    """
    alerts = query(home, "select monitor, subject, state, severity from ml_monitor__alerts")
    assert set(alerts[["monitor", "subject"]].itertuples(index=False, name=None)) == {
        ("category", "feed"),
        *(("credit", name) for name in ("income", "utilisation", "all")),
        *(("credit", name) for name in ("__score__", "__prediction__")),
        ("delivery", "all"),
        *((name, "__label__") for name in ("category", "delivery")),
    }
    assert len(alerts) == 12
    over = alerts[alerts["state"] == "resolved"]
    assert "utilisation" in set(over["subject"])
    assert {"income", "feed"} <= set(alerts[alerts["state"] == "open"]["subject"])


def test_an_alert_tells_of_one_metric_of_one_version(kept: duckdb.DuckDBPyConnection) -> None:
    """Its numbers are those of that metric's last window in alert, its rows those it rests on."""
    alerts = kept.execute("select * from ml_monitor__alerts where not is_cleared").df()
    metrics = kept.execute("select * from ml_monitor__metrics where segment = 'overall'").df()
    metrics["concern"] = metrics["family"].where(metrics["family"] == "performance", "data")
    same = ["monitor", "segment", "segment_value", "concern", "subject"]
    checked = 0
    for alert in alerts.to_dict("records"):
        rows = metrics[(metrics[same] == pd.Series({key: alert[key] for key in same})).all(axis=1)]
        rows = rows[rows["window_start"].between(alert["first_window"], alert["last_window"])]
        bad = rows[rows["verdict"] == "alert"]
        own = ["family", "source", "baseline", "metric", "model_version"]
        said = pd.Series({key: alert[key] for key in own})
        of_version = rows[(rows[own] == said).all(axis=1)]
        worst = of_version[of_version["verdict"] == "alert"].sort_values("window_start").iloc[-1]
        for column in ("value", "lower_limit", "upper_limit"):
            assert worst[column] == pytest.approx(alert[column], nan_ok=True), alert["summary"]
        windows = set(bad["window_start"])
        assert len(windows) == alert["windows"]
        assert of_version[of_version["window_start"].isin(windows)]["n"].sum() == alert["n"]
        checked += 1
    assert checked == len(alerts) > 5


def test_every_verdict_is_explained_and_every_interval_holds_its_value(
    kept: duckdb.DuckDBPyConnection,
) -> None:
    unexplained = kept.execute(
        "select metric, verdict, count(*) as n from ml_monitor__performance "
        "where verdict in ('insufficient_data', 'not_applicable') and reason is null group by all"
    ).fetchall()
    assert unexplained == []
    ((counted, outside),) = kept.execute(
        "select count(ci_low), count(case when value < ci_low - 1e-9 * abs(value) "
        "or value > ci_high + 1e-9 * abs(value) then 1 end) from ml_monitor__performance"
    ).fetchall()
    assert counted > 100_000
    assert outside == 0


def test_the_table_of_the_readme(home: Path) -> None:
    """What `monitor demo` prints at its end, row by row."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = readme.split("`make demo` ends in")[1].split("\n\n")[1]
    lines = [line.strip("|").split("|") for line in section.splitlines()[2:]]
    told = [[cell.strip().replace("\\", "").strip("*") for cell in line[1:]] for line in lines]
    table = findings_table(query(home, FINDINGS.format(alerts="ml_monitor__alerts")))
    cells = [[str(cell).strip() for cell in column.cells] for column in table.columns]
    printed = zip(*cells, strict=True)
    assert told == [list(row) for row in printed if row[1]]


def test_the_queries_of_the_readme(home: Path) -> None:
    """Each runs and finds something; the first finds what is wrong though labels come late."""
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    section = readme.split("## Eleven queries")[1].split("```")[1].removeprefix("sql")
    queries = [one for one in section.split(";") if one.strip()]
    assert len(queries) == 11
    found = [query(home, one) for one in queries]
    assert all(len(rows) for rows in found)
    summaries = found[0]["summary"]
    assert summaries.str.startswith("the performance of delivery is worse: mae ").any()
    assert not summaries.str.startswith("utilisation").any(), "that is over"


def test_metrics_have_one_row_for_each_and_a_known_verdict(
    kept: duckdb.DuckDBPyConnection,
) -> None:
    """No data test of the package, for each of the families has one of its own."""
    keys = (
        "monitor, model_version, window_start, segment, segment_value, family, subject, source, "
        "baseline, metric"
    )
    ((counted, distinct),) = kept.execute(
        f"select count(*), (select count(*) from (select distinct {keys} from "
        "ml_monitor__metrics)) from ml_monitor__metrics"
    ).fetchall()
    assert counted == distinct > 100_000
    verdicts = kept.execute("select distinct verdict from ml_monitor__metrics").fetchall()
    assert {verdict for (verdict,) in verdicts} == {
        "ok", "warn", "alert", "insufficient_data", "not_applicable",
    }  # fmt: skip


def test_a_few_rows_of_every_view_come_at_once(home: Path) -> None:
    """DuckDB has plans in which a LIMIT above a view waits for ever."""
    views = query(home, "select view_name from duckdb_views() where not internal")["view_name"]
    assert len(views) > 30
    with duckdb.connect(str(home / "demo.duckdb"), read_only=True) as connection:
        patience = Timer(120, connection.interrupt)
        patience.start()
        for view in views:
            connection.execute(f"select * from {view} limit 4").fetchall()
        patience.cancel()
