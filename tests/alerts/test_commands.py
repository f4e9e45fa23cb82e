"""`monitor alerts`, `ack`, `snooze`, `unhelpful` and `reopen` on tables of a few rows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.project import feedback

FILES = {
    "dbt_project.yml": (
        'name: shop\nversion: "1.0.0"\nprofile: shop\nvars: {ml_monitor: {churn: {predictions: p, '
        "id: id, timestamp: at, task: binary, score: s, reference: {relation: r}}}}\n"
    ),
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n",
    "dbt_packages/ml_monitor/dbt_project.yml": 'name: ml_monitor\nversion: "1.0.0"\n',
    "dbt_packages/ml_monitor/models/ml_monitor__alerts.sql": "select 1 as x",
    "dbt_packages/ml_monitor/models/ml_monitor__feedback.sql": "select 1 as x",
}
ALERTS = """
create table ml_monitor__alerts as
select id as alert_id, incident as incident_id, 'churn' as monitor, severity, state,
    'drift' as family, subject, 'population_stability_index' as metric,
    timestamp '2026-03-01' as first_window, timestamp '2026-03-04' as last_window_end,
    id = 'cccc00000001' as is_cleared, subject || ' of churn has moved' as summary
from (values
    ('aaaa00000001', 'dddd00000001', 'low', 'open', 'plan'),
    ('aaaa00000002', 'dddd00000001', 'critical', 'open', 'fee'),
    ('bbbb00000001', 'eeee00000001', 'high', 'resolved', 'age'),
    ('cccc00000001', 'dddd00000001', 'low', 'resolved', 'city')
) as listed(id, incident, severity, state, subject)
"""
FEEDBACK = """
create table ml_monitor__feedback (
    alert_id varchar, action varchar, snoozed_until timestamp, note varchar, author varchar,
    recorded_at timestamp, monitor varchar, family varchar, subject varchar, metric varchar,
    first_window timestamp, last_window_end timestamp
)
"""


def in_database(shop: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(shop / "shop.duckdb")) as database:
        return database.execute(sql).fetchall()


def monitor(shop: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--project-dir", str(shop)])


def told(shop: Path, *arguments: str) -> str:
    """The one line in which a command fails."""
    result = monitor(shop, *arguments)
    assert result.exit_code == 1, result.output
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    return result.stderr.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def built(shop: Path) -> Path:
    in_database(shop, ALERTS)
    in_database(shop, FEEDBACK)
    return shop


def test_alerts_are_listed(built: Path) -> None:
    result = monitor(built, "alerts")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["alert", "monitor", "severity", "state", "since", "incident"],
        ["aaaa00000002", "churn", "critical", "open", "2026-03-01", "dddd00000001"],
        ["aaaa00000001", "churn", "low", "open", "2026-03-01", "dddd00000001"],
    ]
    assert lines[4] == "aaaa00000002: fee of churn has moved"
    assert max(map(len, lines)) <= 80
    everything = monitor(built, "alerts", "--all", "--select", "churn").output
    assert everything.count("of churn has moved") == 4
    # bbbb is alone in its incident
    named = [line.split()[-1] for line in everything.splitlines()[1:5]]
    assert sorted(named) == ["2026-03-01", *["dddd00000001"] * 3]
    resolved = monitor(built, "alerts", "--state", "resolved", "--state", "snoozed").output
    assert resolved.count("of churn has moved") == 2
    assert monitor(built, "alerts", "--state", "snoozed").output == (
        "no snoozed alerts; 4 in other states, see --all\n"
    )
    assert monitor(built, "alerts", "--all", "--state", "open").exit_code == 2
    assert "no monitor 'chrun' is declared" in told(built, "alerts", "--select", "chrun")


def test_feedback_is_written_as_it_was_said(built: Path) -> None:
    note = 'it\'s "quoted"; drop table ml_monitor__feedback; -- {{ x }} %s ?'
    result = monitor(built, "ack", "aaaa00000001", "BBBB", "--note", note, "--author", "me")
    assert result.output.splitlines() == [
        "acknowledged aaaa00000001: plan of churn has moved",
        "acknowledged bbbb00000001 (resolved already): age of churn has moved",
    ]
    rows = in_database(
        built,
        "select alert_id, action, note, author, snoozed_until, monitor, family, subject, metric, "
        "first_window::varchar, last_window_end::varchar from ml_monitor__feedback order by 1",
    )
    said = ("acknowledge", note, "me", None, "churn", "drift")
    about = ("population_stability_index", "2026-03-01 00:00:00", "2026-03-04 00:00:00")
    assert rows == [
        ("aaaa00000001", *said, "plan", *about),
        ("bbbb00000001", *said, "age", *about),
    ]


def test_an_incident_is_all_of_its_alerts(built: Path) -> None:
    assert monitor(built, "ack", "aaaa00000002", "--incident").exit_code == 0
    # an alert that was a mistake did not happen
    acknowledged = in_database(built, "select alert_id from ml_monitor__feedback order by 1")
    assert acknowledged == [("aaaa00000001",), ("aaaa00000002",)]
    later = ("--until", "2999-01-01 12:30")
    result = monitor(built, "snooze", "aaaa00000001", "--incident", *later)
    assert "snoozed aaaa00000002 until 2999-01-01 12:30 UTC: fee" in result.output
    assert monitor(built, "unhelpful", "cccc").exit_code == 0
    # by its own name too
    reopened = monitor(built, "reopen", "dddd00000001", "--incident").output.splitlines()
    assert [line.split(":")[0] for line in reopened] == [
        "reopened aaaa00000002", "reopened aaaa00000001",
    ]  # fmt: skip
    said = in_database(
        built,
        "select action, snoozed_until::varchar, count(*) from ml_monitor__feedback group by all "
        "order by 1",
    )
    assert said == [
        ("acknowledge", None, 2),
        ("reopen", None, 2),
        ("snooze", "2999-01-01 12:30:00", 2),
        ("unhelpful", None, 1),
    ]


def test_what_cannot_be_said_is_told_in_a_line(built: Path) -> None:
    assert "no alert has this id; did you mean 'bbbb00000001'?" in told(built, "ack", "bbbb0000002")
    assert told(built, "ack", "zzzz") == (
        "'zzzz': no alert has this id; `monitor alerts --all` lists all"
    )
    assert told(built, "unhelpful", "aaaa") == (
        "'aaaa': 2 alerts begin so (aaaa00000002, aaaa00000001); give more characters"
    )
    assert told(built, "ack", "bbb").startswith("'bbb': give at least 4 characters")
    assert "bbbb00000001 is resolved already" in told(built, "snooze", "bbbb", "--days", "2")
    past = told(built, "snooze", "aaaa00000001", "--until", "2020-01-01")
    assert past.startswith("2020-01-01 00:00:00 is not in the future")
    for wrong in ((), ("--days", "1", "--until", "2999-01-01"), ("--days", "1e12")):
        assert monitor(built, "snooze", "aaaa00000001", *wrong).exit_code == 2
    # one that is wrong leaves nothing of the others
    told(built, "ack", "aaaa00000001", "zzzz")
    assert in_database(built, "select count(*) from ml_monitor__feedback") == [(0,)]


def test_tables_that_are_not_there(shop: Path) -> None:
    assert 'ml_monitor__alerts" is not built yet; run `dbt build`' in told(shop, "alerts")
    in_database(shop, ALERTS)
    assert 'ml_monitor__feedback" is not built yet' in told(shop, "ack", "bbbb")
    in_database(shop, "create table ml_monitor__feedback (alert_id varchar)")
    assert "an older version of the package built it; run `dbt build`" in told(shop, "ack", "bbbb")
    (shop / "dbt_packages/ml_monitor/models/ml_monitor__alerts.sql").unlink()
    assert "dbt knows no model ml_monitor__alerts here" in told(shop, "alerts")


HOLD = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


def test_the_lock_of_a_build_is_waited_for(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(built / "shop.duckdb")

    def held(seconds: float) -> subprocess.Popen[str]:
        arguments = [sys.executable, "-c", HOLD, path, str(seconds)]
        holder = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        return holder

    started = time.monotonic()
    with held(4):
        result = monitor(built, "ack", "bbbb")
    assert result.exit_code == 0, result.output
    assert time.monotonic() - started > 4
    assert in_database(built, "select count(*) from ml_monitor__feedback") == [(1,)]

    monkeypatch.setattr(feedback, "SECONDS_TO_WAIT", 0.5)
    with held(60) as holder:
        line = told(built, "ack", "bbbb")
        holder.terminate()
    assert line.startswith("nothing was recorded, for another process has held the database's lock")
    assert in_database(built, "select count(*) from ml_monitor__feedback") == [(1,)]
