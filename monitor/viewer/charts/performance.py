"""Charts of performance: by window, version and segment; calibration, thresholds, labels."""

from __future__ import annotations

import altair as alt
import pandas as pd

from monitor.viewer import style

_HISTORY = {
    "value": "this window",
    "previous_value": "window before",
    "trailing_value": "last 7 windows",
    "season_value": "same season",
    "best_constant": "best constant",
}
_SOURCES = {"realized": style.BLUE, "estimated": style.ORANGE}
_HEIGHT = 300


def over_time(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a metric by window and source, with its intervals, limits and reference.

    Windows that cannot be judged stand apart from the lines, as rings.

    Parameters
    ----------
    rows : DataFrame
        window_start, source, value, ci_low, ci_high, n, labelled_share, reference_value,
        lower_limit, upper_limit, verdict, reason.
    name : str
        Of the metric, for people.
    """
    every = alt.Chart().encode(x=style.windows())
    base = every.transform_filter(style.SURE)
    colour = style.named("source", _SOURCES, are_lines=True)
    unsure = style.rings(every).encode(y="value:Q", color=colour)
    band = base.mark_area(opacity=0.2).encode(
        y=alt.Y("ci_low:Q", scale=alt.Scale(zero=False)),
        y2="ci_high:Q",
        color=colour,
        tooltip=alt.value(None),
    )
    line = base.mark_line(point=alt.OverlayMarkDef(size=12)).encode(
        y=alt.Y("value:Q", title=name, scale=alt.Scale(zero=False)),
        color=colour,
        strokeDash=style.dashed("source", _SOURCES),
    )
    points = (
        base.transform_filter("datum.verdict == 'alert' || datum.verdict == 'warn'")
        .mark_point(filled=True, size=70, opacity=1, aria=False)
        .encode(
            y="value:Q",
            shape=style.verdict_shape(rows),
            color=alt.value(style.RED),
        )
    )
    over = every.mark_circle(size=250, opacity=0).encode(
        y="value:Q",
        tooltip=[
            style.window_tip(),
            "source:N",
            style.tip("value", name),
            style.tip("ci_low", "95 % from"),
            style.tip("ci_high", "95 % to"),
            style.tip("reference_value", "reference"),
            style.tip("labelled_share", "labelled share"),
            alt.Tooltip("n:Q", format=",d"),
            "verdict:N",
            "reason:N",
        ],
    )
    layers = [band, line, *_limits(base), unsure, points, over]
    return alt.layer(*layers, data=rows).properties(height=340)


def sparkline(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a metric by window and source, small: window_start, source, value."""
    few = alt.Axis(tickCount=3)
    return (
        alt.Chart(rows)
        .mark_line()
        .encode(
            x=alt.X("window_start:T", title=None, axis=alt.Axis(grid=False, tickCount=3)),
            y=alt.Y("value:Q", title=name, scale=alt.Scale(zero=False), axis=few),
            color=style.named("source", _SOURCES).legend(None),
            strokeDash=style.dashed("source", _SOURCES),
            tooltip=[style.window_tip(), "source:N", style.tip("value", name)],
        )
        .properties(height=150)
    )


def _limits(base: alt.Chart) -> list[alt.Chart]:
    """Return the limits of realized values as dashes, and the reference as dots."""
    realized = base.transform_filter("datum.source == 'realized'")
    return [
        realized.mark_line(strokeDash=dash, color=style.GREY, strokeWidth=1.5).encode(y=f"{of}:Q")
        for of, dash in (
            ("lower_limit", [6, 4]),
            ("upper_limit", [6, 4]),
            ("reference_value", [1, 4]),
        )
    ]


def against_history(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a realized metric beside its own past and the best constant prediction."""
    long = rows.melt("window_start", list(_HISTORY), "than", "of")
    long["than"] = long["than"].map(_HISTORY)
    long = long.dropna(subset=["of"])
    colours = dict(
        zip(
            _HISTORY.values(),
            [style.BLUE, *style.SERIES[1:3], style.PURPLE, style.GREY],
            strict=True,
        )
    )
    return (
        alt.Chart(long)
        .mark_line()
        .encode(
            x=style.windows(),
            y=alt.Y("of:Q", title=name, scale=alt.Scale(zero=False)),
            color=style.named("than", colours, are_lines=True),
            strokeDash=style.dashed("than", colours),
            tooltip=[style.window_tip(), alt.Tooltip("than:N", title=" "), style.tip("of", name)],
        )
        .properties(height=_HEIGHT)
    )


def over_versions(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a realized metric by window, a line for each version."""
    colours = style.colours(rows["model_version"])
    return (
        alt.Chart(rows)
        .mark_line(point=True)
        .encode(
            x=style.windows(),
            y=alt.Y("value:Q", title=name, scale=alt.Scale(zero=False)),
            color=style.named("model_version", colours, "version"),
            shape=alt.Shape("model_version:N", legend=None),
            tooltip=[
                style.window_tip(),
                alt.Tooltip("model_version:N", title="version"),
                style.tip("value", name),
                style.tip("ci_low", "95 % from"),
                style.tip("ci_high", "95 % to"),
                alt.Tooltip("n:Q", format=",d"),
            ],
        )
        .properties(height=_HEIGHT)
    )


def over_segments(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a realized metric of each segment, with its interval and its reference."""
    rows = rows.assign(part=rows["segment"] + " = " + rows["segment_value"]).head(40)
    base = alt.Chart().encode(y=style.names("part", rows))
    x = alt.X("value:Q", title=name, scale=alt.Scale(zero=False))
    interval = base.mark_rule(strokeWidth=2, color=style.BLUE).encode(x="ci_low:Q", x2="ci_high:Q")
    point = base.mark_point(filled=True, size=70, color=style.BLUE).encode(
        x=x,
        tooltip=[
            alt.Tooltip("part:N", title="segment"),
            style.tip("value", name),
            style.tip("ci_low", "95 % from"),
            style.tip("ci_high", "95 % to"),
            style.tip("reference_value", "reference"),
            alt.Tooltip("n:Q", format=",d"),
        ],
    )
    reference = base.mark_tick(thickness=3, color=style.ORANGE).encode(x="reference_value:Q")
    return alt.layer(interval, reference, point, data=rows).properties(
        height=style.rows_high(rows["part"])
    )


def maturity(rows: pd.DataFrame) -> style.Chart:
    """Return the share of predictions labelled by age, in the period and in the reference."""
    names = {"labelled_share": "this period", "expected_share": "expected"}
    long = rows.melt("age_days", list(names), "of", "share")
    long["of"] = long["of"].map(names)
    colours = {"this period": style.BLUE, "expected": style.GREY}
    return (
        alt.Chart(long)
        .mark_line(point=True)
        .encode(
            x=alt.X("age_days:Q", title="days since the prediction"),
            y=alt.Y(
                "share:Q",
                title="labelled",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=style.named("of", colours, are_lines=True),
            strokeDash=style.dashed("of", colours),
            tooltip=[
                alt.Tooltip("age_days:Q", title="days"),
                alt.Tooltip("of:N", title=" "),
                alt.Tooltip("share:Q", format=".1%", title="labelled"),
            ],
        )
        .properties(height=_HEIGHT)
    )


def calibration(rows: pd.DataFrame) -> style.Chart:
    """Return observed rates by mean score, beside the diagonal."""
    colours = style.colours(rows["class"])
    diagonal = (
        alt.Chart(pd.DataFrame({"score": [0, 1], "rate": [0, 1]}))
        .mark_line(strokeDash=[4, 4], color=style.GREY)
        .encode(x="score:Q", y="rate:Q")
    )
    points = (
        alt.Chart(rows)
        .mark_line(point=alt.OverlayMarkDef(filled=True, size=45))
        .encode(
            x=alt.X("mean_score:Q", title="mean score", scale=alt.Scale(domain=[0, 1])),
            y=alt.Y("observed_rate:Q", title="came true", scale=alt.Scale(domain=[0, 1])),
            color=style.named("class", colours),
            tooltip=[
                "class:N",
                style.tip("mean_score", "mean score"),
                style.tip("observed_rate", "came true"),
                alt.Tooltip("labelled:Q", format=",d"),
            ],
        )
    )
    return alt.layer(diagonal, points).properties(height=_HEIGHT)


def threshold(rows: pd.DataFrame) -> style.Chart:
    """Return precision, recall and share selected by threshold."""
    names = {"precision": "precision", "recall": "recall", "selection_rate": "selected"}
    long = rows.melt("threshold", list(names), "of", "share").dropna(subset=["share"])
    long["of"] = long["of"].map(names)
    colours = dict(zip(names.values(), style.SERIES, strict=False))
    return (
        alt.Chart(long)
        .mark_line()
        .encode(
            x=alt.X("threshold:Q", title="threshold of the score"),
            y=alt.Y(
                "share:Q", title=None, axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
            ),
            color=style.named("of", colours, are_lines=True),
            strokeDash=style.dashed("of", colours),
            tooltip=[
                style.tip("threshold", "threshold"),
                alt.Tooltip("of:N", title=" "),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(height=_HEIGHT)
    )
