"""The row profile after any sequence of runs equals a full refresh, and pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject

FIRST_DAY = pd.Timestamp("2026-01-01")
DAYS = 12
LOOKBACK = 3
BLOCK = {
    "predictions": "raw.scores",
    "id": "id",
    "timestamp": "at",
    "loaded_at": "loaded_at",
    "version": "version",
    "task": "binary",
    "score": "score",
    "reference": {"from": "2026-01-01", "to": "2026-01-04"},
    "features": {"numeric": ["x"], "categorical": ["c"]},
    "repeats": True,
    "entity": "who",
    "lookback": LOOKBACK,
}
COUNTS = ["n", "repeated_content_n", "replayed_id_n", "entity_n", "largest_entity_n"]
NODES = ("--select", "shop__row_profile")
WHOLE = {**BLOCK, "predictions": "raw.whole"}


def rows() -> pd.DataFrame:
    """Rows whose ids, contents and entities come back; every tenth is loaded days later."""
    rng = np.random.default_rng(5)
    size = DAYS * 40
    day = np.arange(size) // 40
    at = (
        FIRST_DAY
        + pd.to_timedelta(day, unit="D")
        + pd.to_timedelta(rng.integers(0, 86400, size), unit="s")
    )
    loaded_at = at + pd.to_timedelta(np.where(rng.random(size) < 0.1, 3, 0), unit="D")
    frame = pd.DataFrame(
        {
            "id": rng.integers(0, 400, size),
            "at": at,
            "loaded_at": loaded_at,
            "version": np.where(rng.random(size) < 0.3, "v2", "v1"),
            "score": rng.integers(0, 2, size) / 2,
            "x": rng.integers(0, 4, size).astype(float),
            "c": np.where(rng.random(size) < 0.2, None, "a"),
            "who": np.where(rng.random(size) < 0.1, None, rng.integers(0, 9, size).astype(str)),
        }
    )
    frame.loc[frame.index % 7 == 0, "x"] = np.nan
    return frame


def expected(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.assign(day=(frame["at"] - FIRST_DAY).dt.days)
    keys = ["day", "version"]
    seen = {key: sorted(set(days)) for key, days in frame.groupby(["version", "id"])["day"]}

    def is_replay(row: pd.Series) -> bool:
        before = [day for day in seen[row["version"], row["id"]] if day < row["day"]]
        return bool(before) and row["day"] - before[-1] <= LOOKBACK

    frame["is_repeated"] = frame.duplicated([*keys, "x", "c", "score"])
    frame["is_replayed"] = frame.apply(is_replay, axis=1)
    parts = []
    for version, part in [*frame.groupby("version"), ("all", frame)]:
        by_day = part.groupby("day")
        entities = part.groupby(["day", "who"]).size()
        counted = pd.DataFrame(
            {
                "n": by_day.size(),
                "repeated_content_n": by_day["is_repeated"].sum(),
                "replayed_id_n": by_day["is_replayed"].sum(),
                "entity_n": by_day["who"].nunique(),
                "largest_entity_n": entities.groupby("day").max(),
            }
        )
        parts.append(counted.assign(version=version).reset_index())
    return pd.concat(parts).set_index(["version", "day"]).sort_index()[COUNTS].astype(int)


def without(left_out: str) -> dict[str, object]:
    return {key: value for key, value in WHOLE.items() if key != left_out}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    """`shop` is of rows that arrive step by step, `other` of all; nothing is built yet."""
    project: MonitoredProject = new_project(request.param)
    project.load("scores", rows())
    project.load("whole", rows())
    project.declare(shop=BLOCK, other=without("repeats"))
    return project


def stored(project: MonitoredProject) -> pd.DataFrame:
    found = project.query("select * from shop__row_profile where n > 0")
    found["day"] = (pd.to_datetime(found["window_start"]) - FIRST_DAY).dt.days
    found = found.rename(columns={"model_version": "version"})
    return found.set_index(["version", "day"]).sort_index()[COUNTS].astype(int)


def test_runs_in_any_order_equal_a_full_refresh(project: MonitoredProject) -> None:
    frame = rows()
    loaded = (frame["loaded_at"] - FIRST_DAY).dt.days
    # rows of one early day come alone, after later days that hold their ids have been counted
    is_early = (frame["at"] - FIRST_DAY).dt.days == 2
    is_alone = is_early & (loaded == 5)
    frame.loc[is_alone, "loaded_at"] = FIRST_DAY + pd.Timedelta(days=7, hours=23, minutes=59)
    batches = ((loaded <= 4), (loaded > 4) & (loaded <= 7) & ~is_alone, is_alone, loaded > 7)
    arrived = pd.Series(data=False, index=frame.index)
    for number, batch in enumerate(batches):
        project.load("scores", frame[batch], "append" if number else "replace")
        project.build(*NODES)
        arrived |= batch
        pd.testing.assert_frame_equal(stored(project), expected(frame[arrived]))
    in_steps = stored(project)
    assert (in_steps["replayed_id_n"] > 0).any()
    assert (in_steps["repeated_content_n"] > 0).any()
    project.build(*NODES, "--full-refresh")
    pd.testing.assert_frame_equal(stored(project), in_steps)


def test_what_is_not_declared_is_not_counted(project: MonitoredProject) -> None:
    project.build("--select", "other__row_profile")
    found = project.query("select * from other__row_profile")
    assert found["repeated_content_n"].isna().all()
    assert found["largest_entity_n"].notna().all()
    project.declare(shop=BLOCK, other=without("entity"))
    project.build("--select", "other__row_profile")
    found = project.query("select * from other__row_profile where n > 0")
    assert found["repeated_content_n"].notna().all()
    assert found["largest_entity_n"].isna().all()
