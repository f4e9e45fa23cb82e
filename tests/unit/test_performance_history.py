"""A window beside the windows before it: the last one, the last seven, those of its season."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import NewProject

SERIES = ["monitor", "model_version", "segment", "segment_value", "source", "metric", "class"]
MONITOR: dict[str, Any] = {
    "id": "id",
    "timestamp": "at",
    "task": "regression",
    "prediction": "guess",
    "labels": {"label": "truth"},
    "min_rows": 1,
}
SEASONS = {
    "hour": (7, lambda start: start.hour),
    "day": (4, lambda start: start.weekday()),
    "month": (1, lambda start: start.month),
}


def rows_at(moments: pd.DatetimeIndex | pd.Series[Any], seed: int) -> pd.DataFrame:
    """Return a prediction and its label for each moment."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 9, len(moments))
    rows = pd.DataFrame({"id": np.arange(len(moments)), "at": moments, "truth": truth})
    rows["guess"] = truth + rng.integers(-2, 3, len(moments))
    return rows


def hours() -> pd.DataFrame:
    """11 days of hours, over a change to summer time; some hours are missing."""
    rng = np.random.default_rng(3)
    moments = pd.Timestamp("2026-03-23") + pd.to_timedelta(rng.integers(0, 11 * 24, 700), unit="h")
    moments = moments[~((moments >= "2026-03-26 05:00") & (moments < "2026-03-27 14:00"))]
    return rows_at(moments, 4)


def days() -> pd.DataFrame:
    """50 days of two versions, the second with gaps; a day without a label, days without rows."""
    moments = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(400) % 50, unit="D")
    rows = rows_at(moments, 5)
    rows["version"] = np.where(rows["id"] // 50 % 3 == 0, "b", "a")
    rows["plan"] = np.where(rows["id"] % 7 < 3, "basic", "pro")
    rows["truth"] = rows["truth"].astype("Int64")
    day = rows["at"].dt.day_of_year
    rows.loc[(day == 20) | ((rows["version"] == "b") & day.isin([9, 33, 34])), "truth"] = pd.NA
    return rows[~day.isin([5, 6, 30]) & ~((rows["version"] == "b") & (day > 40) & (day < 45))]


def months() -> pd.DataFrame:
    """26 months, of which one is missing."""
    starts = pd.date_range("2024-01-01", periods=26, freq="MS").repeat(3)
    return rows_at(starts[starts != "2024-06-01"], 6)


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def found(new_project: NewProject, request: pytest.FixtureRequest) -> pd.DataFrame:
    project = new_project(request.param)
    for table, frame in (("hours", hours()), ("days", days()), ("months", months())):
        project.load(table, frame)
    project.declare(
        hours={
            **MONITOR,
            "predictions": "raw.hours",
            "window": "hour",
            "reference": {"from": "2026-03-23", "to": "2026-03-24"},
            "roll_up": ["day"],
        },
        days={
            **MONITOR,
            "predictions": "raw.days",
            "version": "version",
            "segments": ["plan"],
            "reference": {"from": "2026-01-01", "to": "2026-01-05"},
            "roll_up": ["week"],
        },
        months={
            **MONITOR,
            "predictions": "raw.months",
            "window": "month",
            "reference": {"from": "2024-01-01", "to": "2024-03-01"},
        },
    )
    project.build("--select", "+ml_monitor__performance")
    return project.query("select * from ml_monitor__performance where source = 'realized'").astype(
        {"value": float, "n": float, "trailing_value": float, "season_value": float}
    )


def mean(before: pd.DataFrame) -> float:
    return float(np.average(before["value"], weights=before["n"])) if len(before) else np.nan


def test_every_row_has_the_windows_before_it(found: pd.DataFrame) -> None:
    checked = dict.fromkeys(["hour", "day", "week", "month"], 0)
    some = found[found["metric"].isin(["mae", "r2", "rmse"])].sort_values("window_start")
    for (*_, grain), series in some.groupby([*SERIES, "grain"]):
        valued = series[series["value"].notna()]
        for row in series.to_dict("records"):
            before = valued[valued["window_start"] < row["window_start"]]
            checked[grain] += 1
            if len(before):
                assert row["previous_window_start"] == before["window_start"].iloc[-1]
                assert row["previous_value"] == before["value"].iloc[-1]
            else:
                assert pd.isna(row["previous_window_start"])
                assert pd.isna(row["previous_value"])
            assert row["trailing_windows"] == min(len(before), 7)
            assert row["trailing_value"] == pytest.approx(mean(before[-7:]), rel=1e-9, nan_ok=True)
            if grain == "week":
                assert pd.isna(row["season_value"])
                assert pd.isna(row["season_windows"])
                continue
            count, season = SEASONS[grain]
            is_like = [
                season(start) == season(row["window_start"]) for start in before["window_start"]
            ]
            like = before[np.array(is_like, dtype=bool)][-count:]
            assert row["season_windows"] == len(like)
            assert row["season_value"] == pytest.approx(mean(like), rel=1e-9, nan_ok=True)
    assert min(checked.values()) > 60
    assert some["value"].isna().sum() > 20


def test_what_a_person_expects(found: pd.DataFrame) -> None:
    keys = ["monitor", "grain", "model_version", "metric", "window_start"]
    whole = found[found["segment"] == "overall"]
    mae = whole.set_index(keys).sort_index().xs("mae", level="metric")

    def of(monitor: str, grain: str, start: str, version: str = "all") -> dict[str, Any]:
        return mae.loc[(monitor, grain, version, pd.Timestamp(start))].to_dict()

    first = of("days", "day", "2026-01-01")
    assert pd.isna(first["previous_value"])
    assert pd.isna(first["trailing_value"])
    assert (first["trailing_windows"], first["season_windows"]) == (0, 0)
    # after one window its value is all there is, after two missing days the day before them
    second = of("days", "day", "2026-01-02")
    assert second["trailing_value"] == pytest.approx(second["previous_value"], rel=1e-12)
    assert of("days", "day", "2026-01-07")["previous_window_start"] == pd.Timestamp("2026-01-04")
    # the 20th has rows but no label: it has history, and is none
    assert pd.isna(of("days", "day", "2026-01-20")["value"])
    for day in ("2026-01-20", "2026-01-21"):
        assert of("days", "day", day)["previous_window_start"] == pd.Timestamp("2026-01-19")
    assert of("days", "day", "2026-02-14", "b")["previous_window_start"] == pd.Timestamp(
        "2026-02-09"
    )
    # the 7 days together: mae is a mean over rows
    rows = days().dropna()
    week = rows[(rows["at"] >= "2026-01-22") & (rows["at"] < "2026-01-29")]
    expected = float((week["guess"] - week["truth"]).abs().mean())
    assert of("days", "day", "2026-01-29")["trailing_value"] == pytest.approx(expected, rel=1e-9)
    # a week has the week before, a month the same month a year ago or, in its absence, none
    assert (
        of("days", "week", "2026-01-12")["previous_value"]
        == of("days", "week", "2026-01-05")["value"]
    )
    assert (
        of("months", "month", "2026-02-01")["season_value"]
        == of("months", "month", "2025-02-01")["value"]
    )
    assert of("months", "month", "2025-06-01")["season_windows"] == 0
    # hours are UTC's: the day on which clocks change has 24, the like hour is 24 hours before
    changed = mae.loc[("hours", "hour", "all")].loc["2026-03-29":"2026-03-29 23:00"]
    assert set(changed.index.hour) >= {0, 1, 2, 3}
    assert of("hours", "day", "2026-03-29")["window_end"] == pd.Timestamp("2026-03-30")
