"""The demo data is sound before anything happens, grows by days, and is the same everywhere."""

import time
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from monitor import demo
from monitor.demo import END, FIRST_DAY, draws, frames, truth
from monitor.demo.load import load
from tests.support.demo_tables import (
    CLASSES,
    IDS,
    KNOWN_AT,
    TIMESTAMPS,
    Tables,
    between,
    outside,
    predictions,
    with_label,
)

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return frames()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_credit_scores_are_calibrated_before_anything_happens(tables: Tables, version: str) -> None:
    # v2 has no reference rows; men and women balance, so its first weeks are calibrated overall.
    frame = predictions(tables, "credit")
    frame = frame[frame["model_version"] == version]
    end = {"v1": date(2026, 3, 2), "v2": date(2026, 4, 7)}[version]
    labelled = with_label(tables, "credit", between(frame, "scored_at", FIRST_DAY, end))
    check_calibration(labelled["p_default"], labelled["defaulted"] == 1)


@pytest.mark.parametrize("name", CLASSES)
def test_category_scores_are_calibrated_before_anything_happens(tables: Tables, name: str) -> None:
    labelled = with_label(tables, "category", outside(tables, truth.CATEGORY_UNSEEN))
    check_calibration(labelled[f"p_{name}"], labelled["category"] == name)


def check_calibration(score: "pd.Series[float]", is_positive: "pd.Series[bool]") -> None:
    """Each fifth of the scores has its mean within 4 standard errors of the observed rate."""
    fifth = pd.qcut(score, 5, labels=False)
    for number in range(5):
        rows = fifth == number
        error = np.sqrt((score[rows] * (1 - score[rows])).sum()) / rows.sum()
        difference = is_positive[rows].mean() - score[rows].mean()
        assert abs(difference) < 4 * error + 1e-4, (number, difference, error)


def test_delivery_predictions_are_unbiased_before_anything_happens(tables: Tables) -> None:
    labelled = with_label(tables, "delivery", outside(tables, truth.DELIVERY_CONCEPT))
    error = labelled["actual_minutes"] - labelled["predicted_minutes"]
    fifth = pd.qcut(labelled["predicted_minutes"], 5, labels=False)
    means = error.groupby(fifth).agg(["mean", "sem"])
    assert (means["mean"].abs() < 4 * means["sem"]).all()


def test_class_scores_sum_to_one_and_the_greatest_is_predicted(tables: Tables) -> None:
    frame = predictions(tables, "category")
    scores = frame[[f"p_{name}" for name in CLASSES]]
    np.testing.assert_allclose(scores.sum(axis=1), 1.0, atol=3e-6)
    greatest = scores.max(axis=1).to_numpy()
    position = frame["predicted_category"].map({name: i for i, name in enumerate(CLASSES)})
    chosen = scores.to_numpy()[np.arange(len(scores)), position.to_numpy()]
    np.testing.assert_allclose(chosen, greatest, atol=1e-6)


@pytest.mark.parametrize("monitor", sorted(IDS))
def test_shape_of_the_raw_tables(tables: Tables, monitor: str) -> None:
    frame, labels = predictions(tables, monitor), tables[f"{monitor}_labels"]
    key = [IDS[monitor], *(["model_version"] if monitor == "credit" else [])]
    assert not frame.duplicated(key).any()
    assert labels[IDS[monitor]].isin(frame[IDS[monitor]]).all()
    assert (frame["loaded_at"] > frame[TIMESTAMPS[monitor]]).all()
    assert (frame["loaded_at"] < pd.Timestamp(END)).all()
    for column in (TIMESTAMPS[monitor], "loaded_at"):
        assert frame[column].dtype == np.dtype("datetime64[us]")
    for column in (KNOWN_AT[monitor], "loaded_at"):
        assert labels[column].dtype == np.dtype("datetime64[us]")
    days = frame[TIMESTAMPS[monitor]].dt.date.nunique()
    assert days == (END - FIRST_DAY).days


def test_about_two_hundred_thousand_predictions(tables: Tables) -> None:
    total = sum(len(predictions(tables, monitor)) for monitor in IDS)
    assert total == pytest.approx(200_000, rel=0.05)


def test_days_loaded_one_after_the_other_make_up_the_whole() -> None:
    whole = frames()
    cuts = [FIRST_DAY + timedelta(days=days) for days in (0, 1, 7, 45, 96, 120, 200)]
    previous = {name: frame.iloc[:0] for name, frame in whole.items()}
    for cut in cuts:
        now = frames(cut)
        for name, frame in now.items():
            assert (frame["loaded_at"] < pd.Timestamp(cut)).all()
            pd.testing.assert_frame_equal(frame.iloc[: len(previous[name])], previous[name])
        previous = now
    for name, frame in whole.items():
        pd.testing.assert_frame_equal(frame, previous[name])


def test_a_change_to_a_frame_does_not_reach_the_next_caller() -> None:
    for until in (None, END):
        frame = frames(until)["credit_predictions"]
        frame["p_default"] = 0.0
        assert frames(until)["credit_predictions"]["p_default"].min() > 0.0


def test_generation_repeats_itself_within_three_seconds() -> None:
    before = frames()
    demo._all_tables.cache_clear()
    started = time.perf_counter()
    again = frames()
    assert time.perf_counter() - started < 3.0
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, again[name], check_exact=True)


def test_rows_are_the_same_on_every_machine(tables: Tables) -> None:
    """Values computed once; a change here changes every number the documentation shows."""
    assert {name: len(frame) for name, frame in tables.items()} == {
        "credit_predictions": 86_212,
        "credit_labels": 66_715,
        "delivery_predictions": 68_493,
        "delivery_labels": 67_830,
        "category_predictions": 50_247,
        "category_labels": 30_007,
    }
    middle = {name: frame.iloc[len(frame) // 2] for name, frame in tables.items()}
    pinned: dict[str, dict[str, object]] = {
        "credit_predictions": {"application_id": 141_955, "p_default": 0.078369, "region": "east"},
        "credit_labels": {"application_id": 127_906, "defaulted": 0},
        "delivery_predictions": {"order_id": "D-034241", "predicted_minutes": 25.97, "items": 5},
        "delivery_labels": {"order_id": "D-033985", "actual_minutes": 19.9},
        "category_predictions": {"product_id": "P-025127", "p_toys": 0.421833, "price": 22.81},
        "category_labels": {"product_id": "P-024611", "category": "electronics"},
    }
    assert {name: dict(middle[name][list(row)]) for name, row in pinned.items()} == pinned


def test_normal_draws_are_standard_normal() -> None:
    sample = draws.normal("test.normal", 100_000)
    assert abs(sample.mean()) < 0.015
    assert sample.std() == pytest.approx(1.0, abs=0.01)
    assert (np.abs(sample) < 1.96).mean() == pytest.approx(0.95, abs=0.004)


def test_choices_follow_their_weights() -> None:
    codes = draws.choice("test.choice", 100_000, (0.1, 0.6, 0.3))
    np.testing.assert_allclose(np.bincount(codes) / 100_000, (0.1, 0.6, 0.3), atol=0.006)
    weights: Floats = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]] * 50)
    np.testing.assert_array_equal(draws.choice_by_row("test.rows", weights), [0, 2] * 50)


def test_load_writes_each_table_once() -> None:
    written: list[tuple[str, int]] = []
    counts = load(lambda name, frame: written.append((name, len(frame))), date(2026, 1, 10))
    assert dict(written) == counts
    assert sorted(counts) == sorted(f"{m}_{t}" for m in IDS for t in ("predictions", "labels"))
    assert counts["credit_predictions"] == len(frames(date(2026, 1, 10))["credit_predictions"])
