"""Drift: which features moved, when, and from what distribution to which."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from monitor.reading import Query
from monitor.viewer.charts import drift as charts
from monitor.viewer.page import Page
from monitor.viewer.panel import panel
from monitor.viewer.text import plain, subject_text
from monitor.viewer.view import (
    AT,
    MOST_FEATURES,
    OVERALL,
    WITHIN,
    View,
    day,
    farther_out,
    pick,
    say_in_address,
    tell_if_reversed,
    write_address,
)

_FIRST = "population_stability_index"
_WINDOW_AND_BASELINE = "window and reference"
_TWO_PERIODS = "two periods"
_SEASON = "season"
_LABEL = "__label__"


def show(view: View) -> None:
    """Draw the heat map, then the feature and window that are chosen."""
    known = view.frame(compared(view))
    if known.empty:
        st.info(
            f"No window of {plain(view.monitor)} has been compared in this period: choose a longer "
            "one, or see on the Overview what the model waits for.",
            icon=":material/inbox:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = pick("Metric", "metric", sorted(known["metric"].unique()), default=_FIRST)
        baseline = pick("Baseline", "baseline", *baselines(view, known))
        is_drawn = (known["metric"] == metric) & (known["baseline"] == baseline)
        skip = farther_out(int(is_drawn.sum()))
    name = metric.replace("_", " ")
    query = heat_map(view, metric, baseline, skip)
    cell = panel(
        view,
        "drift",
        f"{name} of each feature",
        query,
        lambda rows: charts.heat_map(rows, name),
        alt_text=f"Heat map of {name} by feature and window of {view.monitor}; alerts bear a "
        "diamond, warnings a triangle.",
        note=f"The features farthest out first, against the {baseline}. ◆ alert, ▲ warning, ○ too "
        "few rows to judge. Choose a cell to see its distributions below.",
        empty="No feature has this metric in this period.",
        selection=charts.CELL,
    )
    rows = view.frame(query)
    if not rows.empty:
        _take(cell)
        _feature(view, rows, sorted(known["feature"].unique()), metric, baseline)


def baselines(view: View, known: pd.DataFrame) -> tuple[list[str], str]:
    """Return what windows are compared with, and which of it opens alerts."""
    baselines = sorted(known["baseline"].unique())
    is_seasonal = _SEASON in baselines and view.segment == OVERALL
    return baselines, _SEASON if is_seasonal else "reference"


def _take(cell: list[dict[str, Any]]) -> None:
    """Let the choices below follow a cell that has just been chosen."""
    if cell and cell != st.session_state.get("cell taken"):
        st.session_state["cell taken"] = cell
        say_in_address({key: cell[0][key] for key in ("feature", "window")})
        write_address()


def _feature(
    view: View, rows: pd.DataFrame, features: list[str], metric: str, baseline: str
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        farthest = str(rows["feature"].iloc[0])
        feature = pick("Feature", "feature", features, farthest, written=subject_text)
        of = rows[rows["feature"] == feature] if feature in set(rows["feature"]) else rows
        starts = [f"{one:%Y-%m-%d %H:%M}" for one in sorted(rows["window_start"].unique())]
        sides = pick("Compare", "compare", [_WINDOW_AND_BASELINE, _TWO_PERIODS])
        is_of_a_window = sides == _WINDOW_AND_BASELINE
        window = pick("Window", "window", starts, _farthest(of)) if is_of_a_window else None
    name = metric.replace("_", " ")
    panel(
        view,
        "feature",
        f"{plain(subject_text(feature))}: {name} by window",
        feature_over_time(view, feature, metric, baseline),
        lambda found: charts.feature_over_time(found, name),
        alt_text=f"{name} of {subject_text(feature)} by window, beside the limit of an alert.",
        note="Dashes are the limit of an alert. ○ too few rows to judge.",
        empty=f"{plain(subject_text(feature))} has no {name}: choose another metric.",
    )
    if window is not None:
        start = datetime.fromisoformat(window)
        end = rows.loc[rows["window_start"] == start, "window_end"].iloc[0].to_pydatetime()
        query = distributions(view, feature, start, end)
        one, other = window, "reference"
    else:
        query, one, other = _periods(view, feature)
    panel(
        view,
        "distributions",
        f"{plain(subject_text(feature))}: its distributions",
        query,
        lambda found: charts.distributions(found, one, other),
        alt_text=f"Share of rows in each bin of {subject_text(feature)}: {one} beside {other}.",
        note=f"{one} beside {other}, by the bins of the reference.",
        empty="No distribution is kept of this: of labels there is one where they are classes, of "
        "the order of attributions none.",
    )


def _farthest(rows: pd.DataFrame) -> str:
    """Return the window that lies farthest out, of those that can be judged if there are any."""
    sure = rows[rows["verdict"] != "insufficient_data"]
    ordered = (rows if sure.empty else sure).sort_values("limit_ratio", na_position="first")
    return f"{ordered['window_start'].iloc[-1]:%Y-%m-%d %H:%M}"


def _periods(view: View, feature: str) -> tuple[Query, str, str]:
    first, last = view.since.date(), (view.until - timedelta(microseconds=1)).date()
    middle = first + (last - first) // 2
    with st.container(horizontal=True):
        chosen = [
            day(label, key, default)
            for label, key, default in (
                ("One from", "one-from", middle + timedelta(days=1)),
                ("to", "one-to", last),
                ("Other from", "other-from", first),
                ("to", "other-to", middle),
            )
        ]
    for since, until in (chosen[:2], chosen[2:]):
        tell_if_reversed(since, until)
    moments = [datetime.combine(one, time()) for one in chosen]
    one, other = (f"{a} to {b}" for a, b in (chosen[:2], chosen[2:]))
    if one == other:
        other = f"{other} (the same)"
    after = timedelta(days=1)
    query = two_periods(
        view, feature, moments[0], moments[1] + after, moments[2], moments[3] + after
    )
    return query, one, other


def compared(view: View) -> Query:
    """Ask what is compared in the period: each metric of each feature, with each baseline."""
    return view.ask(
        """
        select distinct baseline, metric, feature
        from ml_monitor__drift
        where monitor = :monitor and model_version = 'all' and segment = 'overall'
            and window_start >= :since and window_start < :until and grain = :grain
        """
    )


def heat_map(view: View, metric: str, baseline: str, skip: int = 0) -> Query:
    """Ask for a metric of the features that lie farthest out after the first `skip`, by window."""
    return view.ask(
        f"""
        with compared as (
            select feature, window_start, window_end, value, upper_limit, limit_ratio, n, verdict
            from ml_monitor__drift
            where {WITHIN} and grain = :grain and baseline = :baseline and metric = :metric
        ),
        farthest as (
            select feature,
                max(case when verdict <> 'insufficient_data' then coalesce(limit_ratio, value) end)
                    as farthest
            from compared
            group by feature
            order by farthest desc nulls last, feature
            limit {MOST_FEATURES} offset {skip}
        )
        select compared.*
        from compared
        inner join farthest on farthest.feature = compared.feature
        order by farthest.farthest desc nulls last, compared.feature, compared.window_start
        """,
        metric=metric,
        baseline=baseline,
    )


def feature_over_time(view: View, feature: str, metric: str, baseline: str) -> Query:
    """Ask for a feature's metric by window."""
    return view.ask(
        f"""
        select window_start, value, lower_limit, upper_limit, limit_ratio, p_value, n, reference_n,
            verdict, reason
        from ml_monitor__drift
        where {WITHIN} and grain = :grain and feature = :feature and baseline = :baseline
            and metric = :metric
        order by window_start
        """,
        feature=feature,
        metric=metric,
        baseline=baseline,
    )


def distributions(view: View, feature: str, window: datetime, end: datetime) -> Query:
    """Ask for a feature's distribution in a window, or those rolled up, and in its reference."""
    if feature == _LABEL:
        return _compared(
            view,
            feature,
            "window_start >= :window and window_start < :end",
            "window_start in (select window_start from ml_monitor__windows "
            "where monitor = :monitor and is_reference)",
            {"window": window, "end": end},
        )
    return view.ask(
        f"""
        with bins as (
            select bin, bin_text, sum(n) as n, avg(reference_n) as reference_n,
                sum(mean_score * n) / sum(case when mean_score is not null then n end)
                    as mean_score,
                avg(reference_mean_score) as reference_mean_score,
                sum(observed_rate * labelled) / sum(labelled) as observed_rate,
                avg(reference_observed_rate) as reference_observed_rate
            from ml_monitor__feature_effects
            where {AT} and feature = :feature and window_start >= :window and window_start < :end
            group by bin, bin_text
        )
        select bin, bin_text, n, n / nullif(sum(n) over (), 0) as share, reference_n,
            reference_n / nullif(sum(reference_n) over (), 0) as reference_share, mean_score,
            reference_mean_score, observed_rate, reference_observed_rate
        from bins
        order by case when bin < 0 then 1 else 0 end, abs(bin)
        """,
        feature=feature,
        window=window,
        end=end,
    )


def two_periods(
    view: View, feature: str, one_from: datetime, one_to: datetime, from_: datetime, to: datetime
) -> Query:
    """Ask for a feature's distribution in two periods."""
    return _compared(
        view,
        feature,
        "window_start >= :one_from and window_start < :one_to",
        "window_start >= :other_from and window_start < :other_to",
        {"one_from": one_from, "one_to": one_to, "other_from": from_, "other_to": to},
    )


def _compared(view: View, feature: str, one: str, other: str, values: dict[str, datetime]) -> Query:
    """Ask for the shares of each bin in two sets of windows, by conditions of our own."""
    named: dict[str, str] = {}
    if feature == _LABEL:
        table, bin_, text, also = "ml_monitor__confusion", "0", "actual", "source = 'realized'"
        keys = text
    else:
        table, bin_, text = "ml_monitor__feature_effects", "bin", "bin_text"
        also, named = "feature = :feature", {"feature": feature}
        keys = f"{bin_}, {text}"
    return view.ask(
        f"""
        with counted as (
            select {bin_} as bin, {text} as bin_text,
                sum(case when {one} then n else 0 end) as n,
                sum(case when {other} then n else 0 end) as reference_n
            from {table}
            where {AT} and {also}
            group by {keys}
        )
        select bin, bin_text, n, n / nullif(sum(n) over (), 0) as share, reference_n,
            reference_n / nullif(sum(reference_n) over (), 0) as reference_share
        from counted
        where n > 0 or reference_n > 0
        order by case when bin < 0 then 1 else 0 end, abs(bin), bin_text
        """,
        **named,
        **values,
    )


PAGE = Page(
    "Drift",
    ":material/ssid_chart:",
    40,
    show,
    ("monitor", "version", "segment", "windows", "period"),
)
