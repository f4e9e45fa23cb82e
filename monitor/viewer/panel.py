"""A panel: a chart with a title, what it says in words, and behind it its SQL and its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from monitor.reading import Query
from monitor.viewer.style import Chart
from monitor.viewer.text import NOTHING, plain, subject_text
from monitor.viewer.view import View

Draw = Callable[[pd.DataFrame], Chart]


def panel(
    view: View,
    key: str,
    title: str,
    query: Query,
    draw: Draw,
    *,
    alt_text: str,
    empty: str,
    note: str | None = None,
    selection: str | None = None,
) -> Any:
    """Draw a chart of a question's rows, or say why there is none or none has a value.

    Parameters
    ----------
    view : View
    key : str
        Unique on the page; also the name of the CSV.
    title : str
        Markdown; names in it are to be `plain`.
    query : Query
    draw : callable
        Makes the chart of the rows.
    alt_text : str
        What the chart shows, for those who do not see it.
    empty : str
        A sentence for no rows.
    note : str, optional
        Markdown below the title.
    selection : str, optional
        Name of a selection of the chart whose change runs the page again.

    Returns
    -------
    object
        What is selected, a list of dicts; empty without a selection.
    """
    frame = view.frame(query)
    with st.container(border=True):
        st.markdown(f"#### {title}")
        if note:
            st.markdown(f":small[{note}]")
        chosen: Any = []
        if frame.empty or ("value" in frame and frame["value"].isna().all()):
            st.info(empty, icon=":material/inbox:")
        elif selection is None:
            st.altair_chart(draw(frame), key=key, alt=alt_text)
        else:
            state = st.altair_chart(
                draw(frame), key=key, alt=alt_text, on_select="rerun", selection_mode=selection
            )
            chosen = state["selection"].get(selection, [])
        behind(view, key, query, frame)
    return chosen


def table(
    view: View, key: str, title: str, query: Query, *, empty: str, columns: dict[str, Any]
) -> None:
    """Show a question's rows as a table, with the columns of `columns` under their labels."""
    frame = view.frame(query)
    with st.container(border=True):
        st.markdown(f"#### {title}")
        if frame.empty:
            st.info(empty, icon=":material/inbox:")
        else:
            st.dataframe(
                frame.assign(feature=frame["feature"].map(subject_text))
                if "feature" in columns
                else frame,
                key=key,
                hide_index=True,
                column_order=list(columns),
                column_config=columns,
            )
        behind(view, key, query, frame)


def behind(view: View, key: str, query: Query, frame: pd.DataFrame, of: str = "") -> None:
    """Offer the SQL of what is shown, ready to be copied, and its rows as CSV.

    `of` says of what, where it does not stand below its chart.
    """
    with st.container(horizontal=True):
        with st.popover(f"SQL{of}", icon=":material/code:", type="tertiary"):
            st.code(view.tables.copyable(query), language="sql")
        st.download_button(
            f"CSV{of}",
            lambda: frame.to_csv(index=False),
            file_name=f"{key}.csv",
            mime="text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
            disabled=frame.empty,
        )


def facts(values: dict[str, object]) -> None:
    """Show a few labelled values in a row, as text whatever they hold; those there are."""
    with st.container(horizontal=True, gap="small"):
        for label, value in values.items():
            if value == NOTHING:
                continue
            st.markdown(f"{label}  \n**{plain(value)}**", width="content")
