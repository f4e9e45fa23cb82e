"""Colours, shapes and words that charts and badges share: told apart without colour too.

Colours are those of Okabe and Ito (2008), chosen for people with any colour vision; the blue is a
little lighter, to stand out from a dark page too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from monitor.viewer.text import subject_text

Chart = alt.Chart | alt.LayerChart | alt.FacetChart

BLUE, SKY, ORANGE, RED, GREEN, GREY, PURPLE = (
    "#1F88D2", "#56B4E9", "#E69F00", "#D55E00", "#009E73", "#8A8A8A", "#CC79A7",
)  # fmt: skip
SERIES = [BLUE, ORANGE, GREEN, PURPLE, SKY, RED]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 4], [12, 4]]

_WINDOW = "%Y-%m-%d %H:%M"
# Conditions on a row: that nothing can be said of its value, for want of rows or labels, or as
# estimates have been wrong of late; and the contrary.
UNSURE = (
    "(datum.verdict == 'insufficient_data'"
    " || (datum.source == 'estimated' && datum.verdict == 'not_applicable'))"
)
SURE = f"!{UNSURE}"
_VERDICTS = {
    "ok": BLUE,
    "warn": ORANGE,
    "alert": RED,
    "insufficient_data": GREY,
    "not_applicable": GREY,
}
_SHAPES = {
    "ok": "circle",
    "warn": "triangle-up",
    "alert": "diamond",
    "not_applicable": "stroke",
}
# Label, icon and colour of Streamlit's badges, which suit light and dark.
STATES: dict[str, tuple[str, str, Any]] = {
    "ok": ("ok", ":material/check_circle:", "green"),
    "attention": ("attention", ":material/visibility:", "orange"),
    "waiting": ("waiting", ":material/hourglass_empty:", "blue"),
    "stale": ("stale", ":material/running_with_errors:", "red"),
    "empty": ("empty", ":material/inbox:", "gray"),
}
SEVERITIES: dict[str, tuple[str, str, Any]] = {
    "critical": ("critical", ":material/emergency_home:", "red"),
    "high": ("high", ":material/priority_high:", "red"),
    "medium": ("medium", ":material/warning:", "orange"),
    "low": ("low", ":material/info:", "blue"),
}


def windows() -> alt.X:
    """Return the axis of windows."""
    return alt.X("window_start:T", title=None)


def window_tip() -> alt.Tooltip:
    """Return the tooltip of a window."""
    return alt.Tooltip("window_start:T", title="window", format="%Y-%m-%d %H:%M")


def tip(field: str, title: str) -> alt.Tooltip:
    """Return the tooltip of a number."""
    return alt.Tooltip(f"{field}:Q", title=title, format=".4~g")


def named(
    field: str, colours: Mapping[str, str], title: str | None = None, *, are_lines: bool = False
) -> alt.Color:
    """Return the colours of a field's values, with a legend below."""
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=list(colours), range=list(colours.values())),
        # so many beside each other stand on a narrow screen too; a faint area has a clear sign
        legend=alt.Legend(
            title=title,
            orient="bottom",
            columns=3 if all(len(name) < 12 for name in colours) else 2,
            offset=8,
            symbolOpacity=1,
            symbolType="stroke" if are_lines else alt.Undefined,
        ),
    )


def names(field: str, rows: pd.DataFrame) -> alt.Y:
    """Return an axis on which every name of a field is written in order, however near the next."""
    texts = {name: subject_text(name) for name in rows[field].unique()}
    written = f"({json.dumps(texts)})[datum.label]"
    axis = alt.Axis(labelLimit=220, labelOverlap=False, labelFlush=False, labelExpr=written)
    return alt.Y(f"{field}:N", title=None, sort=None, axis=axis)


def colours(names: pd.Series[str]) -> dict[str, str]:
    """Return a colour for each name, in their order."""
    return {name: SERIES[place % len(SERIES)] for place, name in enumerate(sorted(names.unique()))}


def limits(base: alt.Chart) -> list[alt.Chart]:
    """Return the fields `lower_limit` and `upper_limit` as dashes."""
    return [
        base.mark_line(strokeDash=[6, 4], color=GREY).encode(y=f"{limit}:Q")
        for limit in ("lower_limit", "upper_limit")
    ]


def dashed(field: str, colours: Mapping[str, str]) -> alt.StrokeDash:
    """Return dashes that tell the same values apart without colour."""
    dashes = [_DASHES[place % len(_DASHES)] for place in range(len(colours))]
    return alt.StrokeDash(
        f"{field}:N", scale=alt.Scale(domain=list(colours), range=dashes), legend=None
    )


def verdict_colour(rows: pd.DataFrame) -> alt.Color:
    """Return the colours of a field `verdict`, with those that occur in the legend."""
    found = set(rows["verdict"])
    return named("verdict", {name: colour for name, colour in _VERDICTS.items() if name in found})


def verdict_shape(rows: pd.DataFrame) -> alt.Shape:
    """Return the shapes of a field `verdict`."""
    shapes = {name: shape for name, shape in _SHAPES.items() if name in set(rows["verdict"])}
    scale = alt.Scale(domain=list(shapes), range=list(shapes.values()))
    return alt.Shape("verdict:N", scale=scale, legend=None)


def rings(base: alt.Chart) -> alt.Chart:
    """Return a ring for each row of which nothing can be said."""
    return base.transform_filter(UNSURE).mark_point(
        shape="circle", size=40, opacity=1, strokeWidth=1.5, aria=False
    )


def cells(base: alt.Chart, colour: alt.Color) -> alt.Chart:
    """Return a rectangle for each row; those of which nothing can be said are faint and grey."""
    return base.mark_rect().encode(
        color=alt.condition(UNSURE, alt.value(GREY), colour),
        opacity=alt.condition(UNSURE, alt.value(0.25), alt.value(1)),
    )


def window_names(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the column `window`: when each window starts, as text no time zone can move."""
    return rows.assign(window=rows["window_start"].dt.strftime(_WINDOW))


def window_places(windows: pd.Series[str]) -> alt.X:
    """Return an axis with a place for each `window` and some twelve labels."""
    ordered = _with_missing(sorted(windows.unique()))
    labelled = ordered[:: max(1, len(ordered) // 12)]
    # the day, and the time of day where windows have one
    end = 10 if all(one.endswith("00:00") for one in ordered) else 16
    axis = alt.Axis(
        values=labelled, labelExpr=f"slice(datum.value, 5, {end})", labelAngle=-40, title=None
    )
    return alt.X("window:O", axis=axis, sort=ordered, scale=alt.Scale(domain=ordered))


def _with_missing(windows: list[str]) -> list[str]:
    """Fill the gaps between windows of one length, so that they can be seen."""
    starts = pd.to_datetime(pd.Series(windows))
    seconds = starts.diff().dropna().dt.total_seconds()
    if seconds.empty or (seconds % seconds.min() != 0).any():
        return windows
    step = pd.Timedelta(seconds=seconds.min())
    return list(pd.date_range(starts.iloc[0], starts.iloc[-1], freq=step).strftime(_WINDOW))


def rows_high(names: pd.Series[str]) -> int:
    """Return the height of a chart with a row for each name, its axis and legend included."""
    return 20 * names.nunique() + 110


def verdict_marks(base: alt.Chart) -> alt.Chart:
    """Return a diamond on each cell in alert, a triangle where it warns, a ring if it is unsure."""
    return (
        base.transform_filter(f"datum.verdict == 'alert' || datum.verdict == 'warn' || {UNSURE}")
        .transform_calculate(
            mark="datum.verdict == 'alert' ? '◆' : datum.verdict == 'warn' ? '▲' : '○'"
        )
        .mark_text(fontSize=11, aria=False, strokeWidth=0.4)
        .encode(
            text="mark:N",
            color=alt.condition(UNSURE, alt.value(GREY), alt.value("#111111")),
            stroke=alt.condition(UNSURE, alt.value(None), alt.value("#ffffff")),
        )
    )
