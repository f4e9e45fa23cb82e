"""Any order of loads and runs ends in the tables of one full refresh over the same rows."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.conftest import NewProject
from tests.properties.history import (
    BLOCK,
    LATE,
    REFERENCE_DAYS,
    History,
    assert_same,
    label,
    prediction,
)

# of each engine
EXAMPLES = int(os.environ.get("ML_MONITOR_EXAMPLES", "3"))

_number = st.integers(0, 89)
_day = st.integers(0, REFERENCE_DAYS + 4)
_change = st.one_of(
    st.tuples(st.just("new predictions"), _day, st.integers(1, 12)),
    st.tuples(st.just("changed prediction"), _number, st.integers(1, 5)),
    st.tuples(st.just("duplicated prediction"), _number, st.integers(0, 5)),
    st.tuples(st.just("late or corrected label"), _number, st.integers(0, 1)),
    st.tuples(st.just("withdrawn label"), _number, st.just(0)),
    st.tuples(st.just("duplicated label"), _number, st.integers(0, 1)),
    st.tuples(st.just("early label"), st.integers(0, 20), st.integers(0, 1)),
)
_step = st.tuples(
    st.lists(_change, min_size=1, max_size=4),
    st.integers(0, 2),  # runs after the step
    st.booleans(),  # whether its rows carry a loaded_at that lags behind, within late_by
)


def apply(history: History, kind: str, which: int, value: int, loaded_at: Any) -> None:
    """Make one change to the raw tables, with the loaded_at that the promise asks for."""
    if kind == "new predictions":
        for _ in range(value):
            history.predictions.append(prediction(history.next_number, which, loaded_at))
            history.next_number += 1
    elif kind == "changed prediction":
        row = next(row for row in history.predictions if row["id"] == which)
        changed = prediction(which, 0, loaded_at, value)
        row.update({**changed, "scored_at": row["scored_at"], "version": row["version"]})
    elif kind == "duplicated prediction":
        row = next(row for row in history.predictions if row["id"] == which)
        copy = prediction(which, 0, loaded_at, value)
        history.predictions.append(
            {**copy, "scored_at": row["scored_at"], "version": row["version"]}
        )
    elif kind == "withdrawn label":
        history.labels.append(label(which, loaded_at, None))
    elif kind == "duplicated label":
        history.labels += [label(which, loaded_at, value)] * 2
    elif kind == "early label":
        history.labels.append(label(history.next_number + which, loaded_at, value))
    else:
        history.labels.append(label(which, loaded_at, value))


def test_any_order_equals_a_full_refresh(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    History(project).write()
    project.declare(shop=BLOCK)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate, Phase.shrink] if EXAMPLES > 30 else [Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(_step, min_size=2, max_size=6))
    def ends_in_the_same_tables(steps: list[Any]) -> None:
        project.reset()
        history = History(project)
        history.run()
        for changes, runs, lags in steps:
            history.now += timedelta(hours=3)
            for kind, which, value in changes:
                loaded_at = history.now - (LATE if lags else timedelta())
                apply(history, kind, which, value, loaded_at)
            for _ in range(runs):
                history.run()
        history.run()
        stepwise = history.tables()
        history.run("--full-refresh")
        assert_same(stepwise, history.tables())

    ends_in_the_same_tables()
