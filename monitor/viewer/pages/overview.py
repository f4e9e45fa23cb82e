"""Overview: the health of each model, the gravest first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from monitor.declaration.schema import SEVERITIES
from monitor.reading import ask
from monitor.viewer import style
from monitor.viewer.charts import performance as charts
from monitor.viewer.page import Page, link
from monitor.viewer.panel import behind
from monitor.viewer.text import ago, counted, moment, number_text, owner_text, plain
from monitor.viewer.view import Row, View

# The metric by which a person knows a model of each task.
_METRICS = ("accuracy", "mae", "ndcg_at_k")
_WINDOWS = 60
_AT_ONCE = 12

STATUS = ask("select * from ml_monitor__status")
OPEN_ALERTS = ask(
    """
    select monitor, severity, count(*) as alerts
    from ml_monitor__alerts
    where state = 'open'
    group by monitor, severity
    """
)
SPARKLINES = ask(
    """
    select performance.monitor, window_start, source, metric, value
    from ml_monitor__performance as performance
    inner join ml_monitor__monitors as monitors
        on monitors.monitor = performance.monitor and monitors.grain = performance.grain
    where metric in (:metrics) and class = 'all' and model_version = 'all' and segment = 'overall'
        and verdict <> 'insufficient_data'
        and not (source = 'estimated' and verdict = 'not_applicable')
    order by window_start
    """,
    metrics=_METRICS,
)


def show(view: View) -> None:
    """Draw a card for each model."""
    models = view.frame(STATUS)
    alerts = view.frame(OPEN_ALERTS)
    series = view.frame(SPARKLINES)
    models = models.assign(weight=[_weight(one, alerts) for one in models.to_dict("records")])
    models = models.sort_values(["weight", "monitor"], ascending=[False, True])
    st.markdown(_headline(models, alerts))
    st.markdown(
        ":small[Lines are performance realized where labels are in, dashes what is estimated.]"
    )
    shown = st.session_state.setdefault("cards", _AT_ONCE)
    for record in models.head(shown).to_dict("records"):
        _card(
            record,
            alerts[alerts["monitor"] == record["monitor"]],
            series[series["monitor"] == record["monitor"]],
        )
    if len(models) > shown and st.button(f"Show {len(models) - shown} more"):
        st.session_state["cards"] = len(models)
        st.rerun()
    behind(view, "models", STATUS, models.drop(columns="weight"), " of the models")
    behind(view, "lines", SPARKLINES, series, " of the lines")


def _weight(record: Row, alerts: pd.DataFrame) -> int:
    mine = alerts[alerts["monitor"] == record["monitor"]]
    # an alert outweighs any number of less grave ones, and each outweighs a state
    weight = int(record["state"] in ("stale", "attention"))
    for severity, count in zip(mine["severity"], mine["alerts"], strict=True):
        weight += int(1000 ** (1 + SEVERITIES.index(severity))) * min(int(count), 999)
    return weight


def _headline(models: pd.DataFrame, alerts: pd.DataFrame) -> str:
    troubled = alerts["monitor"].nunique()
    if troubled == 0:
        return f"**{len(models)} models, no open alert.**"
    opened = counted(int(alerts["alerts"].sum()), "open alert")
    return f"**{opened} on {troubled} of {counted(len(models), 'model')}.**"


def _card(record: Row, alerts: pd.DataFrame, series: pd.DataFrame) -> None:
    name = record["monitor"]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"#### {plain(name)}", width="content")
            if record["state"] != "ok" or alerts.empty:
                label, icon, color = style.STATES[record["state"]]
                st.badge(label, icon=icon, color=color)
            for severity in reversed(SEVERITIES):
                count = int(alerts.loc[alerts["severity"] == severity, "alerts"].sum())
                if count:
                    label, icon, color = style.SEVERITIES[severity]
                    st.badge(f"{count} {label}", icon=icon, color=color)
        left, right = st.columns([3, 2])
        with left:
            st.markdown(
                f"Last window **{moment(record['last_window'])}** · newest rows "
                f"**{ago(record['hours_since_last_row'])}** before the last run, of "
                f"**{moment(record['profiled_at'])} UTC** · "
                f"**{number_text(record['predictions'])}** predictions, "
                f"**{number_text(record['labelled'])}** labelled · owner "
                f"**{plain(owner_text(record['owner']))}**"
            )
            if record["message"]:
                st.markdown(f":small[{plain(record['message'])}]")
            with st.container(horizontal=True):
                for page in ("alerts", "performance", "drift", "quality"):
                    link(page, page.capitalize(), {"monitor": name})
        with right:
            _sparkline(name, series)


def _sparkline(name: str, series: pd.DataFrame) -> None:
    if series.empty:
        st.markdown("No performance to judge yet: too few labels have come, or none are declared.")
        return
    starts = series["window_start"].drop_duplicates().nlargest(_WINDOWS)
    series = series[series["window_start"] >= starts.min()]
    metric = series["metric"].iloc[0].replace("_", " ")
    st.altair_chart(
        charts.sparkline(series, metric),
        key=f"sparkline {name}",
        alt=f"{metric} of {name} in its last {len(starts)} windows, realized and estimated.",
    )


PAGE = Page("Overview", ":material/dashboard:", 10, show)
