"""Charts of data quality: how many rows came, and what share of values is amiss."""

from __future__ import annotations

import altair as alt
import pandas as pd

from monitor.viewer import style


def volume(rows: pd.DataFrame) -> style.Chart:
    """Return rows by window with their limits; a window that is missing is marked at zero.

    Parameters
    ----------
    rows : DataFrame
        window_start, window_end, value, lower_limit, upper_limit, verdict, is_missing.
    """
    # a bar is a little shorter than its window
    rows = rows.assign(
        end=rows["window_start"] + 0.85 * (rows["window_end"] - rows["window_start"])
    )
    base = alt.Chart().encode(x=style.windows())
    bars = base.mark_bar(opacity=0.85).encode(
        x2="end:T",
        y2=alt.datum(0),
        y=alt.Y("value:Q", title="rows"),
        color=style.verdict_colour(rows),
        tooltip=[
            style.window_tip(),
            alt.Tooltip("value:Q", title="rows", format=",d"),
            style.tip("lower_limit", "at least"),
            style.tip("upper_limit", "at most"),
            "verdict:N",
            "reason:N",
        ],
    )
    missing = (
        base.transform_filter("datum.is_missing")
        .mark_point(shape="diamond", filled=True, size=90, color=style.RED, opacity=1, aria=False)
        .encode(y=alt.datum(0))
    )
    return alt.layer(bars, *style.limits(base), missing, data=rows).properties(height=240)


def rates(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a rate of the features by window; alerts and warnings bear a mark.

    Windows that cannot be judged are grey rings.
    """
    rows = style.window_names(rows)
    base = alt.Chart().encode(
        x=style.window_places(rows["window"]),
        y=style.names("feature", rows),
    )
    colour = alt.Color(
        "value:Q",
        title=name,
        scale=alt.Scale(scheme="cividis", domainMin=0),
        legend=alt.Legend(orient="bottom", offset=8, gradientLength=200, format=".3~g"),
    )
    cells = style.cells(base, colour).encode(
        tooltip=[
            "feature:N",
            alt.Tooltip("window:N"),
            style.tip("value", name),
            style.tip("reference_value", "reference"),
            style.tip("upper_limit", "limit"),
            alt.Tooltip("n:Q", title="rows", format=",d"),
            "verdict:N",
        ],
    )
    return alt.layer(cells, style.verdict_marks(base), data=rows).properties(
        height=style.rows_high(rows["feature"])
    )
