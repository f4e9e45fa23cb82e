"""The app: its pages, what stands around them, and what it says when there is nothing to show."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from monitor.project.errors import MonitorError, NotBuiltError, UnreachableError
from monitor.reading import ask
from monitor.viewer.access import Tables, source
from monitor.viewer.page import Page, all_pages
from monitor.viewer.place import Place
from monitor.viewer.text import sentence
from monitor.viewer.view import choose, tell_what_is_wrong, write_address

_LOOK_AGAIN = "20s"


def main(first: str = "overview") -> None:
    """Run the app once, as Streamlit does for every change.

    Parameters
    ----------
    first : str
        The page that is shown where the address names none.
    """
    st.set_page_config("ML monitor", str(Path(__file__).with_name("icon.svg")), layout="wide")
    pages = all_pages()
    drawn = {
        page.address: st.Page(
            partial(_show, page),
            title=page.title,
            icon=page.icon,
            url_path=page.address,
            default=page.address == first,
        )
        for page in pages
    }
    st.session_state["pages"] = drawn
    st.navigation(list(drawn.values()), position="top").run()


def _show(page: Page) -> None:
    try:
        opened = source(Place.from_environment())
        tables = Tables(opened, opened.version())
        if tables.frame(ask("select count(*) as n from ml_monitor__status"))["n"][0] == 0:
            _nothing_declared()
            return
        st.markdown(f"## {page.title}")
        tell_of_new_results(tables)
        view = choose(tables, page.filters)
        below_filters = st.container()
        try:
            page.show(view)
        finally:
            with below_filters:
                tell_what_is_wrong()
    except NotBuiltError as error:
        _state(
            "Nothing to show yet",
            f"{error}. This page is drawn again when you reload it.",
            ":material/construction:",
        )
    except UnreachableError as error:
        _state(
            "The warehouse does not answer",
            f"{error}. See that it runs and that this machine may reach it, then try again.",
            ":material/cloud_off:",
        )
    except MonitorError as error:
        _state("This project cannot be shown", str(error), ":material/error:")
    finally:
        write_address()


@st.fragment(run_every=_LOOK_AGAIN)
def tell_of_new_results(tables: Tables) -> None:
    """Look now and then whether a run has ended since the page was drawn."""
    try:
        is_old = tables.source.version() != tables.version
    except MonitorError:
        return
    if is_old and st.button("New results are there: show them", icon=":material/refresh:"):
        st.rerun()


def _nothing_declared() -> None:
    _state(
        "No model is monitored yet",
        "Declare one under vars.ml_monitor in dbt_project.yml, or let `monitor init` write it, "
        "then run `dbt build`.",
        ":material/add_chart:",
    )


def _state(title: str, why: str, icon: str) -> None:
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"### {icon} {title}", text_alignment="center")
        st.markdown(sentence(why), text_alignment="center")
        st.button("Try again", icon=":material/refresh:")
