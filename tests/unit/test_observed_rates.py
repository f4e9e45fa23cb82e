"""What came true by feature bin: counted once a window is mature, against pandas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject

START = pd.Timestamp("2026-01-01")
DAYS = 20
FIRST_LOAD = START + pd.Timedelta(days=9)
SELECT = ("--select", "+ml_monitor__feature_effects")


def _tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return 240 predictions a day and labels: most after 60 hours, others after twelve days."""
    rng = np.random.default_rng(11)
    n = 240 * DAYS
    scores = pd.DataFrame(
        {"id": range(n), "at": START + pd.to_timedelta(np.arange(n) * 6, unit="min")}
    )
    scores["loaded_at"] = scores["at"]
    scores["plan"] = rng.choice(["free", "basic", "gold"], n)
    scores.loc[rng.random(n) < 0.1, "plan"] = None
    scores["tenure"] = rng.normal(40, 10, n)
    scores["version"] = np.where(scores["id"] % 3 == 0, "v2", "v1")
    scores["score"] = rng.random(n).round(2)
    scores["price"] = 1e6 + rng.normal(0, 3, n)
    labels = scores[["id", "at"]].copy()
    labels["label"] = (rng.random(n) < 0.2 + 0.5 * (scores["plan"] == "gold")).astype(int)
    labels["paid"] = scores["price"] + rng.normal(1, 2, n)
    labels["known_at"] = labels["at"] + pd.to_timedelta(
        np.where(labels["id"] % 20 == 0, 12.5 * 24, 60), unit="h"
    )
    labels["loaded_at"] = labels["known_at"]
    # a tenth is never labelled
    labels = labels[labels["id"] % 10 != 3].drop(columns="at")
    wrong = labels[labels["id"] % 7 == 0].copy()
    labels.loc[labels["id"] % 7 == 0, "label"] = 1 - wrong["label"]
    wrong["loaded_at"] = wrong["known_at"] + pd.Timedelta(days=11)
    return scores, pd.concat([labels, wrong], ignore_index=True)


def _block(**changes: object) -> dict[str, Any]:
    labels = {
        "relation": "raw.labels",
        "label": "label",
        "timestamp": "known_at",
        "loaded_at": "loaded_at",
    }
    return {
        "predictions": "raw.scores", "id": "id", "timestamp": "at", "loaded_at": "loaded_at",
        "task": "binary", "score": "score", "version": "version", "labels": labels,
        "reference": {"from": "2026-01-01", "to": "2026-01-05"},
        "features": {"numeric": ["tenure"], "categorical": ["plan"]}, "effects": True, **changes,
    }  # fmt: skip


def load(project: MonitoredProject, until: pd.Timestamp | None = None) -> None:
    for name, frame in zip(("scores", "labels"), _tables(), strict=True):
        project.load(name, frame if until is None else frame[frame["loaded_at"] <= until])


def by_plan(
    days: list[int], until: pd.Timestamp | None = None, version: str = "all", value: str = "label"
) -> pd.DataFrame:
    """Return labelled predictions and the mean outcome by plan, as known at a moment."""
    scores, labels = _tables()
    if until is not None:
        labels = labels[labels["loaded_at"] <= until]
    labels = labels.sort_values("loaded_at").groupby("id").tail(1)
    rows = scores.merge(labels[["id", "label", "paid"]], on="id")
    rows = rows[((rows["at"] - START).dt.days).isin(days)]
    if version != "all":
        rows = rows[rows["version"] == version]
    groups = rows.groupby(rows["plan"].fillna("(null)"))[value]
    return pd.DataFrame(
        {"labelled": groups.size(), "rate": groups.mean(), "deviation": groups.std(ddof=0)}
    )


def assert_equal(
    effects: pd.DataFrame, day: int, expected: pd.DataFrame, version: str = "all", side: str = ""
) -> None:
    found = effects[
        (effects["window_start"] == START + pd.Timedelta(days=day))
        & (effects["model_version"] == version)
        & (effects["feature"] == "plan")
    ].set_index("bin_text")
    assert set(found.index) == set(expected.index)
    found = found.loc[expected.index]
    assert found[f"{side}labelled"].tolist() == expected["labelled"].tolist()
    for column, name in (("observed_rate", "rate"), ("observed_deviation", "deviation")):
        assert found[f"{side}{column}"].to_numpy() == pytest.approx(expected[name].to_numpy())


def load_others(project: MonitoredProject) -> dict[str, Any]:
    """Load a week whose reference is a table of its own, and return monitors of other kinds."""
    scores, labels = _tables()
    labels = labels.sort_values("loaded_at").groupby("id").tail(1)
    is_first = scores["at"] < START + pd.Timedelta(days=4)
    train = scores[is_first].merge(labels[["id", "label", "paid"]], on="id")
    later = scores[~is_first & (scores["at"] < START + pd.Timedelta(days=7))]
    project.load("later_scores", later)
    project.load("later_labels", labels[labels["id"].isin(later["id"])])
    project.load("train", train)
    known = {**_block()["labels"], "relation": "raw.later_labels"}
    period = {"from": "2026-01-05", "to": "2026-01-06"}
    common = {"predictions": "raw.later_scores", "labels": known, "reference": period}
    price = _block(
        **{**common, "labels": {**known, "label": "paid"}}, task="regression", prediction="price"
    )
    del price["score"]
    return {
        "price": price,
        "trained": _block(**{**common, "reference": {"relation": "raw.train"}}),
        "plain": _block(**common, effects=False),
    }


class Steps:
    """The results after the first load, after the second, and after a rebuild."""

    def __init__(self, project: MonitoredProject) -> None:
        self.project = project
        project.declare(shop=_block(), **load_others(project))
        load(project, FIRST_LOAD)
        project.build(*SELECT)
        self.first, self.first_profile = self._now()
        load(project)
        # views read the profile as it is
        project.build("--select", "+shop__effect_profile")
        self.second, self.second_profile = self._now()
        project.build("--select", "+shop__effect_profile", ml_monitor__rebuild_from="2026-01-03")
        self.rebuilt, self.rebuilt_profile = self._now()

    def _now(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return (
            self.project.query("select * from ml_monitor__feature_effects where monitor = 'shop'"),
            self.project.query("select * from shop__effect_profile"),
        )


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def steps(new_project: NewProject, request: pytest.FixtureRequest) -> Steps:
    return Steps(new_project(request.param))


def counted(profile: pd.DataFrame) -> list[int]:
    """Return the days whose windows have been counted."""
    days = (profile.loc[profile["n"] > 0, "window_start"] - START).dt.days
    return sorted({int(day) for day in days})


def test_an_immature_window_is_not_counted(steps: Steps) -> None:
    # labels take 60 hours: those of the sixth day are in on the ninth, half of the seventh's
    assert counted(steps.first_profile) == [0, 1, 2, 3, 4, 5]
    young = steps.first[steps.first["window_start"] > START + pd.Timedelta(days=5)]
    assert len(young) > 20
    assert young["observed_rate"].isna().all()
    assert young["labelled"].isna().all()
    # what the model said of them is there, and what came true in the reference
    assert young.loc[young["n"] > 0, "mean_score"].notna().all()
    is_declared = ~young["feature"].isin(["__score__", "__prediction__"])
    known = young.loc[(young["reference_n"] > 5) & is_declared, "reference_observed_rate"]
    assert len(known) > 0
    assert known.notna().all()


@pytest.mark.parametrize("version", ["all", "v1", "v2"])
def test_a_mature_window_equals_pandas(steps: Steps, version: str) -> None:
    assert_equal(steps.first, 5, by_plan([5], FIRST_LOAD, version), version)
    reference = by_plan([0, 1, 2, 3], FIRST_LOAD, version)
    assert_equal(steps.first, 5, reference, version, "reference_")
    # a window of the reference is compared with the others
    assert_equal(steps.first, 2, by_plan([0, 1, 3], FIRST_LOAD, version), version, "reference_")


def test_late_labels_do_not_count_a_window_again(steps: Steps) -> None:
    assert counted(steps.second_profile) == list(range(DAYS))
    keys = ["window_key", "model_version", "feature", "bin"]
    before = steps.first_profile.set_index(keys).sort_index()
    after = steps.second_profile.set_index(keys).sort_index()
    pd.testing.assert_frame_equal(after.loc[before.index], before)
    # though labels have come since, and others were corrected
    now = by_plan([5])
    assert now["labelled"].sum() > by_plan([5], FIRST_LOAD)["labelled"].sum()
    # what is counted later is counted with what is known then
    assert_equal(steps.second, 8, by_plan([8]))


def test_a_rebuild_takes_them_in(steps: Steps) -> None:
    assert counted(steps.rebuilt_profile) == list(range(DAYS))
    for day in (2, 5, 8):
        assert_equal(steps.rebuilt, day, by_plan([day]))
    # before the day of the rebuild nothing has been counted again
    assert_equal(steps.rebuilt, 1, by_plan([1], FIRST_LOAD))


def test_numbers_are_counted_by_coarse_bin(steps: Steps) -> None:
    """Of each decile as many are labelled as of its rows that pandas finds."""
    edges = steps.project.query(
        "select coarse_bin, min(lower_edge) as edge from ml_monitor__grid "
        "where monitor = 'shop' and feature = 'tenure' and part = 'feature' and coarse_bin > 0 "
        "group by 1 order by 1"
    )["edge"].to_numpy()
    scores, labels = _tables()
    rows = scores[(scores["at"] - START).dt.days == 8].merge(
        labels.sort_values("loaded_at").groupby("id").tail(1)[["id", "label"]], on="id"
    )
    places = np.digitize(rows["tenure"], edges)
    found = steps.rebuilt[
        (steps.rebuilt["window_start"] == START + pd.Timedelta(days=8))
        & (steps.rebuilt["model_version"] == "all")
        & (steps.rebuilt["feature"] == "tenure")
    ].set_index("bin")
    for place in range(1, 11):
        own = rows.loc[places == place, "label"]
        assert found.loc[place, "labelled"] == len(own)
        assert found.loc[place, "observed_rate"] == pytest.approx(own.mean())


def test_a_replay_counts_what_was_mature_then(steps: Steps) -> None:
    project = steps.project
    columns = "window_start, model_version, feature, bin, n, sum_outcome"
    moments = {"ml_monitor__as_of": FIRST_LOAD, "ml_monitor__schema": "then"}
    select = ("--select", "+shop__effect_profile")
    # a replay that has been further goes back
    later = {**moments, "ml_monitor__as_of": FIRST_LOAD + pd.Timedelta(days=4)}
    for variables in (later, moments):
        project.build(*select, **{key: str(value) for key, value in variables.items()})
    found = project.query(
        f'select {columns} from "{project.schema}_then".shop__effect_profile where n > 0'
    )
    expected = steps.first_profile[columns.split(", ")]
    keys = columns.split(", ")[:4]
    pd.testing.assert_frame_equal(
        found.sort_values(keys, ignore_index=True),
        expected[expected["n"] > 0].sort_values(keys, ignore_index=True),
    )


def test_other_tasks_and_a_reference_of_its_own(steps: Steps) -> None:
    project = steps.project
    nodes = project.query(
        "select table_name from information_schema.tables where table_name like '%effect_profile'"
        f" and table_schema = '{project.schema}'"
    )["table_name"]
    assert set(nodes) == {
        "shop__effect_profile",
        "price__effect_profile",
        "trained__effect_profile",
        "ml_monitor__effect_profile",
    }
    effects = project.query(
        "select * from ml_monitor__feature_effects where window_start = '2026-01-06'"
    )
    of_trained = effects[effects["monitor"] == "trained"]
    assert_equal(of_trained, 5, by_plan([5]))
    assert_equal(of_trained, 5, by_plan([0, 1, 2, 3]), side="reference_")
    of_price = effects[effects["monitor"] == "price"]
    assert_equal(of_price, 5, by_plan([5], value="paid"))
    assert_equal(of_price, 5, by_plan([4], value="paid"), side="reference_")
    of_plain = effects[effects["monitor"] == "plain"]
    assert of_plain["mean_score"].notna().any()
    assert of_plain[["observed_rate", "reference_observed_rate"]].isna().all(axis=None)
