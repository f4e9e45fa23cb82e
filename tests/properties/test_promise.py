"""Each way out of the promise leaves wrong tables, and ml_monitor__rebuild_from repairs them."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from tests.conftest import NewProject
from tests.properties.history import (
    BLOCK,
    COMPARED,
    PROFILES,
    START,
    History,
    assert_same,
    differs,
    label,
    prediction,
)
from tests.support.project import MonitoredProject


def delete_a_row(history: History) -> None:
    del history.predictions[7]


def arrive_too_late(history: History) -> None:
    """A loaded_at further behind the newest than late_by, in a window no other row touches."""
    history.predictions.append(prediction(2000, 1, history.now - timedelta(days=2)))


def change_a_timestamp(history: History) -> None:
    row = history.predictions[6]
    row["scored_at"] += timedelta(days=1)
    row["loaded_at"] = history.now


def change_without_loaded_at(history: History) -> None:
    history.predictions[5]["score"] = 0.984375


def delete_a_label(history: History) -> None:
    del history.labels[2]


def lose_a_loaded_at(history: History) -> None:
    history.predictions.append({**prediction(2001, 2, history.now), "loaded_at": None})


WAYS = (
    delete_a_row,
    arrive_too_late,
    change_a_timestamp,
    change_without_loaded_at,
    delete_a_label,
    lose_a_loaded_at,
)


def settled(project: MonitoredProject, *options: str) -> History:
    """A history of which two runs have seen all, so that its first rows lie behind late_by."""
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    history.run(*options)
    history.now += timedelta(days=1)
    history.predictions.append(prediction(3000, 5, history.now))
    history.labels.append(label(3000, history.now, 1))
    history.run(*options)
    return history


def test_a_run_sees_none_of_the_ways(new_project: NewProject) -> None:
    history = settled(new_project("duckdb"), *PROFILES)
    before = _profiles(history)
    for way in WAYS:
        way(history)
        history.run(*PROFILES)
        assert_same(before, _profiles(history))


def _profiles(history: History) -> dict[str, pd.DataFrame]:
    """What the rows were counted to, but for the window that a changed timestamp leads to."""
    found = {}
    for name, frame in history.tables("shop__feature_profile", "shop__outcome_profile").items():
        rows = frame[frame["window_key"] != f"shop|{START + timedelta(days=3)}"]
        assert 0 < len(rows) < len(frame)
        found[name] = rows.reset_index(drop=True)
    return found


def test_rebuild_from_repairs(engine: str, new_project: NewProject) -> None:
    history = settled(new_project(engine), *PROFILES)
    for way in WAYS:
        way(history)
    history.run(*COMPARED)
    missed = _profiles(history)
    history.run(ml_monitor__rebuild_from=str(START.date()))
    rebuilt = history.tables()
    for name, frame in _profiles(history).items():
        assert differs({name: missed[name]}, {name: frame})
    history.run("--full-refresh")
    assert_same(rebuilt, history.tables())


def test_rebuild_from_leaves_earlier_windows(engine: str, new_project: NewProject) -> None:
    history = settled(new_project(engine), *PROFILES)
    history.predictions[4]["score"] = 0.984375  # day 0
    before = history.tables("shop__feature_profile")
    since = str((START + timedelta(days=1)).date())
    history.run(*PROFILES, ml_monitor__rebuild_from=since)
    assert_same(before, history.tables("shop__feature_profile"))


def test_without_loaded_at_only_the_lookback_is_read_again(
    engine: str, new_project: NewProject
) -> None:
    block = {**BLOCK, "lookback": 2}
    del block["loaded_at"]
    block["labels"] = {k: v for k, v in block["labels"].items() if k != "loaded_at"}
    project = new_project(engine)
    history = History(project)
    history.write()
    project.declare(shop=block)
    history.run(*PROFILES)
    history.predictions[4]["score"] = 0.984375  # day 0, four windows back
    history.predictions[7]["score"] = 0.984375  # day 3, the last
    history.labels.append(label(7, history.now, 1))
    history.run(*PROFILES)
    profile = project.query(
        "select window_start, sum(sum_score) as score from shop__feature_profile "
        "where feature = '__row__' or feature = '__score__' group by 1 order by 1"
    )
    history.run("--full-refresh", "--select", "+ml_monitor__status")
    whole = project.query(
        "select window_start, sum(sum_score) as score from shop__feature_profile "
        "where feature = '__row__' or feature = '__score__' group by 1 order by 1"
    )
    changed = (profile["score"] - whole["score"]).abs() > 1e-9
    assert changed.tolist() == [True, False, False, False]
    message = project.query("select message from ml_monitor__status")["message"][0]
    assert "last 2 windows" in message
