"""Two of the breaks of benchmarks/breaks.md: noticed at once, and silence beside them."""

from __future__ import annotations

from benchmarks.breaks.kinds import STREAMS
from benchmarks.breaks.measured import measure
from tests.support.project import NewProject

FEW = tuple(one for one in STREAMS if one.name in ("duplicates", "threshold"))


def test_the_largest_are_noticed_in_their_first_window(new_project: NewProject) -> None:
    found = measure(new_project("duckdb"), 0, FEW)
    largest = {key: window for key, window in found.window.items() if key[2] == 2}
    assert len(largest) == 2
    assert set(largest.values()) == {1}, largest
    assert all(one.judged > 200 for one in found.silence.values()), found.silence
    assert {one.alerts for one in found.silence.values()} == {0}, found.silence
