"""Timestamps that are NULL, in the future, zoned or text, in sessions of any time zone."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.bad_input.tables import DOUBLE, block, counts, run, status, write_table
from tests.support.project import MonitoredProject, NewProject

# one instant each way that people write it, and its time in UTC
MOMENTS = {
    "2026-01-01 22:30:00": "2026-01-01 22:30",
    "2026-01-01T22:30:00Z": "2026-01-01 22:30",
    "2026-01-02 01:30:00+03": "2026-01-01 22:30",
    "2026-01-02 01:30:00.250+03:00": "2026-01-01 22:30:00.25",
    "2026-01-02T04:00:00+0530": "2026-01-01 22:30",
    "2026-01-01 17:30:00-05:00": "2026-01-01 22:30",
    "2026-01-02": "2026-01-02 00:00",
    "2026-01-02 00:30:00": "2026-01-02 00:30",
    "2026-01-01 20:00:00-08": "2026-01-02 04:00",
    "2026-01-02 23:59:59.999999": "2026-01-02 23:59:59.999999",
}
LOADED = "2026-01-03 00:00:00-05:00"
LOADED_IN_UTC = pd.Timestamp("2026-01-03 05:00")


@pytest.fixture(params=["duckdb", "postgres"])
def far_away(
    request: pytest.FixtureRequest, new_project: NewProject, monkeypatch: pytest.MonkeyPatch
) -> MonitoredProject:
    """A project whose sessions are not in UTC."""
    project = new_project(request.param)
    monkeypatch.setenv("PGTZ", "America/New_York")
    if request.param == "duckdb":
        output = {**project.output, "settings": {"TimeZone": "America/New_York"}}
        profile = {"consumer": {"target": "test", "outputs": {"test": output}}}
        (project.folder / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")
    return project


def test_every_way_to_write_a_time(far_away: MonitoredProject) -> None:
    n = len(MOMENTS)
    common: dict[str, Any] = {"id": ("bigint", range(n)), "score": (DOUBLE, [0.5] * n)}
    as_utc = [f"{moment}+00" for moment in MOMENTS.values()]
    tables = {
        "textual": ("text", list(MOMENTS), [LOADED] * n),
        "zoned": ("timestamp with time zone", as_utc, [LOADED] * n),
        "plain": ("timestamp", list(MOMENTS.values()), [str(LOADED_IN_UTC)] * n),
    }
    for name, (kind, moments, loaded) in tables.items():
        times = {"at": (kind, moments), "loaded_at": (kind, loaded)}
        write_table(far_away, f"{name}_scores", {**common, **times})
        labels = {"id": common["id"], "label": ("bigint", [0, 1] * (n // 2)), **times}
        write_table(far_away, f"{name}_labels", labels)
    far_away.declare(
        **{
            name: block(
                f"{name}_scores",
                loaded_at="loaded_at",
                labels={
                    "relation": f"{name}_labels",
                    "label": "label",
                    "timestamp": "loaded_at",
                    "loaded_at": "loaded_at",
                },
            )
            for name in tables
        }
    )
    run(far_away)
    for name in tables:
        assert counts(far_away, name, "__row__") == {("01", 0): 6, ("02", 0): 4}, name
        rows = far_away.query(f"select predicted_at, labelled_at from {name}__labelled order by id")
        assert rows["predicted_at"].tolist() == [pd.Timestamp(t) for t in MOMENTS.values()], name
        assert set(rows["labelled_at"]) == {LOADED_IN_UTC}, name
        assert status(far_away, name)["last_loaded_at"] == LOADED_IN_UTC, name


def _predictions(first: int, days: list[str | None], loaded_at: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": range(first, first + len(days)),
            "at": pd.to_datetime(pd.Series(days), format="ISO8601").astype("datetime64[us]"),
            "loaded_at": pd.Series([pd.Timestamp(loaded_at)] * len(days), dtype="datetime64[us]"),
            "score": [k / len(days) for k in range(len(days))],
        }
    )


def test_null_and_future_times(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    reference = {"from": "2026-01-01", "to": "2026-01-03"}
    project.declare(shop=block("raw.scores", loaded_at="loaded_at", reference=reference))
    # a row of the year 2199 does not end the reference, whose second day is still to come
    first = _predictions(0, ["2026-01-01"] * 10 + [None] * 3 + ["2199-06-01"] * 2, "2026-01-01")
    project.load("scores", first)
    run(project)
    row = status(project, "shop")
    assert row["state"] == "waiting"
    assert "no prediction on or after 2026-01-03 has been seen" in row["message"]
    assert "3 predictions have no timestamp and belong to no window." in row["message"]
    assert "2 predictions are dated in the future." in row["message"]
    # neither does a load that says it is of the future freeze what comes later
    project.load("scores", _predictions(20, ["2026-01-02"] * 5, "2199-06-01"), mode="append")
    run(project)
    later = _predictions(30, ["2026-01-02"] * 4 + ["2026-01-03"] * 6 + [None], "2026-01-04")
    later["loaded_at"] = pd.Timestamp.now("UTC").tz_localize(None).floor("us")
    project.load("scores", later, mode="append")
    run(project)
    row = status(project, "shop")
    assert row["state"] == "attention"
    assert row["message"] == (
        "4 predictions have no timestamp and belong to no window. "
        "2 predictions are dated in the future. "
        "No labels are declared, so there is no realized performance."
    )
    assert row["last_window"] == pd.Timestamp("2026-01-03")
    assert row["predictions"] == 10 + 2 + 5 + 4 + 6
    profile = project.query(
        "select window_start, sum(n) as n from shop__feature_profile "
        "where feature = '__row__' and n > 0 group by window_start"
    )
    found = {str(s)[:10]: n for s, n in profile.itertuples(index=False, name=None)}
    assert found == {
        "2026-01-01": 10, "2026-01-02": 9, "2026-01-03": 6, "2199-06-01": 2, "NaT": 4,
    }  # fmt: skip
    grid = project.query("select distinct feature, center from ml_monitor__grid where bin = 0")
    assert set(grid["feature"]) >= {"__score__"}
    # nineteen scores of the reference: both its days, without what is dated elsewhere
    reference_n = project.query(
        "select max(reference_n) as n from ml_monitor__drift where window_start = '2026-01-03'"
    )
    assert reference_n["n"].tolist() == [19]


def test_labels_of_the_future(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    labels = {
        "relation": "raw.outcomes",
        "label": "label",
        "timestamp": "known_at",
        "loaded_at": "loaded_at",
    }
    project.declare(shop=block("raw.scores", loaded_at="loaded_at", labels=labels))
    days: list[str | None] = ["2026-01-01"] * 6 + ["2026-01-02"] * 6
    project.load("scores", _predictions(0, days, "2026-01-03"))
    outcomes = pd.DataFrame({"id": [0, 7], "label": [1, 0], "known_at": [None, "2199-06-01"]})
    for column, default in {"known_at": None, "loaded_at": "2199-06-01"}.items():
        values = outcomes.get(column, pd.Series([default] * 2))
        outcomes[column] = pd.to_datetime(values).astype("datetime64[us]")
    project.load("outcomes", outcomes)
    run(project)
    assert status(project, "shop")["labelled"] == 2
    later = outcomes.assign(id=[1, 8], known_at=pd.Timestamp("2026-01-05"))
    later["loaded_at"] = pd.Timestamp.now("UTC").tz_localize(None).floor("us")
    project.load("outcomes", later.astype({"known_at": "datetime64[us]"}), mode="append")
    run(project)
    assert status(project, "shop")["labelled"] == 4
