"""Data quality: what came, what did not, and what is amiss with the values."""

from __future__ import annotations

import streamlit as st

from monitor.reading import Query
from monitor.viewer.charts import quality as charts
from monitor.viewer.page import Page
from monitor.viewer.panel import facts, panel, table
from monitor.viewer.text import ago, moment
from monitor.viewer.view import MOST_FEATURES, WITHIN, View, farther_out, pick

_FIRST = "null_rate"


def show(view: View) -> None:
    """Draw what came last, volume, rates, constraints and changes of columns."""
    (status,) = view.frame(status_of(view)).to_dict("records")
    facts(
        {
            "newest window": moment(status["last_window"]),
            "newest rows, before the last run": ago(status["hours_since_last_row"]),
            "last run": moment(status["profiled_at"]),
            "state": status["state"],
        }
    )
    panel(
        view,
        "volume",
        "Rows by window",
        volume(view),
        charts.volume,
        alt_text=f"Rows of each window of {view.monitor} beside what is usual; windows that are "
        "missing bear a diamond.",
        note="Dashes are the limits. ◆ a window that should be there and is missing.",
        empty="No window in this period, or rows are not judged by version and segment: choose "
        "all versions and overall.",
    )
    metrics = view.frame(newest(view)).set_index("metric")["features"]
    if len(metrics):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            metric = pick("Metric", "metric", metrics.index.tolist(), default=_FIRST)
            skip = farther_out(int(metrics[metric]))
        name = metric.replace("_", " ")
        panel(
            view,
            "rates",
            f"{name} of each feature",
            rates(view, metric, skip),
            lambda rows: charts.rates(rows, name),
            alt_text=f"Heat map of {name} by feature and window; alerts bear a diamond, warnings a "
            "triangle.",
            note="The features farthest from their limit first. ◆ alert, ▲ warning, ○ too few rows "
            "to judge.",
            empty="No feature has this metric in this period.",
        )
    table(
        view,
        "constraints",
        "Constraints",
        constraints(view),
        empty="No constraint is declared or learned. `monitor constraints` suggests some.",
        columns={
            "feature": "Feature",
            "constraint_type": "Constraint",
            "demanded": "What must hold",
            "source": "Declared or learned",
            "broken_windows": st.column_config.NumberColumn("Windows that break it"),
            "last_broken": st.column_config.DatetimeColumn(
                "Last broken", format="YYYY-MM-DD HH:mm"
            ),
        },
    )
    table(
        view,
        "schema",
        "Changed columns",
        schema_changes(view),
        empty="The columns are as they were when the model was first looked at.",
        columns={
            "column_name": "Column",
            "roles": "Used as",
            "state": "State",
            "previous_data_type": "Type before",
            "data_type": "Type now",
            "changed_at": st.column_config.DatetimeColumn("Since", format="YYYY-MM-DD HH:mm"),
            "verdict": "Verdict",
            "message": "What to do",
        },
    )


def status_of(view: View) -> Query:
    """Ask how far the model has been read."""
    return view.ask(
        "select last_window, hours_since_last_row, profiled_at, state from ml_monitor__status "
        "where monitor = :monitor"
    )


def newest(view: View) -> Query:
    """Ask what is measured of how many features in the newest window of the period."""
    return view.ask(
        """
        select metric, count(distinct feature) as features
        from ml_monitor__quality
        where monitor = :monitor and model_version = 'all' and segment = 'overall'
            and feature <> '__row__' and window_start = (
                select max(window_start)
                from ml_monitor__windows
                where monitor = :monitor and n > 0 and window_start < :until
            )
        group by metric
        order by metric
        """
    )


def volume(view: View) -> Query:
    """Ask for the rows of each window, and which windows are missing or late."""
    return view.ask(
        f"""
        select window_start, window_end,
            max(case when metric = 'row_count' then value when value > 0 then 0 end) as value,
            max(case when metric = 'row_count' then lower_limit end) as lower_limit,
            max(case when metric = 'row_count' then upper_limit end) as upper_limit,
            max(case when metric = 'missing_windows' and verdict = 'alert' then 'alert'
                when metric = 'row_count' then verdict end) as verdict,
            max(reason) as reason,
            max(case when metric = 'missing_windows' and value > 0 then 1 else 0 end) = 1
                as is_missing
        from ml_monitor__quality
        where {WITHIN} and feature = '__row__' and metric in ('row_count', 'missing_windows')
        group by window_start, window_end
        order by window_start
        """
    )


def rates(view: View, metric: str, skip: int = 0) -> Query:
    """Ask for a metric of the features farthest from their limits, after the first `skip`."""
    return view.ask(
        f"""
        with found as (
            select feature, window_start, value, reference_value, lower_limit, upper_limit,
                limit_ratio, n, verdict, reason
            from ml_monitor__quality
            where {WITHIN} and metric = :metric
        ),
        farthest as (
            select feature,
                max(case when verdict <> 'insufficient_data' then coalesce(limit_ratio, 0) end)
                    as farthest
            from found
            group by feature
            order by farthest desc nulls last, feature
            limit {MOST_FEATURES} offset {skip}
        )
        select found.*
        from found
        inner join farthest on farthest.feature = found.feature
        order by farthest.farthest desc nulls last, found.feature, found.window_start
        """,
        metric=metric,
    )


def constraints(view: View) -> Query:
    """Ask for what must hold, and how often it did not in the period."""
    return view.ask(
        """
        select constraints.feature, constraints.constraint_type, constraints.source,
            constraints.value_text as demanded,
            sum(case when checks.verdict = 'alert' then 1 else 0 end) as broken_windows,
            max(case when checks.verdict = 'alert' then checks.window_start end) as last_broken
        from ml_monitor__constraints as constraints
        left join ml_monitor__constraint_checks as checks
            on checks.monitor = constraints.monitor
            and checks.feature = constraints.feature
            and checks.constraint_type = constraints.constraint_type
            and checks.window_start >= :since
            and checks.window_start < :until
        where constraints.monitor = :monitor
        group by constraints.feature, constraints.constraint_type, constraints.source,
            constraints.value_text
        order by broken_windows desc, constraints.source, constraints.feature,
            constraints.constraint_type
        """
    )


def schema_changes(view: View) -> Query:
    """Ask for columns that are new, missing or of another type."""
    return view.ask(
        """
        select column_name, roles, state, previous_data_type, data_type, changed_at, verdict,
            message
        from ml_monitor__schema_changes
        where monitor = :monitor
        order by case verdict when 'alert' then 0 when 'warn' then 1 else 2 end, column_name
        """
    )


PAGE = Page(
    "Quality", ":material/fact_check:", 50, show, ("monitor", "version", "segment", "period")
)
