"""How alerts open, last, are spoken of, and end, over four runs."""

from __future__ import annotations

import pandas as pd
import pytest

from monitor.warehouse import invoke
from tests.alerts.life import SNOOZED_DAYS, Life, live
from tests.alerts.stream import (
    JOINED_DAY,
    KINDS,
    LOCAL,
    SHOP,
    UPSTREAM,
    day,
)
from tests.conftest import NewProject


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def life(request: pytest.FixtureRequest, new_project: NewProject) -> Life:
    return live(new_project(request.param))


def test_ten_windows_of_one_fault_are_one_alert(life: Life) -> None:
    alert = life.one("built", "ten")
    assert (alert["windows"], alert["state"]) == (10, "resolved")
    assert (alert["first_window"], alert["last_window"]) == (day(10), day(19))
    assert alert["last_window_end"] == day(20)
    assert alert["closed_at"] == alert["opened_at"]
    assert life.one("built", "lasting")["closed_at"] is pd.NaT


def test_two_faults_with_a_gap_are_two(life: Life) -> None:
    alerts = life.about("built", "gap")
    assert [one["first_window"] for one in alerts] == [day(10), day(13)]
    assert [one["last_window"] for one in alerts] == [day(11), day(14)]
    assert len({one["alert_id"] for one in alerts}) == 2


def test_windows_in_between_that_are_not_ok_end_nothing(life: Life) -> None:
    # one only warns; one is too small, and one missing
    for subject, windows in (("eased", 4), ("pause", 4)):
        alert = life.one("built", subject)
        assert alert["windows"] == windows
        assert set(alert["metrics"].split(", ")) == {"population_stability_index", "null_rate"}
    project = life.project
    between = project.query(
        "select window_start, verdict from ml_monitor__metrics where monitor = 'shop' and "
        "metric = 'population_stability_index' and model_version = 'all' and "
        f"((subject = 'eased' and window_start = '{day(12)}') or (subject = 'pause' and "
        f"window_start in ('{day(23)}', '{day(24)}'))) order by 1"
    )
    assert between.astype(str).to_numpy().tolist() == [
        ["2026-01-13", "warn"],
        ["2026-01-24", "insufficient_data"],
    ]


def test_versions_of_one_fault_are_one_alert(life: Life) -> None:
    assert life.one("built", "both")["model_version"] == "all"
    only = life.one("built", "only_b")
    # 200 of its rows in each of two windows
    assert (only["model_version"], only["n"]) == ("b", 400)


def test_segments_open_alerts_only_where_they_are_named(life: Life) -> None:
    alerts = life.about("built", "plan")
    assert {(one["segment"], one["segment_value"]) for one in alerts} == {
        ("region", "north"),
        ("region", "south"),
    }
    evidence = life.project.query(
        "select segment_value, verdict, reason from ml_monitor__drift where monitor = 'local' "
        "and feature = 'plan' and metric = 'population_stability_index' and segment = 'channel' "
        f"and window_start = '{day(11)}' order by 1"
    )
    assert evidence["verdict"].tolist() == ["warn", "ok", "warn"]
    assert "only evidence" in evidence["reason"][0]


def test_one_broken_column_is_one_incident(life: Life) -> None:
    ids = {life.one("built", feature)["incident_id"] for feature in UPSTREAM}
    assert len(ids) == 1
    incidents = life.incidents["built"]
    (incident,) = incidents[incidents["incident_id"] == ids.pop()].to_dict("records")
    assert incident["alerts"] == len(UPSTREAM)
    assert incident["subjects"] == ", ".join(sorted(UPSTREAM))
    assert (incident["state"], incident["unresolved_alerts"]) == ("resolved", 0)
    assert incident["summary"].endswith("800 rows; and 9 more alerts")
    # alerts that join in the same window leave the name as it is
    names = life.incidents["refreshed"].set_index("first_window")["incident_id"]
    assert names[incident["first_window"]] == incident["incident_id"]


def test_severity_follows_effect_and_reach(life: Life) -> None:
    log = life.log["built"].merge(life.alerts["built"][["alert_id", "severity"]])
    reach = log.groupby("subject")["reach"].max()
    assert reach["ten"] == 1
    # a version has half the rows, a region a quarter
    assert (reach["only_b"], reach["plan"]) == (0.5, 0.25)
    strength = log["worst_ratio"] * log["reach"]
    levels = ["low", "medium", "high", "critical"]
    expected = pd.cut(strength, [0, 1, 2, 4, float("inf")], right=False, labels=levels).astype(str)
    is_declared = log["monitor"].isin(["local", "kinds"])
    is_declared |= log["subject"].isin(["noted", "all"])
    assert log["severity"][~is_declared].tolist() == expected[~is_declared].tolist()
    assert set(log["severity"]) == set(levels)
    assert strength[log["subject"] == "noted"].min() > 4


def test_severity_is_as_declared_of_what_is_in_alert(life: Life) -> None:
    def of(subject: str, monitor: str, **also: object) -> str:
        return str(life.one("built", subject, monitor=monitor, **also)["severity"])

    assert (of("noted", "shop"), of("all", "shop")) == ("low", "high")
    # the gravest of an alert's metrics, with its effect that of which nothing is declared
    assert "f1" in life.one("built", "x", monitor="kinds")["metrics"].split(", ")
    assert [of(name, "kinds") for name in ("z", "x", "all")] == ["critical", "medium", "medium"]
    assert of("plan", "local", segment_value="north") == "low"


def test_summaries(life: Life) -> None:
    summaries = life.alerts["built"].set_index("alert_id")["summary"]
    for subject, value, sentence in (
        (
            "lasting", "all",
            "lasting of shop has moved: population stability index 2.17 (limit 0.125) "
            "since 2026-02-01, 800 rows",
        ),
        (
            "both", "all",
            "both of shop has more NULLs: share 0.12 (limit 0.0902, reference 0.04) "
            "from 2026-01-18 to 2026-01-19, 800 rows",
        ),
        (
            "only_b", "all",
            "only_b of shop b has more NULLs: share 0.6 (limit 0.0242, reference 0) "
            "from 2026-01-18 to 2026-01-19, 400 rows",
        ),
        (
            "all", "all",
            "the performance of shop is worse: ROC AUC 0.181 (limit 0.767, reference 0.844) "
            "from 2026-01-29 to 2026-01-30, 800 labelled predictions",
        ),
        (
            "x", "all",
            "class x of kinds is worse: precision 0.493 (limit 0.66, reference 0.896) "
            "since 2026-01-13, 400 labelled predictions",
        ),
        (
            "plan", "north",
            "plan of local where region is north has moved: population stability index 1.41 "
            "(limit 0.106) since 2026-01-12, 200 rows",
        ),
    ):  # fmt: skip
        monitor = "kinds" if subject == "x" else "local" if subject == "plan" else "shop"
        alert = life.one("built", subject, segment_value=value, monitor=monitor)
        assert summaries[alert["alert_id"]] == sentence


def test_what_is_said_decides_the_state(life: Life) -> None:
    states = {subject: life.one("told", subject)["state"] for subject in ("noted", "kept", "quiet")}
    assert states == {"noted": "acknowledged", "kept": "acknowledged", "quiet": "snoozed"}
    assert [one["state"] for one in life.about("told", "gap")] == ["resolved", "resolved"]
    assert [one["unhelpful_marks"] for one in life.about("told", "gap")] == [1, 0]
    written = life.feedback["told"].set_index("subject")
    assert written["action"].to_dict() == {
        "noted": "acknowledge", "kept": "acknowledge", "quiet": "snooze", "gap": "unhelpful",
    }  # fmt: skip
    noted = written.loc["noted"]
    assert (noted["note"], noted["author"]) == ("it's known; really", "someone")
    assert (noted["first_window"], noted["last_window_end"]) == (day(31), day(33))
    quiet = written.loc["quiet"]
    asleep = quiet["snoozed_until"] - quiet["recorded_at"]
    assert abs(asleep - pd.Timedelta(days=SNOOZED_DAYS)) < pd.Timedelta(minutes=5)


def test_what_was_said_survives_a_full_refresh(life: Life) -> None:
    pd.testing.assert_frame_equal(life.feedback["told"], life.feedback["refreshed"])
    for step in ("refreshed", "broken"):
        frame = life.alerts[step].set_index("alert_id")
        before = life.alerts["built"].set_index("alert_id")
        # of the column that breaks the monitor there is one more
        frame = frame[frame["metric"] != "schema_changes"]
        assert sorted(frame.index) == sorted(before.index)
        assert frame.loc[before.index, "opened_at"].tolist() == before["opened_at"].tolist()
    states = [life.one("refreshed", subject)["state"] for subject in ("kept", "quiet")]
    assert states == ["acknowledged", "snoozed"]
    assert life.about("refreshed", "gap")[0]["unhelpful_marks"] == 1
    assert life.one("refreshed", "kept")["windows"] == 3


def test_an_acknowledgement_lapses_when_another_metric_joins(life: Life) -> None:
    noted = life.one("refreshed", "noted")
    assert "out_of_range_rate" in noted["metrics"]
    assert (noted["last_began"], noted["state"]) == (day(JOINED_DAY), "open")
    assert life.one("refreshed", "kept")["last_began"] == day(31)


def test_corrected_labels_clear_an_alert_for_good(life: Life) -> None:
    before = life.one("told", "all", monitor="shop")
    cleared = life.one("refreshed", "all", monitor="shop")
    assert (before["is_cleared"], cleared["is_cleared"]) == (False, True)
    assert cleared["state"] == "resolved"
    since = "; cleared since by later rows, labels or limits"
    assert cleared["summary"] == before["summary"] + since
    assert cleared["closed_at"] == before["closed_at"]
    # and so it stays
    for step in ("broken", "removed"):
        assert str(life.one(step, "all", monitor="shop")) == str(cleared)


def test_late_rows_extend_an_alert_under_its_name(life: Life) -> None:
    before, after = (life.one(step, "pause") for step in ("built", "refreshed"))
    assert (before["first_window"], after["first_window"]) == (day(21), day(20))
    assert (before["windows"], after["windows"]) == (4, 5)
    assert before["alert_id"] == after["alert_id"]


def test_a_snooze_ends(life: Life) -> None:
    assert life.one("refreshed", "quiet")["state"] == "snoozed"
    assert life.one("broken", "quiet")["state"] == "open"


def test_a_snooze_undoes_no_acknowledgement_and_reopening_undoes_all(life: Life) -> None:
    states = [life.states[step] for step in (0, 1, 3, 4)]
    assert states == ["acknowledged", "snoozed", "acknowledged", "open"]
    (marks,) = life.project.query(
        "select unhelpful_marks from ml_monitor__alerts where subject = 'quiet'"
    )["unhelpful_marks"]
    assert marks == 0
    known = life.project.query("select subject from ml_monitor__known_incidents")["subject"]
    assert sorted(known) == ["kept", "noted"]


def test_a_broken_monitor_keeps_its_alerts(life: Life) -> None:
    assert life.broken == ["kinds"]
    for step in ("refreshed", "broken"):
        frame = life.alerts[step]
        states = frame[frame["monitor"] == "kinds"]
        is_new = states["metric"] == "schema_changes"
        assert states[~is_new]["state"].tolist() == ["open"] * 4
        assert is_new.sum() == (step == "broken")
    # what is declared no more is not shown, and not forgotten
    assert "kinds" not in set(life.alerts["removed"]["monitor"])
    logged = life.log["removed"]
    # that of the missing column among them
    assert logged[logged["monitor"] == "kinds"]["is_cleared"].tolist() == [False] * 5


def test_rules_by_what_they_opened(life: Life) -> None:
    rules = life.project.query("select * from ml_monitor__alert_rules").set_index(
        ["monitor", "family", "metric"]
    )
    nulls = rules.loc[("shop", "quality", "null_rate")]
    alerts = life.alerts["removed"]
    own = alerts[(alerts["monitor"] == "shop") & (alerts["metric"] == "null_rate")]
    assert nulls["alerts"] == len(own) == 19
    assert (nulls["open_alerts"], nulls["acknowledged_alerts"]) == (1, 1)
    assert (nulls["unhelpful_marks"], nulls["unhelpful_alerts"]) == (1, 1)
    assert nulls["unhelpful_share"] == pytest.approx(1 / 19)
    assert rules.loc[("shop", "drift", "population_stability_index"), "alerts"] == 2
    assert rules.loc[("shop", "performance", "roc_auc"), "cleared_alerts"] == 1


GATES = """
version: 2
models:
  - name: gate
    data_tests:
      - ml_monitor.no_alerts: {name: any_open}
      - ml_monitor.no_alerts:
          name: grave
          arguments: {monitor: shop, at_least: critical}
          config: {severity: warn, store_failures: true}
      - ml_monitor.no_alerts:
          name: of_performance
          arguments: {monitor: [shop, local], family: performance}
      - ml_monitor.no_alerts:
          name: acknowledged
          arguments: {concern: data, subject: kept, states: [acknowledged, snoozed]}
      - ml_monitor.no_alerts:
          name: as_a_whole
          arguments: {monitor: shop, subject: performance, states: [resolved]}
      - ml_monitor.no_alerts: {name: of_plan, arguments: {monitor: [shop, local], subject: plan}}
      - ml_monitor.no_alerts: {name: of_others, arguments: {monitor: shop, subject: plan}}
      - ml_monitor.no_alerts: {name: of_class, arguments: {monitor: kinds, subject: [z, __row__]}}
      - ml_monitor.no_alerts: {name: no_class, arguments: {monitor: kinds, subject: w}}
      - ml_monitor.no_alerts: {name: unknown, arguments: {monitor: [kinds, loose], subject: w}}
      - ml_monitor.no_alerts: {name: anywhere, arguments: {subject: w}}
      - ml_monitor.no_alerts:
          name: nowhere
          arguments: {monitor: [shop, local, kinds], subject: quite}
      - ml_monitor.no_alerts: {name: too_bad, arguments: {at_least: hihg}}
      - ml_monitor.no_alerts: {name: of_nobody, arguments: {monitor: [shop, chop]}}
      - ml_monitor.no_alerts: {name: misspelt, arguments: {monitors: shop}}
      - ml_monitor.fresh: {name: not_stale}
      - ml_monitor.fresh: {name: recent, arguments: {monitor: shop, within: 2 days}}
      - ml_monitor.fresh: {name: of_this_century, arguments: {within: 5200 weeks}}
      - ml_monitor.fresh: {name: some_time, arguments: {within: yesterday}}
"""


def test_gates(life: Life) -> None:
    """On a model of the user's own; what lies behind it is not built when one fails."""
    project = life.project
    models = {
        "gate.sql": "select 1 as x -- depends_on: {{ ref('ml_monitor', 'ml_monitor__alerts') }}",
        "served.sql": "select * from {{ ref('gate') }}",
        "gates.yml": GATES,
    }
    for name, text in models.items():
        (project.folder / "models" / name).write_text(text, encoding="utf-8")
    loose = {key: value for key, value in KINDS.items() if key != "score"}
    loose["prediction"] = "said"
    project.declare(shop=SHOP, local=LOCAL, kinds=KINDS, loose=loose)
    outcome = invoke(["build", "--select", "gate", "served"], project.folder)
    results = {one.node.name: one for one in outcome.result.results}
    found = {name: (str(one.status), one.failures) for name, one in results.items()}
    assert found == {
        "gate": ("success", None),
        "any_open": ("fail", 5),
        "grave": ("warn", 2),
        "of_performance": ("pass", 0),
        "acknowledged": ("fail", 1),
        "as_a_whole": ("fail", 1),
        "of_plan": ("fail", 2),
        "of_others": ("error", None),
        "of_class": ("pass", 0),
        "no_class": ("error", None),
        "unknown": ("pass", 0),
        "anywhere": ("pass", 0),
        "nowhere": ("error", None),
        "too_bad": ("error", None),
        "of_nobody": ("error", None),
        "misspelt": ("error", None),
        "not_stale": ("pass", 0),
        "recent": ("fail", 1),
        "of_this_century": ("pass", 0),
        "some_time": ("error", None),
        "served": ("skipped", None),
    }
    for name, told in (
        ("nowhere", "subject of the test no_alerts is 'quite'"),
        ("of_others", "is 'plan'; allowed are ten, gap, eased, upstream_0, "),
        ("no_class", "is 'w'; allowed are __score__, __prediction__, x, y, z, __label__, __row"),
        ("too_bad", "at_least of the test no_alerts is 'hihg'; allowed are low, medium, high, "),
        ("of_nobody", "monitor of the test no_alerts is 'chop'; allowed are "),
        ("misspelt", "the test no_alerts has no argument monitors; allowed are monitor, at_least"),
        ("some_time", "within of the test fresh is 'yesterday'; write a number and a unit"),
    ):
        assert told in results[name].message
    stored = project.query(f"select * from {project.schema}_dbt_test__audit.grave order by 2")
    assert stored.columns.tolist() == [
        "monitor", "alert_id", "severity", "state", "since", "summary",
    ]  # fmt: skip
    summaries = {life.one("removed", subject)["summary"] for subject in ("lasting", "quiet")}
    assert set(stored["summary"]) == summaries
