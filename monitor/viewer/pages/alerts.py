"""Alerts: what is wrong, the gravest first; what people say of it is written here too."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import streamlit as st

from monitor.declaration.schema import SEVERITIES
from monitor.project.alerts import STATES
from monitor.project.errors import MonitorError, UnreachableError
from monitor.project.feedback import Action
from monitor.reading import Query, ask
from monitor.viewer import style
from monitor.viewer.page import Page, link
from monitor.viewer.panel import behind, facts
from monitor.viewer.text import (
    counted,
    moment,
    number_text,
    owner_text,
    plain,
    sentence,
    subject_text,
)
from monitor.viewer.view import ALL, BETWEEN, Row, View, pick, say_in_address, write_address

ANY = "any"
_AT_ONCE = 15
# As many characters of an alert's id name it.
_LEAST_OF_AN_ID = 4
# What is shown before and after an alert's windows.
_AROUND = timedelta(days=14)
_CONCERNS = {
    "data": "drift and quality of data",
    "constraint": "declared constraints",
    "performance": "performance",
}
# What no feature's chart can show.
_NO_FEATURES = ("__row__", "__joint__", "all")
# What the heat map of the Quality page cannot show.
_NO_RATES = ("row_count", "missing_windows", "violated_constraints", "schema_changes")


def alerts_of(**chosen: str) -> Query:
    """Ask for alerts, those that last and are gravest first; `any` is no condition."""
    given = {column: value for column, value in chosen.items() if value != ANY}
    conditions = "".join(f" and {column} = :{column}" for column in given)
    return ask(
        f"""
        select *
        from ml_monitor__alerts
        where true{conditions}
        order by
            case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end,
            last_window desc,
            alert_id
        """,
        **given,
    )


def show(view: View) -> None:
    """Draw the filters, the alert that is chosen, and the list."""
    monitors = view.frame(ask("select monitor from ml_monitor__status order by monitor"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = alerts_of(
            monitor=pick("Model", "monitor", [ANY, *monitors["monitor"]]),
            state=pick("State", "state", [ANY, *STATES], default="open"),
            severity=pick("Severity", "severity", [ANY, *reversed(SEVERITIES)]),
            concern=pick(
                "Concern",
                "concern",
                [ANY, *_CONCERNS],
                written=lambda one: _CONCERNS.get(one, one),
            ),
        )
    frame = view.frame(query)
    chosen = st.query_params.get("alert")
    if chosen is not None:
        _detail(view, chosen)
    st.markdown(f"**{counted(len(frame), 'alert')}**")
    if frame.empty:
        st.success("No alert fits these filters.", icon=":material/check_circle:")
    shown = st.session_state.setdefault("alerts shown", _AT_ONCE)
    for alert in frame.head(shown).to_dict("records"):
        _row(alert, "list")
    if len(frame) > shown and st.button(f"Show {min(_AT_ONCE, len(frame) - shown)} more"):
        st.session_state["alerts shown"] = shown + _AT_ONCE
        st.rerun()
    behind(view, "alerts", query, frame)


def _row(alert: Row, place: str) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        _badges(alert)
        st.markdown(plain(alert["summary"]), width="stretch")
        st.button("Look", key=f"look {place} {alert['alert_id']}", on_click=_choose, args=(alert,))


def _choose(alert: Row) -> None:
    say_in_address({"alert": alert["alert_id"]})
    write_address()


def _badges(alert: Row) -> None:
    label, icon, color = style.SEVERITIES[alert["severity"]]
    st.badge(label, icon=icon, color=color)
    st.badge(alert["state"], color="gray")


def _detail(view: View, alert_id: str) -> None:
    found = view.frame(
        ask(
            "select * from ml_monitor__alerts where starts_with(alert_id, :alert) limit 2",
            alert=alert_id,
        )
    )
    if len(found) != 1 or len(alert_id) < _LEAST_OF_AN_ID:
        st.warning(
            f"This link asks for alert {plain(alert_id)}, which is not there: its monitor may have "
            "been removed from the declaration. The list below is of those that are.",
            icon=":material/link_off:",
        )
        return
    (alert,) = found.to_dict("records")
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"#### {plain(_about(alert))} of {plain(alert['monitor'])}",
                width="content",
            )
            _badges(alert)
        st.markdown(plain(alert["summary"]))
        facts(
            {
                alert["metric"].replace("_", " "): number_text(alert["value"]),
                "lower limit": number_text(alert["lower_limit"]),
                "upper limit": number_text(alert["upper_limit"]),
                "reference": number_text(alert["reference_value"]),
                "times the limit, at worst": number_text(alert["worst_ratio"]),
                "rows": number_text(alert["n"]),
                "windows": number_text(alert["windows"]),
                "first window": moment(alert["first_window"]),
                "last window": moment(alert["last_window"]),
                "compared with": alert["baseline"],
                "version": alert["model_version"],
                "segment": alert["segment"]
                if alert["segment"] == "overall"
                else f"{alert['segment']} = {alert['segment_value']}",
                "owner": owner_text(alert["owner"]),
                "id": alert["alert_id"],
            }
        )
        with st.container(horizontal=True):
            _links(alert)
        _incident(view, alert)
        _say(view, alert, is_spoken_of=_said(view, alert))


def _about(alert: Row) -> str:
    if alert["concern"] != "performance":
        return subject_text(alert["subject"])
    return "performance" if alert["subject"] == ALL else f"performance of {alert['subject']}"


def _links(alert: Row) -> None:
    of = {
        "monitor": alert["monitor"],
        "metric": alert["metric"],
        "period": BETWEEN,
        "from": f"{alert['first_window'] - _AROUND:%Y-%m-%d}",
        "to": f"{alert['last_window_end'] + _AROUND:%Y-%m-%d}",
    }
    if alert["model_version"] != "all":
        of["version"] = alert["model_version"]
    if alert["segment"] != "overall":
        of["segment"] = f"{alert['segment']} = {alert['segment_value']}"
    if alert["concern"] == "performance":
        link("performance", "See its performance", {**of, "class": alert["subject"]})
        return
    without = {key: of[key] for key in of if key != "metric"}
    if alert["subject"] not in _NO_FEATURES:
        window = {"feature": alert["subject"], "window": f"{alert['last_window']:%Y-%m-%d %H:%M}"}
        is_drift = alert["family"] == "drift"
        moved = {**of, "baseline": alert["baseline"]} if is_drift else without
        link("drift", "See its distributions", {**moved, **window})
    is_rate = alert["family"] == "quality" and alert["metric"] not in _NO_RATES
    link("quality", "See its data quality", of if is_rate else without)


def _incident(view: View, alert: Row) -> None:
    others = view.frame(
        ask(
            "select * from ml_monitor__alerts where incident_id = :incident and alert_id <> :alert "
            "order by worst_ratio desc",
            incident=alert["incident_id"],
            alert=alert["alert_id"],
        )
    )
    if not others.empty:
        with st.expander(f"{counted(len(others), 'more alert')} of the same incident"):
            for other in others.to_dict("records"):
                _row(other, "incident")


def _said(view: View, alert: Row) -> bool:
    """Tell what people have said of the alert, and return whether they have."""
    feedback = view.frame(
        ask(
            "select * from ml_monitor__feedback where alert_id = :alert order by recorded_at",
            alert=alert["alert_id"],
        )
    )
    for one in feedback.to_dict("records"):
        until = f" until {moment(one['snoozed_until'])}" if one["action"] == "snooze" else ""
        note = f": {plain(one['note'])}" if one["note"] else ""
        st.markdown(
            f":material/chat: {moment(one['recorded_at'])} UTC, **{plain(one['author'])}**: "
            f"{_SAID[one['action']]}{until}{note}"
        )
    return not feedback.empty


def _say(view: View, alert: Row, *, is_spoken_of: bool) -> None:
    with st.form("say", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            author = st.text_input("Your name", key="author", persist_state="session", width=180)
            note = st.text_input("Note", key=f"note {alert['alert_id']}", width=320)
            days = st.number_input("Days to snooze", 1, 365, 7, key="days", width=140)
        with st.container(horizontal=True):
            said = {
                action: st.form_submit_button(label, icon=icon, help=meaning)
                for action, label, icon, meaning in _ACTIONS
                if (is_spoken_of if action == "reopen" else alert["state"] in _POSSIBLE[action])
            }
    for action, is_said in said.items():
        if is_said and not author.strip():
            st.warning("Write your name first: others will ask you.", icon=":material/person:")
        elif is_said:
            _record(view, alert, action, note, author, days)


_SAID: dict[Action, str] = {
    "acknowledge": "acknowledged",
    "snooze": "snoozed",
    "unhelpful": "called it unhelpful",
    "reopen": "reopened",
}
# The states in which it can be said; what has been said can be taken back.
_POSSIBLE: dict[Action, tuple[str, ...]] = {
    "acknowledge": ("open", "snoozed", "resolved"),
    "snooze": ("open", "acknowledged"),
    "unhelpful": ("open", "acknowledged", "snoozed", "resolved"),
}
_ACTIONS: tuple[tuple[Action, str, str, str], ...] = (
    (
        "acknowledge",
        "Acknowledge",
        ":material/done:",
        "It did happen, and somebody sees to it; its windows never teach a limit.",
    ),
    ("snooze", "Snooze", ":material/snooze:", "Not now: it is open again after these days."),
    (
        "unhelpful",
        "Unhelpful",
        ":material/thumb_down:",
        "It was not worth being told; ml_monitor__alert_rules counts how often a rule is that.",
    ),
    ("reopen", "Reopen", ":material/undo:", "Takes back all that has been said of it."),
)


def _record(view: View, alert: Row, action: Action, note: str, author: str, days: int) -> None:
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    until = now + timedelta(days=days) if action == "snooze" else None
    try:
        with st.spinner("Writing it down; a build that holds the database is waited for …"):
            view.tables.source.say(
                [alert["alert_id"]], action, note=note, author=author, snoozed_until=until
            )
    except MonitorError as error:
        unheard = "Nothing was recorded: " if isinstance(error, UnreachableError) else ""
        st.error(unheard + sentence(error), icon=":material/error:")
    else:
        st.toast(f"Recorded: {_SAID[action]}.", icon=":material/check:")
        st.rerun()


PAGE = Page("Alerts", ":material/notifications:", 20, show)
