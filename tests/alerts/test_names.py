"""An alert keeps its name while what is known of its windows changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import pytest

from tests.alerts.stream import day
from tests.conftest import NewProject
from tests.support.project import MonitoredProject

Stretch = tuple[int, int]


def episodes(stretches: list[Stretch], subject: str = "x") -> pd.DataFrame:
    """What ml_monitor__alert_episodes would hold: alerts from one day to another, all over."""
    frame = pd.DataFrame(
        {
            "monitor": "shop",
            "segment": "overall",
            "segment_value": "all",
            "concern": "data",
            "subject": subject,
            "family": "drift",
            "source": "realized",
            "baseline": "reference",
            "metric": "population_stability_index",
            "metrics": "population_stability_index",
            "model_version": "all",
            "first_window": [day(first) for first, _ in stretches],
            "first_window_end": [day(first + 1) for first, _ in stretches],
            "last_window": [day(last) for _, last in stretches],
            "last_window_end": [day(last + 1) for _, last in stretches],
            "last_began": [day(first) for first, _ in stretches],
            "windows": [last - first + 1 for first, last in stretches],
            "is_over": True,
            "n": 1,
        }
    )
    numbers = ["value", "reference_value", "lower_limit", "upper_limit", "worst_ratio", "reach"]
    for column in numbers:
        frame[column] = 1.0
    return frame


@dataclass
class Names:
    """A log over tables that stand in for the verdicts."""

    project: MonitoredProject

    def run(self, *stretches: Stretch, windows: int = 1) -> dict[str, tuple[int, int, bool]]:
        """Return first and last day, and whether it is cleared, of each alert by its name."""
        written = episodes(list(stretches) or [(0, 0)])
        if not stretches:
            written["monitor"] = "other"
        self.project.load("ml_monitor__alert_episodes", written)
        counted = pd.DataFrame({"monitor": ["shop"], "n": [windows]})
        self.project.load("ml_monitor__windows", counted)
        self.project.build("--select", "ml_monitor__alert_log")
        log = self.project.query("select * from ml_monitor__alert_log where monitor = 'shop'")
        assert log["alert_id"].is_unique
        return {
            row.alert_id: (row.first_window.day - 1, row.last_window.day - 1, row.is_cleared)
            for row in log.itertuples()
        }


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    return new_project(request.param)


@pytest.fixture
def names(project: MonitoredProject) -> Iterator[Names]:
    """A log that knows no alert yet."""
    yield Names(project)
    project.reset()


def test_names_of_alerts(names: Names) -> None:
    (x,) = names.run((10, 12))
    # it goes on, begins earlier, and is shorter
    assert names.run((10, 14)) == {x: (10, 14, False)}
    assert names.run((9, 14)) == {x: (9, 14, False)}
    assert names.run((9, 10)) == {x: (9, 10, False)}
    # another where it used to begin is another
    both = names.run((9, 9), (10, 14))
    assert set(both.values()) == {(9, 9, False), (10, 14, False)}
    assert both[x] == (9, 9, False)
    other = next(name for name in both if name != x)
    # the two grow together: the first one's name is kept, the other is cleared as it last was
    assert names.run((9, 14)) == {x: (9, 14, False), other: (10, 14, True)}
    # and fall apart: the first part keeps the name that they had
    gone = {other: (10, 14, True)}
    parts = names.run((9, 10), (12, 14))
    (part,) = set(parts) - {x, other}
    assert parts == {x: (9, 10, False), part: (12, 14, False), **gone}
    # no verdict supports it: cleared, unless the monitor has no windows at all
    assert names.run((9, 10), windows=0) == parts
    assert names.run((9, 10)) == {x: (9, 10, False), part: (12, 14, True), **gone}
    assert names.run() == {x: (9, 10, True), part: (12, 14, True), **gone}
    # what comes back is the same alert
    assert names.run((10, 11)) == {x: (10, 11, False), part: (12, 14, True), **gone}


def test_one_part_for_each_name(names: Names) -> None:
    first, second = names.run((1, 3), (5, 7))
    # the first episode overlaps both, the second only one of them
    found = names.run((1, 5), (7, 9))
    assert sorted(found.values()) == [(1, 5, False), (7, 9, False)]
    assert set(found) == {first, second}
