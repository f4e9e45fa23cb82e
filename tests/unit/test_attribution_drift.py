"""Drift of attributions: the ranking of their mean sizes by numpy, and each as a feature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

BUILD = ("--select", "+ml_monitor__drift", "+ml_monitor__quality", "+ml_monitor__limits")
FEATURES = ["income", "tenure", "plan"]
SMOOTH = ["a", "b", "c", "d"]
ROWS_A_DAY = 240
# mean sizes by day, of income, tenure and plan; the eight days before are the reference
SIZES = {
    "2026-01-09": (6.0, 3.0, 1.0),
    "2026-01-10": (1.0, 3.0, 6.0),
    "2026-01-11": (6.0, 1.0, 3.0),
    "2026-01-12": (3.0, 6.0, 1.0),
}


def scored() -> pd.DataFrame:
    """Attributions of both signs: half of them 0.5 more in size than their mean, half less."""
    parts = []
    for day in pd.date_range("2026-01-01", "2026-01-12"):
        sizes = SIZES.get(f"{day:%F}", (6.0, 3.0, 1.0))
        place = np.arange(ROWS_A_DAY)
        part = pd.DataFrame({"at": day, "region": np.where(place % 3 == 0, "north", "south")})
        part["version"] = np.where(place % 4 == 0, "2", "1")
        for name, size in zip(FEATURES, sizes, strict=True):
            part[name] = place % 5
            sign = np.where(place % 2 == 0, 1, -1)
            part[f"shap_{name}"] = sign * (size + np.where(place % 8 < 4, 0.5, -0.5))
        parts.append(part)
    rows = pd.concat(parts, ignore_index=True)
    rows["id"], rows["score"] = range(len(rows)), 0.5
    # in the north of one day two features have changed places
    swapped = (rows["at"] == "2026-01-09") & (rows["region"] == "north")
    rows.loc[swapped, ["shap_income", "shap_tenure"]] = rows.loc[
        swapped, ["shap_tenure", "shap_income"]
    ].to_numpy()
    rows.loc[rows.index % 240 == 7, "shap_plan"] = None
    rng = np.random.default_rng(2)
    for name, size in zip(SMOOTH, (2.0, 1.9, 1.0, 0.2), strict=True):
        rows[name] = 0
        rows[f"shap_{name}"] = rng.normal(0.3 * size, size, len(rows))
    return rows


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    project: MonitoredProject = new_project(request.param)
    rows = scored()
    project.load("scores", rows)
    base = block(
        version="version",
        segments=["region"],
        reference={"from": "2026-01-01", "to": "2026-01-09"},
        min_rows=50,
    )
    features = {"numeric": ["income", "tenure"], "categorical": ["plan"]}
    smooth = {"features": {"numeric": SMOOTH}, "attributions": {n: f"shap_{n}" for n in SMOOTH}}
    project.load("training", rows[rows["at"] < "2026-01-09"].drop(columns="shap_plan"))
    attributions = {name: f"shap_{name}" for name in FEATURES}
    whole = {**base, "features": features, "attributions": attributions}
    project.declare(
        steps=whole,
        smooth={**base, **smooth},
        trained={**whole, "reference": {"relation": "raw.training"}},
        without={**base, "features": features},
    )
    project.build(*BUILD)
    project.test(*BUILD)
    return project


@pytest.fixture(scope="module")
def ranking(project: MonitoredProject) -> pd.DataFrame:
    frame = project.query("select * from ml_monitor__drift where feature = '__attribution__'")
    assert set(frame["metric"]) == {"normalized_discounted_cumulative_gain"}
    keys = ["monitor", "window_start", "model_version", "segment_value"]
    return frame.set_index(keys).sort_index()


def row(ranking: pd.DataFrame, day: str, version: str = "all", segment: str = "all",
        monitor: str = "steps") -> pd.Series[Any]:  # fmt: skip
    found = ranking.loc[(monitor, pd.Timestamp(day), version, segment)]
    assert isinstance(found, pd.Series)
    return found


def gain(means: list[float], reference: list[float]) -> float:
    """The definition, in numpy."""
    discounts = 1 / np.log2(np.arange(len(means)) + 2)
    gains = np.array(reference)
    found = (gains[np.argsort(-np.array(means), kind="stable")] * discounts).sum()
    return float(found / (np.sort(gains)[::-1] * discounts).sum())


def test_the_order_turned_round(ranking: pd.DataFrame) -> None:
    best = 6 + 3 / np.log2(3) + 1 / 2
    turned = 1 + 3 / np.log2(3) + 6 / 2
    found = row(ranking, "2026-01-10")
    assert found["value"] == pytest.approx(turned / best, abs=1e-3)
    assert found["verdict"] == "alert"
    assert found["lower_limit"] == pytest.approx(0.9)
    assert pd.isna(found["upper_limit"])
    assert (found["n"], found["reference_n"]) == (ROWS_A_DAY, 8 * ROWS_A_DAY)


def means(rows: pd.DataFrame, names: list[str]) -> list[float]:
    return [float(rows[f"shap_{name}"].abs().mean()) for name in names]


@pytest.mark.parametrize("day", ["2026-01-03", *SIZES])
@pytest.mark.parametrize("version", ["all", "2"])
@pytest.mark.parametrize("region", ["all", "north"])
def test_raw_rows(ranking: pd.DataFrame, day: str, version: str, region: str) -> None:
    rows = scored()
    rows = rows if version == "all" else rows[rows["version"] == version]
    rows = rows if region == "all" else rows[rows["region"] == region]
    is_own = rows["at"] == day
    others = rows[(rows["at"] < "2026-01-09") & ~is_own]
    expected = gain(means(rows[is_own], FEATURES), means(others, FEATURES))
    found = row(ranking, day, version, region)
    assert found["value"] == pytest.approx(expected, rel=1e-9)
    assert found["reference_n"] == len(others)


def test_smooth_attributions_around_0(ranking: pd.DataFrame) -> None:
    rows = scored()
    reference = rows[rows["at"] < "2026-01-09"]
    for day in SIZES:
        window = rows[rows["at"] == day]
        found = row(ranking, day, monitor="smooth")
        expected = gain(means(window, SMOOTH), means(reference, SMOOTH))
        # the bin around 0 is taken to be even; a and b are all but the same and may change places
        assert found["value"] == pytest.approx(expected, abs=2e-3)
        assert found["verdict"] == "ok"


def test_verdicts(ranking: pd.DataFrame) -> None:
    verdicts = {day: row(ranking, day)["verdict"] for day in SIZES}
    assert verdicts == {
        "2026-01-09": "ok", "2026-01-10": "alert", "2026-01-11": "ok", "2026-01-12": "alert",
    }  # fmt: skip
    north = row(ranking, "2026-01-09", segment="north")
    assert north["verdict"] == "warn"
    assert north["reason"].startswith("beyond the limit, but only evidence: a segment opens alerts")
    # of version 2 there are 60 rows a day, 20 of them in the north
    assert row(ranking, "2026-01-10", "2", "north")["verdict"] == "insufficient_data"


def test_without_reference_attributions(ranking: pd.DataFrame) -> None:
    # the training set has none of the plan: the others are ranked
    found = row(ranking, "2026-01-12", monitor="trained")
    best = 6 + 3 / np.log2(3)
    assert found["value"] == pytest.approx((3 + 6 / np.log2(3)) / best, abs=1e-3)
    assert "without" not in ranking.index.get_level_values("monitor")


def test_each_is_a_feature(project: MonitoredProject) -> None:
    found = project.query(
        "select * from ml_monitor__drift where feature = '__attribution__income' and monitor = "
        "'steps' and segment = 'overall' and model_version = 'all' "
        "and window_start = timestamp '2026-01-12'"
    ).set_index("metric")
    rows = scored()
    window = rows[rows["at"] == "2026-01-12"]["shap_income"]
    reference = rows[rows["at"] < "2026-01-09"]["shap_income"]
    assert found["value"]["mean_difference"] == pytest.approx(window.mean() - reference.mean())
    assert found["verdict"]["population_stability_index"] == "alert"
    quality = project.query(
        "select value from ml_monitor__quality where feature = '__attribution__plan' and "
        "metric = 'null_rate' and monitor = 'steps' and model_version = 'all' "
        "and segment = 'overall' and window_start = timestamp '2026-01-12'"
    )
    assert quality["value"].tolist() == pytest.approx([1 / ROWS_A_DAY])


def test_only_who_declares_them_pays(project: MonitoredProject) -> None:
    names = project.query(
        "select distinct feature from ml_monitor__drift where monitor = 'without'"
    )
    assert set(names["feature"]) == {*FEATURES, "__score__", "__prediction__"}
    tests = project.query(
        "select distinct monitor, tests from ml_monitor__limits where family = 'drift'"
    ).set_index("monitor")["tests"]
    # of each attribution index, NULLs and tails, and the ranking
    assert tests["steps"] - tests["without"] == 3 * 3 + 1
