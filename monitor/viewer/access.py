"""The one source of a server, and the rows that its pages have asked for."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from monitor.reading import Query, Source, open_source
from monitor.viewer.place import Place


@st.cache_resource(show_spinner="Reading the dbt project …")
def source(place: Place) -> Source:
    """Return the server's source, the same for every session."""
    # dbt changes into the project's folder for each query; where threads do so at once it must be
    # the folder they are in.
    os.chdir(place.project_dir)
    return open_source(place.project_dir, place.profiles_dir, place.target)


@dataclass(frozen=True)
class Tables:
    """The result tables as one session reads them in one run of a page."""

    source: Source
    version: str

    def frame(self, query: Query) -> pd.DataFrame:
        """Return the rows of a question, which is put once while the tables stay the same."""
        return _frame(self.source, self.version, query.sql, query.values)

    def copyable(self, query: Query) -> str:
        """Return the question's SQL, to be run anywhere."""
        return self.source.copyable(query)


@st.cache_data(max_entries=200, show_spinner=False)
def _frame(
    _source: Source,
    version: str,  # noqa: ARG001  a part of the key
    sql: str,
    values: tuple[tuple[str, object], ...],
) -> pd.DataFrame:
    return _source.frame(Query(sql, values))
