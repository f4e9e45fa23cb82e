"""Charts of drift: which feature moved when, and from what distribution to which."""

from __future__ import annotations

import altair as alt
import pandas as pd

from monitor.viewer import style

CELL = "cell"


def heat_map(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return features by windows, brighter the farther; alerts and warnings bear a mark.

    Colours are of the multiple of the limit, of the value where nothing is judged; windows that
    cannot be judged are grey rings.

    Parameters
    ----------
    rows : DataFrame
        feature, window_start, window_end, value, limit_ratio, verdict, n; features in their order.
    name : str
        Of the metric, for people.
    """
    is_judged = bool(rows["limit_ratio"].notna().any())
    rows = style.window_names(rows)
    rows = rows.assign(shown=rows["limit_ratio"].clip(0, 2) if is_judged else rows["value"])
    cell = alt.selection_point(name=CELL, fields=["feature", "window"], empty=False)
    base = alt.Chart().encode(
        x=style.window_places(rows["window"]),
        y=style.names("feature", rows),
    )
    colour = alt.Color(
        "shown:Q",
        title="times the limit" if is_judged else name,
        scale=alt.Scale(scheme="cividis", domain=[0, 2] if is_judged else alt.Undefined),
        legend=alt.Legend(orient="bottom", offset=8, gradientLength=200),
    )
    cells = (
        style.cells(base, colour)
        .encode(
            tooltip=[
                alt.Tooltip("feature:N"),
                alt.Tooltip("window:N"),
                style.tip("value", name),
                style.tip("limit_ratio", "times the limit"),
                alt.Tooltip("n:Q", title="rows", format=",d"),
                "verdict:N",
            ],
            stroke=alt.condition(cell, alt.value(style.RED), alt.value(None)),
        )
        .add_params(cell)
    )
    return alt.layer(cells, style.verdict_marks(base), data=rows).properties(
        height=style.rows_high(rows["feature"])
    )


def feature_over_time(rows: pd.DataFrame, name: str) -> style.Chart:
    """Return a feature's metric by window, with the limit of an alert and the verdicts.

    Windows that cannot be judged stand apart from the line, as rings.
    """
    every = alt.Chart().encode(
        x=style.windows(),
        tooltip=[
            style.window_tip(),
            style.tip("value", name),
            style.tip("upper_limit", "limit"),
            style.tip("p_value", "p"),
            alt.Tooltip("n:Q", title="rows", format=",d"),
            "verdict:N",
            "reason:N",
        ],
    )
    base = every.transform_filter(style.SURE)
    y = alt.Y("value:Q", title=name, scale=alt.Scale(zero=True))
    colour = style.verdict_colour(rows)
    line = base.mark_line(color=style.BLUE).encode(y=y, tooltip=alt.value(None))
    points = base.mark_point(filled=True, size=60, opacity=1).encode(
        y=y, color=colour, shape=style.verdict_shape(rows)
    )
    unsure = style.rings(every).encode(y=y, color=colour)
    return alt.layer(line, *style.limits(base), unsure, points, data=rows).properties(height=280)


def distributions(rows: pd.DataFrame, name: str, other: str) -> style.Chart:
    """Return the shares of a feature's bins on two sides, side by side.

    Parameters
    ----------
    rows : DataFrame
        bin, bin_text, n, share, reference_n, reference_share, in the order of the bins, and maybe
        mean_score, reference_mean_score.
    name, other : str
        What the two sides are.
    """
    of_a_side = ["share", "n", "mean_score"]
    sides = [
        rows.reindex(columns=["bin_text", *(prefix + one for one in of_a_side)])
        .set_axis(["bin_text", *of_a_side], axis=1)
        .assign(side=side)
        for prefix, side in (("", name), ("reference_", other))
    ]
    long = pd.concat(sides, ignore_index=True)
    colours = {name: style.BLUE, other: style.ORANGE}
    return (
        alt.Chart(long)
        .mark_bar()
        .encode(
            x=alt.X(
                "bin_text:N",
                title=None,
                sort=rows["bin_text"].tolist(),
                axis=alt.Axis(labelAngle=-40, labelLimit=120),
            ),
            xOffset=alt.XOffset("side:N", sort=[name, other]),
            y=alt.Y("share:Q", title="share of rows", axis=alt.Axis(format="%")),
            color=style.named("side", colours),
            tooltip=[
                alt.Tooltip("bin_text:N", title="values"),
                alt.Tooltip("side:N", title=" "),
                alt.Tooltip("share:Q", format=".2%"),
                alt.Tooltip("n:Q", title="rows", format=",.0f"),
                style.tip("mean_score", "mean score"),
            ],
        )
        .properties(height=300)
    )
