"""What of the tables is looked at: the filters above a page, which live in its address."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from monitor.reading import Query, ask
from monitor.viewer.access import Tables
from monitor.viewer.text import plain

# A row of a frame.
Row = dict[Hashable, Any]

ALL = "all"
OVERALL = "overall"
# Windows counted back from the newest; None is every window.
PERIODS = {"30 windows": 30, "90 windows": 90, "365 windows": 365, "every window": None}
BETWEEN = "between two days"
# Conditions that a view's questions share: of its rows, and of its windows too.
AT = (
    "monitor = :monitor and model_version = :version and segment = :segment "
    "and segment_value = :segment_value"
)
WITHIN = f"{AT} and window_start >= :since and window_start < :until"
# Features in one heat map.
MOST_FEATURES = 30
_OF_A_MODEL = (
    *("version", "segment", "windows", "from", "to"),
    *("metric", "baseline", "features", "feature", "window", "class"),
)
# How pandas calls the lengths of windows that others add up to.
_CALENDAR = {"day": "D", "week": "W-SUN", "month": "M"}
# What of an address may have been renamed, or removed from the declaration.
_NAMED = ("Model", "Version", "Segment", "Feature", "Class")
# Of a session: choices that go from page to page, what is wrong with those of an address, and what
# the address is to say in their place.
_KEPT, _WRONG, _WRITTEN = "kept", "wrong", "written"


@dataclass(frozen=True)
class View:
    """What a page shows.

    Attributes
    ----------
    tables : Tables
    monitor, version, segment, segment_value : str
        As in the result tables.
    task : str
        As declared.
    grain : str
        Length of the windows, as declared or rolled up.
    is_rolled_up : bool
        Whether the windows are sums of declared ones.
    since, until : datetime
        Windows that begin at `since` or later and before `until`, UTC.
    """

    tables: Tables
    monitor: str = ""
    version: str = ALL
    segment: str = OVERALL
    segment_value: str = ALL
    task: str = ""
    grain: str = ""
    is_rolled_up: bool = False
    since: datetime = datetime(1, 1, 1)
    until: datetime = datetime(9999, 12, 31)

    def ask(self, sql: str, **values: object) -> Query:
        """Make a question, in which the view's own fields may stand as `:monitor` and so on."""
        named = {
            name: getattr(self, name)
            for name in re.findall(r":(\w+)", sql)
            if name not in values and hasattr(self, name)
        }
        return ask(sql, **named, **values)

    def frame(self, query: Query) -> pd.DataFrame:
        """Return the rows of a question."""
        return self.tables.frame(query)


def choose(tables: Tables, filters: Sequence[str]) -> View:
    """Draw the filters that a page follows and return what they say."""
    view = View(tables)
    if "monitor" not in filters:
        return view
    monitors = tables.frame(ask("select monitor from ml_monitor__status order by monitor"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        monitor = pick(
            "Model", "monitor", monitors["monitor"].tolist(), is_kept=True, clears=_OF_A_MODEL
        )
        view = replace(view, monitor=monitor)
        if "version" in filters or "segment" in filters:
            parts = view.frame(
                view.ask(
                    "select distinct model_version, segment, segment_value "
                    "from ml_monitor__quality where monitor = :monitor and metric = 'null_rate'"
                )
            )
            view = _part(view, parts, filters)
        view = _windows(view, is_chosen="windows" in filters)
        if "period" in filters:
            view = _period(view)
    return view


def pick(
    label: str,
    key: str,
    options: Sequence[str],
    default: str | None = None,
    *,
    is_kept: bool = False,
    clears: Sequence[str] = (),
    written: Callable[[str], str] = str,
) -> str:
    """Draw a choice whose value lives in the address.

    Parameters
    ----------
    label : str
    key : str
        Its name in the address.
    options : sequence of str
        At least one. An address that names another is answered by the default, and by a sentence.
    default : str, optional
        Where neither the address nor the person has chosen; the first if absent or no option.
    is_kept : bool
        Whether other pages that have the same choice begin with it.
    clears : sequence of str
        What else of the address is forgotten when it changes.
    written : callable
        How an option is called to people.
    """
    first = default if default is not None and default in options else options[0]
    kept = st.session_state.setdefault(_KEPT, {})
    given = st.query_params.get(key)
    if given is not None and given not in options:
        _gone(label, key, given)
    candidates = (given, kept.get(key) if is_kept else None)
    value = next((str(one) for one in candidates if one in options), first)
    if value not in (given, first):
        say_in_address({key: value})

    def changed() -> None:
        chosen = st.session_state[key]
        kept[key] = chosen
        for other in clears:
            kept.pop(other, None)
        say_in_address({**dict.fromkeys(clears), key: chosen})
        write_address()

    if is_kept:
        kept[key] = value
    st.session_state[key] = value
    st.selectbox(label, options, key=key, on_change=changed, width=220, format_func=written)
    return value


def farther_out(features: int) -> int:
    """Let a part of many features be chosen, where they are drawn farthest out first.

    Returns
    -------
    int
        How many lie farther out than those of the part.
    """
    if features <= MOST_FEATURES:
        return 0
    parts = {
        f"{first + 1} to {min(first + MOST_FEATURES, features)}": first
        for first in range(0, features, MOST_FEATURES)
    }
    return parts[pick("Features, farthest out first", "features", list(parts))]


def say_in_address(choices: Mapping[str, str | None]) -> None:
    """Let the address say what is chosen, None for nothing, when `write_address` is called."""
    st.session_state.setdefault(_WRITTEN, {}).update(choices)


def write_address() -> None:
    """Write what is to be said into the address at once: each time makes an entry of history."""
    old = st.query_params.to_dict()
    new = {
        key: value
        for key, value in {**old, **st.session_state.pop(_WRITTEN, {})}.items()
        if value is not None
    }
    if new != old:
        st.query_params.from_dict(new)


def tell_what_is_wrong() -> None:
    """Say which choices of the address do not exist, below the filters."""
    for sentence in st.session_state.pop(_WRONG, []):
        st.warning(sentence, icon=":material/link_off:")


def _gone(label: str, key: str, given: str) -> None:
    why = ": it may have been renamed, or removed from the declaration" if label in _NAMED else ""
    _wrong(
        f"This link asks for {label.lower()} “{plain(given)}”, which is not there{why}. What is "
        "shown is of another; choose what you meant."
    )
    say_in_address({key: None})


def _wrong(sentence: str) -> None:
    st.session_state.setdefault(_WRONG, []).append(sentence)


def _part(view: View, parts: pd.DataFrame, filters: Sequence[str]) -> View:
    if "version" in filters:
        versions = [one for one in sorted(parts["model_version"].unique()) if one != ALL]
        view = replace(view, version=pick("Version", "version", [ALL, *versions], is_kept=True))
    if "segment" in filters:
        pairs = parts[["segment", "segment_value"]].drop_duplicates()
        pairs = pairs[pairs["segment"] != OVERALL].sort_values(["segment", "segment_value"])
        named = {OVERALL: (OVERALL, ALL)} | {
            f"{segment} = {value}": (segment, value)
            for segment, value in pairs.itertuples(index=False, name=None)
        }
        segment, value = named[pick("Segment", "segment", list(named), is_kept=True)]
        view = replace(view, segment=segment, segment_value=value)
    return view


def _windows(view: View, is_chosen: bool) -> View:
    declared = view.frame(
        view.ask("select task, grain, roll_up from ml_monitor__monitors where monitor = :monitor")
    ).iloc[0]
    view = replace(view, task=str(declared["task"]))
    grain, longer = str(declared["grain"]), str(declared["roll_up"]).split()
    if is_chosen and (longer or "windows" in st.query_params):
        chosen = pick("Windows", "windows", [grain, *longer], is_kept=True)
        return replace(view, grain=chosen, is_rolled_up=chosen != grain)
    return replace(view, grain=grain)


def _period(view: View) -> View:
    starts = view.frame(
        view.ask(
            "select window_start, window_end from ml_monitor__windows "
            "where monitor = :monitor and n > 0 order by window_start"
        )
    )
    period = pick("Period", "period", [*PERIODS, BETWEEN], is_kept=True)
    if starts.empty:
        return view
    first, last = starts["window_start"].iloc[0], starts["window_start"].iloc[-1]
    until = starts["window_end"].iloc[-1].to_pydatetime()
    if period == BETWEEN:
        since_on = day("From", "from", first.date(), first.date(), last.date())
        until_on = day("To", "to", last.date(), first.date(), last.date())
        tell_if_reversed(since_on, until_on)
        _tell_if_outside(first.date(), last.date())
        end = datetime.combine(until_on, time()) + timedelta(days=1)
        return replace(view, since=datetime.combine(since_on, time()), until=end)
    if view.is_rolled_up:
        longer = starts["window_start"].dt.to_period(_CALENDAR[view.grain])
        starts = starts.assign(window_start=longer.dt.start_time).drop_duplicates("window_start")
    windows = PERIODS[period] or len(starts)
    since = starts["window_start"].iloc[-min(windows, len(starts))].to_pydatetime()
    return replace(view, since=since, until=until)


def tell_if_reversed(since: date, until: date) -> None:
    """Say so if a period ends before it begins."""
    if since > until:
        _wrong(
            f"The period from {since} to {until} ends before it begins: choose an earlier From, "
            "or a later To."
        )


def _tell_if_outside(first: date, last: date) -> None:
    """Say so if the address asks for days before the first window, or after the last."""
    since, until = (_day(st.query_params.get(key)) for key in ("from", "to"))
    if (until is not None and until < first) or (since is not None and since > last):
        _wrong(
            f"This link asks for days that have no window: there are windows from {first} to "
            f"{last}. What is shown is of the nearest; choose what you meant."
        )


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        return None


def day(
    label: str, key: str, default: date, earliest: date | None = None, latest: date | None = None
) -> date:
    """Draw a choice of a day whose value lives in the address."""
    given = st.query_params.get(key)
    value = min(max(default, earliest or default), latest or default)
    if given is not None:
        found = _day(given)
        if found is None:
            _gone(label, key, given)
        else:
            value = min(max(found, earliest or found), latest or found)

    def changed() -> None:
        chosen = st.session_state[key]
        if chosen is not None:
            say_in_address({key: chosen.isoformat()})
            write_address()

    st.session_state[key] = value
    st.date_input(
        label,
        key=key,
        min_value=earliest,
        max_value=latest,
        on_change=changed,
        format="YYYY-MM-DD",
        width=150,
    )
    return value
