"""Roll-ups: weeks and months computed from days equal what all their rows give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.performance import (
    SELECT,
    binary_metrics,
    multiclass_metrics,
    regression_metrics,
)
from tests.support.project import MonitoredProject, NewProject
from tests.support.rebuild import unchanged

REFERENCE = {"from": "2025-12-15", "to": "2025-12-29"}
CLASSES = ["a", "b", "c"]
MONITOR: dict[str, Any] = {
    "predictions": "raw.scores",
    "id": "id",
    "timestamp": "at",
    "version": "version",
    "segments": ["region"],
    "reference": REFERENCE,
    "min_rows": 20,
}
BINARY = {**MONITOR, "task": "binary", "score": "score", "labels": {"label": "label"}}
MULTICLASS = {
    **MONITOR,
    "task": "multiclass",
    "score": {name: f"p_{name}" for name in CLASSES},
    "labels": {"label": "class_label"},
}
REGRESSION = {
    **MONITOR,
    "task": "regression",
    "prediction": "guess",
    "labels": {"label": "truth"},
}
BY_WEEK = ["binary", "classes"]
# limits differ: a weekly monitor judges fewer windows a quarter
COMPARED = ["value", "ci_low", "ci_high", "n", "labelled_share", "reference_value"]


def scored() -> pd.DataFrame:
    """11 weeks from a Monday; a day and a week are missing, one day has one class only."""
    rng = np.random.default_rng(7)
    n = 11 * 7 * 16
    at = pd.Timestamp("2025-12-15") + pd.to_timedelta(np.arange(n), unit="h") * 1.5
    rows = pd.DataFrame({"id": np.arange(n), "at": at, "score": rng.integers(1, 21, n) / 20})
    rows["version"] = np.where(rng.random(n) < (at > "2026-01-20") * 0.5, "v2", "v1")
    rows["region"] = rng.choice(["north", "south"], n)
    rows["label"] = pd.Series((rng.random(n) < rows["score"]).astype(int), dtype="Int64")
    rows.loc[rows["at"].dt.strftime("%F") == "2026-01-09", "label"] = 0
    rows.loc[rng.random(n) < 0.1, "label"] = pd.NA
    shares = rng.integers(1, 9, (n, 3))
    for place, name in enumerate(CLASSES):
        rows[f"p_{name}"] = shares[:, place] / shares.sum(axis=1)
    rows["class_label"] = [CLASSES[rng.choice(3, p=row / row.sum())] for row in shares]
    rows["truth"] = rng.gamma(2, 5, n)
    rows["guess"] = rows["truth"] * rng.lognormal(0, 0.3, n)
    day = rows["at"].dt.strftime("%F")
    missing = (day == "2026-01-14") | ((day >= "2026-01-26") & (day < "2026-02-02"))
    return rows[~missing].reset_index(drop=True)


@pytest.fixture(scope="module")
def built(new_project: NewProject) -> dict[str, pd.DataFrame]:
    """What is realized on each engine: days rolled up, and monitors of weeks beside them."""
    results = {}
    for engine in ("duckdb", "postgres"):
        project = new_project(engine)
        project.load("scores", scored())
        days = {"binary": BINARY, "classes": MULTICLASS, "price": REGRESSION}
        weeks = {f"{name}_by_week": {**days[name], "window": "week"} for name in BY_WEEK}
        days = {name: {**block, "roll_up": ["week", "month"]} for name, block in days.items()}
        project.declare(**days, **weeks)
        project.build("--select", "+ml_monitor__performance")
        results[engine] = project.query(
            "select * from ml_monitor__performance where source = 'realized'"
        )
    return results


@pytest.fixture
def found(built: dict[str, pd.DataFrame], engine: str) -> pd.DataFrame:
    return built[engine]


def start_of(rows: pd.DataFrame, grain: str) -> pd.Series[Any]:
    """Return the start of the ISO week or calendar month of each row."""
    return rows["at"].dt.to_period({"week": "W-SUN", "month": "M"}[grain]).dt.start_time


def values_of(rows: pd.DataFrame, task: str) -> dict[str, float]:
    """Return the metrics of raw rows, unlabelled ones left out."""
    if task == "binary":
        rows = rows[rows["label"].notna()]
        score = rows["score"].to_numpy()
        return binary_metrics(rows["label"].to_numpy(float), (score >= 0.5).astype(float), score)
    if task == "price":
        return regression_metrics(rows["truth"].to_numpy(), rows["guess"].to_numpy())
    scores = rows[[f"p_{name}" for name in CLASSES]].to_numpy()
    chosen = np.array(CLASSES)[scores.argmax(axis=1)]
    table = pd.crosstab(rows["class_label"], chosen).reindex(CLASSES, fill_value=0)
    own = scores[np.arange(len(rows)), [CLASSES.index(name) for name in rows["class_label"]]]
    return {
        **multiclass_metrics(table.reindex(columns=CLASSES, fill_value=0).to_numpy(float)),
        "log_loss": float(-np.log(own).mean()),
    }


@pytest.mark.parametrize("task", ["binary", "classes", "price"])
def test_a_roll_up_is_what_its_rows_give(found: pd.DataFrame, task: str) -> None:
    rows = scored()
    if task == "classes":
        # the greatest score may be shared, and is then any of them
        scores = np.sort(rows[[f"p_{name}" for name in CLASSES]].to_numpy(), axis=1)
        tied = scores[:, -1] == scores[:, -2]
    whole = found[(found["monitor"] == task) & (found["class"] == "all")]
    compared = 0
    for grain in ("week", "month"):
        for version, region in (("all", None), ("v2", None), ("all", "north")):
            part = rows if version == "all" else rows[rows["version"] == version]
            part = part if region is None else part[part["region"] == region]
            mine = whole[
                (whole["grain"] == grain)
                & (whole["model_version"] == version)
                & (whole["segment_value"] == (region or "all"))
            ]
            starts = start_of(part, grain)
            assert set(mine["window_start"]) == set(starts)
            for start, window in part.groupby(starts):
                values = mine[mine["window_start"] == start].set_index("metric")["value"]
                if task == "classes" and tied[window.index].any():
                    values = values[["log_loss"]]
                for metric, expected in values_of(window, task).items():
                    if metric in values.index:
                        assert values[metric] == pytest.approx(expected, rel=1e-9, nan_ok=True)
                        compared += 1
    assert compared > 40


@pytest.mark.parametrize("name", BY_WEEK)
def test_a_rolled_week_is_the_week_of_a_weekly_monitor(found: pd.DataFrame, name: str) -> None:
    keys = ["window_start", "window_end", "model_version", "segment", "segment_value"]
    keys += ["metric", "class"]
    week = found[(found["monitor"] == name) & (found["grain"] == "week")]
    other = found[found["monitor"] == f"{name}_by_week"]
    assert len(week) > 1000
    assert set(other["grain"]) == {"week"}
    # how labels come in is told of windows only
    other = other[~other["metric"].str.startswith("label")]
    one, two = (frame.set_index(keys)[COMPARED].sort_index() for frame in (week, other))
    pd.testing.assert_frame_equal(one, two, rtol=1e-9, atol=1e-9, check_dtype=False)


def test_weeks_and_months_of_the_calendar(found: pd.DataFrame) -> None:
    windows = found[found["monitor"] == "binary"][["grain", "window_start", "window_end"]]
    ends = windows.drop_duplicates().set_index(["grain", "window_start"])["window_end"]
    # the first ISO week of 2026 begins in 2025
    assert ends["week", pd.Timestamp("2025-12-29")] == pd.Timestamp("2026-01-05")
    assert all(start.weekday() == 0 for start in ends["week"].index)
    assert pd.Timestamp("2026-01-26") not in ends["week"].index
    assert {f"{start:%F}": f"{end:%F}" for start, end in ends["month"].items()} == {
        "2025-12-01": "2026-01-01", "2026-01-01": "2026-02-01", "2026-02-01": "2026-03-01",
        "2026-03-01": "2026-04-01",
    }  # fmt: skip


def test_engines_agree_on_every_column(built: dict[str, pd.DataFrame]) -> None:
    keys = ["monitor", "grain", "window_start", "model_version", "segment", "segment_value"]
    frames = [frame.set_index([*keys, "metric", "class"]).sort_index() for frame in built.values()]
    for frame in frames:
        for column in frame:
            if column in ("window_end", "previous_window_start"):
                frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
            elif column not in ("source", "verdict", "reason"):
                frame[column] = frame[column].astype("float64")
    pd.testing.assert_frame_equal(*frames, rtol=1e-9, atol=1e-9, check_dtype=False)


def late() -> tuple[pd.DataFrame, pd.DataFrame]:
    """60 days of 30 rows whose label comes after exactly 5 days; v2 begins with the last 4."""
    rng = np.random.default_rng(5)
    n = 60 * 30
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) // 30, unit="D")
    rows = pd.DataFrame({"id": np.arange(n), "at": at + pd.Timedelta(hours=1)})
    rows["version"] = np.where(at >= "2026-02-26", "v2", "v1")
    rows["score"] = rng.integers(1, 21, n) / 20
    rows["loaded_at"] = rows["at"] + pd.Timedelta(hours=1)
    labels = pd.DataFrame({"id": rows["id"], "known_at": rows["at"] + pd.Timedelta(days=5)})
    labels["label"] = (rng.random(n) < rows["score"]).astype(int)
    labels["loaded_at"] = labels["known_at"] + pd.Timedelta(hours=1)
    return rows, labels


def late_block(tables: str, *roll_up: str) -> dict[str, Any]:
    return {
        "predictions": f"raw.{tables}_rows",
        "id": "id",
        "timestamp": "at",
        "loaded_at": "loaded_at",
        "version": "version",
        "task": "binary",
        "score": "score",
        "labels": {
            "relation": f"raw.{tables}_labels", "label": "label", "timestamp": "known_at",
            "loaded_at": "loaded_at",
        },
        "reference": {"from": "2026-01-01", "to": "2026-01-15"},
        "min_rows": 20,
        "roll_up": list(roll_up),
    }  # fmt: skip


LATE = {
    "late": late_block("late", "week", "month"),
    "whole": late_block("whole", "week", "month"),
    "missing": late_block("missing", "month"),
}
LOADS = ["2026-02-25", "2026-02-26", "2026-03-02"]


def load(project: MonitoredProject, tables: str, until: str) -> None:
    for table, frame in zip(("rows", "labels"), late(), strict=True):
        project.load(f"{tables}_{table}", frame[frame["loaded_at"] < until])


def without_labels() -> pd.DataFrame:
    """Return the labels that are known by March, but those of the days from 18 February on."""
    rows, labels = late()
    day = rows.set_index("id").loc[labels["id"], "at"].dt.strftime("%F").to_numpy()
    return labels[(labels["loaded_at"] < "2026-03-02") & (day < "2026-02-18")]


def shown(project: MonitoredProject, monitor: str) -> pd.DataFrame:
    frame = project.query(
        f"select * from ml_monitor__performance where source = 'realized' and monitor = '{monitor}'"
    )
    keys = ["grain", "window_start", "model_version", "metric"]
    return frame.drop(columns="monitor").set_index(keys).sort_index()


def dependencies(project: MonitoredProject) -> pd.Series[Any]:
    frame = project.query(
        "select distinct window_key, dependency from ml_monitor__performance_numbers_binary "
        "where monitor = 'late'"
    )
    return frame.set_index("window_key")["dependency"]


class Loads:
    """Rows and labels loaded bit by bit, at once, and with labels that never come."""

    def __init__(self, project: MonitoredProject) -> None:
        self.project = project
        load(project, "whole", LOADS[-1])
        project.load("missing_rows", late()[0])
        project.load("missing_labels", without_labels())
        project.declare(**LATE)
        self.dependencies = []
        options: tuple[str, ...] = ("+ml_monitor__metrics",)
        for until in LOADS:
            load(project, "late", until)
            project.build(*SELECT, *options)
            self.dependencies.append(dependencies(project))
            options = unchanged("whole", "missing")
        self.late, self.whole, self.missing = (shown(project, name) for name in LATE)
        self.window_lengths = {
            name: project.query(
                "select distinct monitor, window_end - window_start = interval '1 day' as is_day "
                f"from ml_monitor__{name}"
            )
            for name in ("metrics", "confusion", "calibration", "label_maturity")
        }
        self.missing_counts = project.query(
            "select n from ml_monitor__confusion "
            "where monitor = 'missing' and model_version = 'all' and source = 'realized'"
        )["n"]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def loads(new_project: NewProject, request: pytest.FixtureRequest) -> Loads:
    return Loads(new_project(request.param))


def test_loads_with_late_labels_equal_one_and_redo_what_they_touch(loads: Loads) -> None:
    before, after, _ = loads.dependencies
    # the two last days, the days whose labels came with them, their weeks and their month
    assert sorted(key for key in after.index if after[key] != before.get(key)) == [
        "late|2026-02-19 00:00:00", "late|2026-02-20 00:00:00",
        "late|2026-02-24 00:00:00", "late|2026-02-25 00:00:00",
        "late|month|2026-02-01 00:00:00",
        "late|week|2026-02-16 00:00:00", "late|week|2026-02-23 00:00:00",
    ]  # fmt: skip
    pd.testing.assert_frame_equal(loads.late, loads.whole, rtol=1e-9, check_dtype=False)


def test_labels_still_to_come_make_a_month_insufficient(loads: Loads) -> None:
    """Of February those of the last 5 days, which are most of version v2's."""
    month = loads.whole.loc["month"].loc[pd.Timestamp("2026-02-01")]
    assert month.loc[("all", "accuracy"), "labelled_share"] == pytest.approx(24 / 29, abs=0.04)
    assert month.loc[("v1", "accuracy"), "verdict"] == "ok"
    assert month.loc[("all", "accuracy"), "verdict"] == "insufficient_data"
    assert month.loc[("v2", "accuracy"), "n"] == 0


def test_missing_labels_make_a_month_insufficient(loads: Loads) -> None:
    verdicts = loads.missing.loc["month"]["verdict"]
    assert verdicts[pd.Timestamp("2026-01-01"), "all", "accuracy"] == "ok"
    assert verdicts[pd.Timestamp("2026-02-01"), "all", "accuracy"] == "insufficient_data"
    # the other tables keep to the declared windows
    for name, lengths in loads.window_lengths.items():
        assert sorted(lengths["monitor"]) == sorted(LATE), name
        assert lengths["is_day"].all(), name
    assert loads.missing_counts.sum() == len(without_labels())


def test_another_roll_up_leaves_the_profiles_alone_and_hides_what_is_declared_no_longer(
    loads: Loads,
) -> None:
    project = loads.project
    sql = "select config_hash from ml_monitor__monitors where monitor = 'late'"
    hashes = project.query(sql)
    assert len(hashes) == 1
    for roll_up in (["month"], ["week", "month"]):
        project.declare(late=late_block("late", *roll_up))
        project.build(*SELECT)
        kept = loads.whole[loads.whole.index.get_level_values("grain").isin(["day", *roll_up])]
        pd.testing.assert_frame_equal(shown(project, "late"), kept, rtol=1e-9, check_dtype=False)
    assert project.query(sql).equals(hashes)
    project.test(*SELECT)
