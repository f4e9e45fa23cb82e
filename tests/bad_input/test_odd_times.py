"""Timestamps that are NULL, in the future, zoned or text, in sessions of any time zone."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
import pytest

from tests.bad_input.tables import DOUBLE, block, counts, failures, run, status, write_table
from tests.support.project import MonitoredProject, NewProject

Statuses = dict[str, dict[str, Any]]

# one instant each way that people write it, and its time in UTC
MOMENTS = {
    "2026-01-01 22:30:00": "2026-01-01 22:30",
    "2026-01-01T22:30:00Z": "2026-01-01 22:30",
    "2026-01-02 01:30:00+03": "2026-01-01 22:30",
    "2026-01-02 01:30:00.250+03:00": "2026-01-01 22:30:00.25",
    "2026-01-02T04:00:00+0530": "2026-01-01 22:30",
    "2026-01-01 17:30:00-05:00": "2026-01-01 22:30",
    "2026-01-02": "2026-01-02 00:00",
    "2026-01-02 00:30:00 UTC": "2026-01-02 00:30",
    "2026-01-01 20:00:00-08:00": "2026-01-02 04:00",
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
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    if request.param == "duckdb":
        output = {**project.output, "settings": {"TimeZone": "Asia/Tokyo"}}
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
    run(far_away, "--select", "+ml_monitor__status", *(f"{name}__labelled" for name in tables))
    for name in tables:
        assert counts(far_away, name, "__row__") == {("01", 0): 6, ("02", 0): 4}, name
        rows = far_away.query(f"select predicted_at, labelled_at from {name}__labelled order by id")
        assert rows["predicted_at"].tolist() == [pd.Timestamp(t) for t in MOMENTS.values()], name
        assert set(rows["labelled_at"]) == {LOADED_IN_UTC}, name
        assert status(far_away, name)["last_loaded_at"] == LOADED_IN_UTC, name


def test_vars_that_mean_nothing(new_project: NewProject) -> None:
    project = new_project("duckdb")
    project.load("scores", _predictions(0, ["2026-01-01"] * 10, "2026-01-02"))
    project.declare(shop=block("raw.scores", loaded_at="loaded_at"))
    for name in ("ml_monitor__as_of", "ml_monitor__rebuild_from"):
        variables = {name: "yesterday", "ml_monitor__schema": "then", "ml_monitor__refit": "shop"}
        failed = failures(project, "--select", "+shop__feature_profile", **variables)
        expected = f"the var {name} is 'yesterday', which is no date or time"
        assert any(expected in message for message in failed.values()), failed
    # the grid, which reads the name of its monitor in ml_monitor__refit, was made
    assert set(failed) == {"shop__feature_profile"}
    failed = failures(project, "--select", "shop__grid", ml_monitor__rebuild_form="2026-01-15")
    expected = "there is no var ml_monitor__rebuild_form; allowed are ml_monitor__as_of, "
    assert expected in failed["shop__grid"]
    failed = failures(project, "--select", "shop__grid", ml_monitor__refit="shops")
    assert (
        "'shops'; allowed are true, false and the names of monitors: shop" in failed["shop__grid"]
    )


def _predictions(first: int, days: list[str | None], loaded_at: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": range(first, first + len(days)),
            "at": pd.to_datetime(pd.Series(days), format="ISO8601").astype("datetime64[us]"),
            "loaded_at": pd.Series([pd.Timestamp(loaded_at)] * len(days), dtype="datetime64[us]"),
            "score": [k / len(days) for k in range(len(days))],
        }
    )


def _labels(ids: list[int], known_at: list[str | None], loaded_at: pd.Timestamp) -> pd.DataFrame:
    known = pd.to_datetime(pd.Series(known_at))
    frame = pd.DataFrame({"id": ids, "label": [0, 1], "known_at": known})
    frame["loaded_at"] = pd.Series([loaded_at] * len(ids))
    return frame.astype({"known_at": "datetime64[us]", "loaded_at": "datetime64[us]"})


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def loaded(
    request: pytest.FixtureRequest, new_project: NewProject
) -> tuple[Statuses, MonitoredProject]:
    """The status of each monitor after a first load, and the project after a second."""
    project = new_project(request.param)
    reference = {"from": "2026-01-01", "to": "2026-01-03"}
    labels = {
        "relation": "raw.outcomes",
        "label": "label",
        "timestamp": "known_at",
        "loaded_at": "loaded_at",
    }
    project.declare(
        texts=block("texts", loaded_at="loaded_at"),
        partly=block("raw.partly", loaded_at="loaded_at"),
        shop=block("raw.scores", loaded_at="loaded_at", reference=reference, labels=labels),
    )
    days = ["2026-01-01"] * 10 + ["", " ", None] + ["2026-01-02"] * 7
    columns: dict[str, Any] = {
        "id": ("bigint", range(20)),
        "at": ("text", days),
        "loaded_at": ("text", ["2026-01-03"] * 19 + [""]),
        "score": (DOUBLE, [0.5] * 20),
    }
    write_table(project, "texts", columns)
    first = _predictions(0, ["2026-01-01"] * 10 + ["2026-01-02"] * 10, "2026-01-02")
    first.loc[5, "loaded_at"] = pd.NaT
    project.load("partly", first)
    future = ["2026-01-01"] * 10 + [None] * 3 + ["2199-06-01"] * 2
    project.load("scores", _predictions(0, future, "2199-06-01"))
    project.load("outcomes", _labels([0, 2], [None, "2199-06-01"], pd.Timestamp("2199-06-01")))
    selected = ("--select", "+ml_monitor__drift", "+ml_monitor__status")
    run(project, *selected)
    before = {name: status(project, name) for name in ("texts", "partly", "shop")}

    late = _predictions(20, ["2026-01-03"] * 8, "2026-01-03")
    late.loc[3, "loaded_at"] = pd.NaT
    project.load("partly", late, mode="append")
    now = pd.Timestamp.now("UTC").tz_localize(None).floor("us")
    later = _predictions(20, ["2026-01-02"] * 9 + ["2026-01-03"] * 6 + [None], "2026-01-04")
    project.load("scores", later.assign(loaded_at=now), mode="append")
    project.load("outcomes", _labels([1, 20], ["2026-01-05"] * 2, now), mode="append")
    run(project, *selected)
    return before, project


def test_an_empty_text_is_no_time(loaded: tuple[Statuses, MonitoredProject]) -> None:
    before, project = loaded
    assert counts(project, "texts", "__row__") == {("01", 0): 10, ("02", 0): 7}
    told = "3 predictions have no timestamp and belong to no window."
    assert before["texts"]["message"].startswith(told)


def test_a_row_without_loaded_at_counts_as_loaded_when_it_was_made(
    loaded: tuple[Statuses, MonitoredProject],
) -> None:
    before, project = loaded
    assert before["partly"]["last_loaded_at"] == pd.Timestamp("2026-01-02")
    assert status(project, "partly")["predictions"] == 28


def test_a_future_row_does_not_end_the_reference(
    loaded: tuple[Statuses, MonitoredProject],
) -> None:
    before, project = loaded
    row = before["shop"]
    assert row["state"] == "waiting"
    assert row["last_window"] == pd.Timestamp("2026-01-01")
    assert "no prediction on or after 2026-01-03 has been seen" in row["message"]
    assert "3 predictions have no timestamp and belong to no window." in row["message"]
    assert "2 predictions are dated in the future." in row["message"]
    found = project.query(
        "select max(reference_n) as n from ml_monitor__drift "
        "where monitor = 'shop' and window_start = '2026-01-03'"
    )
    assert found["n"].tolist() == [19]


def test_future_loads_do_not_freeze_what_comes_later(
    loaded: tuple[Statuses, MonitoredProject],
) -> None:
    _, project = loaded
    row = status(project, "shop")
    assert row["state"] == "attention"
    assert row["message"] == (
        "4 predictions have no timestamp and belong to no window. "
        "2 predictions are dated in the future."
    )
    assert row["last_window"] == pd.Timestamp("2026-01-03")
    assert row["predictions"] == 10 + 2 + 9 + 6
    assert row["labelled"] == 4
    for kind, condition in {"feature": "feature = '__row__'", "outcome": "part = 'row'"}.items():
        profile = project.query(
            f"select window_start, sum(n) as n from shop__{kind}_profile "
            f"where {condition} and n > 0 group by window_start"
        )
        found = {str(day)[:10]: n for day, n in profile.itertuples(index=False, name=None)}
        assert found == {
            "2026-01-01": 10, "2026-01-02": 9, "2026-01-03": 6, "2199-06-01": 2, "NaT": 4,
        }, kind  # fmt: skip
