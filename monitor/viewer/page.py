"""What a page is: a file in `pages` with a `PAGE`, found without being named anywhere."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from monitor.viewer import pages

if TYPE_CHECKING:
    from monitor.viewer.view import View


@dataclass(frozen=True)
class Page:
    """One page of the viewer.

    Attributes
    ----------
    title : str
        Also its address, in lower case.
    icon : str
        Of Streamlit, such as `:material/bolt:`.
    order : int
        Where it stands among the others.
    show : callable
        Draws it.
    filters : tuple of str
        Which filters it follows, of `monitor`, `version`, `segment`, `windows` and `period`.
    """

    title: str
    icon: str
    order: int
    show: Callable[[View], None]
    filters: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The page's part of the URL."""
        return self.title.lower().replace(" ", "-")


def all_pages() -> list[Page]:
    """Return the pages in their order."""
    modules = [
        import_module(f"{pages.__name__}.{found.name}")
        for found in pkgutil.iter_modules(pages.__path__)
    ]
    return sorted((module.PAGE for module in modules), key=lambda page: page.order)


def link(address: str, label: str, parameters: Mapping[str, str]) -> None:
    """Draw a link to a page, by its address, that shows what the parameters say."""
    st.page_link(st.session_state["pages"][address], label=label, query_params=dict(parameters))
