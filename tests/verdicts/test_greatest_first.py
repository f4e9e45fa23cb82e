"""What rows are ordered by where a number ranks them."""

from __future__ import annotations

import pandas as pd

from tests.support.project import NewProject

RANKED = """
select name, row_number() over (
    order by {{ ml_monitor.greatest_first('number') }}, name
) as place
from {{ source('raw', 'numbers') }}
"""
NUMBERS = {
    "last digits, equal": 0.5 + 1e-13,
    "half": 0.5,
    "a little more": 0.5 + 1e-6,
    "missing": None,
    "none": 0.0,
    "beyond what counts": 1e300,
    "as far": 1e7,
}


def test_last_digits_do_not_rank_and_what_is_missing_is_last(
    new_project: NewProject, engine: str
) -> None:
    project = new_project(engine)
    project.load("numbers", pd.DataFrame(NUMBERS.items(), columns=pd.Index(["name", "number"])))
    (project.folder / "models" / "ranked.sql").write_text(RANKED, encoding="utf-8")
    project.build("--select", "ranked")
    places = project.query("select * from ranked order by place")
    assert list(places["name"]) == [
        *("as far", "beyond what counts", "a little more", "half", "last digits, equal", "none"),
        "missing",
    ]
