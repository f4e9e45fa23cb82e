"""The demo data carries every event that it claims, and nothing else."""

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from rich.console import Console

from monitor import demo
from monitor.demo import END, EVENTS, FIRST_DAY, Event, draws, frames, truth
from monitor.demo.load import load
from monitor.demo.show import findings_table
from monitor.project.programs import command

Tables = dict[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]

TIMESTAMPS = {"credit": "scored_at", "delivery": "ordered_at", "category": "scored_at"}
IDS = {"credit": "application_id", "delivery": "order_id", "category": "product_id"}
KNOWN_AT = {"credit": "known_at", "delivery": "known_at", "category": "reviewed_at"}
REFERENCE_END = {
    "credit": date(2026, 2, 1),
    "delivery": date(2026, 3, 2),
    "category": date(2026, 2, 1),
}
CLASSES = ["electronics", "fashion", "home", "toys"]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return frames()


def predictions(tables: Tables, monitor: str) -> pd.DataFrame:
    return tables[f"{monitor}_predictions"]


def between(frame: pd.DataFrame, column: str, start: date, end: date | None) -> pd.DataFrame:
    is_in = frame[column] >= pd.Timestamp(start)
    if end is not None:
        is_in &= frame[column] < pd.Timestamp(end)
    return frame[is_in]


def during(tables: Tables, event: Event) -> pd.DataFrame:
    frame = predictions(tables, event.monitor)
    return between(frame, TIMESTAMPS[event.monitor], event.starts_on, event.ends_on)


def outside(tables: Tables, event: Event) -> pd.DataFrame:
    frame = predictions(tables, event.monitor)
    return frame.drop(during(tables, event).index)


def reference(tables: Tables, monitor: str) -> pd.DataFrame:
    frame = predictions(tables, monitor)
    return between(frame, TIMESTAMPS[monitor], FIRST_DAY, REFERENCE_END[monitor])


def with_label(tables: Tables, monitor: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Join the label loaded last; a withdrawn label leaves no row."""
    labels = tables[f"{monitor}_labels"].sort_values("loaded_at")
    current = labels.drop_duplicates(IDS[monitor], keep="last").dropna()
    return frame.merge(current.drop(columns="loaded_at"), on=IDS[monitor])


def log_odds(probability: "pd.Series[float]") -> "pd.Series[float]":
    return pd.Series(np.log(probability / (1 - probability)), index=probability.index)


def roc_auc(label: "pd.Series[int]", score: "pd.Series[float]") -> float:
    ranks, positives = score.rank(), label.sum()
    negatives = len(label) - positives
    above = ranks[label == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def check_null_rate(tables: Tables, event: Event) -> None:
    assert during(tables, event)[event.subject].isna().mean() == pytest.approx(event.size, abs=0.02)
    assert outside(tables, event)[event.subject].isna().mean() < 0.01


def check_gradual_drift(tables: Tables, event: Event) -> None:
    log = np.log(reference(tables, event.monitor)[event.subject])
    affected = during(tables, event)
    day = affected[TIMESTAMPS[event.monitor]].dt.normalize()
    shift = (np.log(affected[event.subject]).groupby(day).mean() - log.mean()) / log.std()
    slope, start = np.polyfit(np.arange(len(shift)), shift, 1)
    assert abs(start) < 0.1
    assert start + slope * (len(shift) - 1) == pytest.approx(event.size, abs=0.1)
    before = np.log(outside(tables, event)[event.subject])
    assert abs(before.mean() - log.mean()) < 0.05 * log.std()


def check_bias(tables: Tables, event: Event) -> None:
    column, group = event.subject.split("=")

    def gap(frame: pd.DataFrame, by: str, one: str, other: str) -> float:
        mean = log_odds(frame["p_default"]).groupby(frame[by]).mean()
        return float(mean[one] - mean[other])

    last_days = during(tables, event)
    last_days = between(last_days, "scored_at", END - timedelta(days=7), END)
    last_week_share = 1 - 3 / (END - event.starts_on).days
    assert abs(gap(outside(tables, event), column, group, "male")) < 0.1
    assert gap(last_days, column, group, "male") == pytest.approx(
        event.size * last_week_share, abs=0.15
    )
    assert abs(gap(last_days, "age_band", "60+", "30-44")) < 0.25

    risk = with_label(tables, event.monitor, last_days).groupby(column)["defaulted"].mean()
    assert abs(risk[group] - risk["male"]) < 0.05


def check_shadow(tables: Tables, event: Event) -> None:
    affected = during(tables, event)
    by_id = affected.groupby("application_id")["model_version"].nunique()
    assert (by_id == 2).mean() == event.size
    earlier = predictions(tables, event.monitor)
    earlier = earlier[earlier["scored_at"] < pd.Timestamp(event.starts_on)]
    assert set(earlier["model_version"]) == {"v1"}

    labelled = with_label(tables, event.monitor, affected)
    auc = {
        version: roc_auc(rows["defaulted"].astype(int), rows["p_default"])
        for version, rows in labelled.groupby("model_version")
    }
    assert auc["v2"] > auc["v1"] + 0.015


def check_rollout(tables: Tables, event: Event) -> None:
    affected = during(tables, event)
    assert (affected["model_version"] == event.subject).mean() == event.size
    assert affected["application_id"].is_unique


def check_late_labels(tables: Tables, event: Event) -> None:
    first = tables[f"{event.monitor}_labels"].drop_duplicates(IDS[event.monitor])
    made_at = predictions(tables, event.monitor).drop_duplicates(IDS[event.monitor])
    joined = first.merge(made_at.drop(columns="loaded_at"), on=IDS[event.monitor])
    delay = joined[KNOWN_AT[event.monitor]] - joined[TIMESTAMPS[event.monitor]]
    shortest = {"credit": "5 days", "delivery": "1 hour", "category": "12 hours"}
    longest = timedelta(days=event.size)
    assert delay.min() >= pd.Timedelta(shortest[event.monitor]) - pd.Timedelta("1 second")
    assert longest * 0.98 < delay.max() <= longest
    assert (first["loaded_at"] > first[KNOWN_AT[event.monitor]]).all()


def label_pairs(tables: Tables) -> tuple[pd.DataFrame, int]:
    """Give first and second label side by side, and how many applications have a label."""
    labels = tables["credit_labels"]
    is_second = labels.duplicated("application_id")
    pairs = labels[~is_second].merge(labels[is_second], on="application_id")
    assert (pairs["loaded_at_y"] > pairs["loaded_at_x"]).all()
    return pairs, int((~is_second).sum())


def check_corrected_labels(tables: Tables, event: Event) -> None:
    pairs, labelled = label_pairs(tables)
    corrected = pairs[(pairs["defaulted_x"] != pairs["defaulted_y"]).fillna(False)]
    assert len(corrected) / labelled == pytest.approx(event.size, rel=0.15)


def check_duplicated_labels(tables: Tables, event: Event) -> None:
    pairs, labelled = label_pairs(tables)
    same = (pairs["defaulted_x"] == pairs["defaulted_y"]).fillna(False)
    same &= pairs["known_at_x"] == pairs["known_at_y"]
    assert same.sum() / labelled == pytest.approx(event.size, rel=0.15)


def check_withdrawn_labels(tables: Tables, event: Event) -> None:
    pairs, labelled = label_pairs(tables)
    assert pairs["defaulted_y"].isna().sum() / labelled == pytest.approx(event.size, rel=0.15)
    assert not pairs["defaulted_x"].isna().any()


def check_weekly_season(tables: Tables, event: Event) -> None:
    frame = predictions(tables, event.monitor)
    weekday = frame[TIMESTAMPS[event.monitor]].dt.day_of_week
    for rows in (frame, reference(tables, event.monitor)):
        load, is_weekend = rows[event.subject], weekday[rows.index] >= 5
        shift = load[is_weekend].mean() - load[~is_weekend].mean()
        assert shift / load[~is_weekend].std() == pytest.approx(event.size, abs=0.05)


def check_concept_change(tables: Tables, event: Event) -> None:
    slopes, mean_distances, errors = [], [], []
    for rows in (outside(tables, event), during(tables, event)):
        labelled = with_label(tables, event.monitor, rows)
        error = labelled["actual_minutes"] - labelled["predicted_minutes"]
        slopes.append(np.polyfit(labelled[event.subject], error, 1)[0])
        mean_distances.append(labelled[event.subject].mean())
        errors.append(error.abs().mean())
    assert slopes[0] == pytest.approx(0.0, abs=0.05)
    assert slopes[1] == pytest.approx(event.size, abs=0.05)
    assert mean_distances[1] == pytest.approx(mean_distances[0], rel=0.02)
    assert errors[1] > 1.3 * errors[0]


def check_unseen_category(tables: Tables, event: Event) -> None:
    column, value = event.subject.split("=")
    assert (during(tables, event)[column] == value).mean() == pytest.approx(event.size, abs=0.01)
    assert not (outside(tables, event)[column] == value).any()


def check_partial_labels(tables: Tables, event: Event) -> None:
    labelled = tables[f"{event.monitor}_labels"][IDS[event.monitor]]
    assert labelled.is_unique
    share = predictions(tables, event.monitor)[IDS[event.monitor]].isin(labelled).mean()
    assert share == pytest.approx(event.size, abs=0.01)


CHECKS: dict[str, Callable[[Tables, Event], None]] = {
    "bias": check_bias,
    "concept_change": check_concept_change,
    "corrected_labels": check_corrected_labels,
    "duplicated_labels": check_duplicated_labels,
    "gradual_drift": check_gradual_drift,
    "late_labels": check_late_labels,
    "null_rate": check_null_rate,
    "partial_labels": check_partial_labels,
    "rollout": check_rollout,
    "shadow": check_shadow,
    "unseen_category": check_unseen_category,
    "weekly_season": check_weekly_season,
    "withdrawn_labels": check_withdrawn_labels,
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: f"{e.monitor}-{e.kind}")
def test_the_data_carries_the_event(tables: Tables, event: Event) -> None:
    CHECKS[event.kind](tables, event)


def test_every_event_of_the_module_is_listed_once() -> None:
    named = [value for value in vars(truth).values() if isinstance(value, Event)]
    assert sorted(named, key=repr) == sorted(EVENTS, key=repr)
    for event in EVENTS:
        assert FIRST_DAY <= event.starts_on < (event.ends_on or END) <= END


def test_a_feature_without_an_event_stays_as_it_was(tables: Tables) -> None:
    steady = {
        "credit": ["amount", "open_accounts", "delinquencies"],
        "delivery": ["distance_km", "preparation_minutes", "courier_load", "items"],
    }
    for monitor, columns in steady.items():
        frame = predictions(tables, monitor)
        later = frame[frame[TIMESTAMPS[monitor]] >= pd.Timestamp(REFERENCE_END[monitor])]
        for column in columns:
            known = reference(tables, monitor)[column]
            assert abs(later[column].mean() - known.mean()) < 0.05 * known.std(), column


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


@pytest.mark.parametrize("width", [80, 120])
def test_findings_fit_the_narrowest_output(width: int) -> None:
    psi = "population_stability_index"
    rows = [
        ("category", "performance", psi, f"{psi}, null_rate", 0.034712, 0.2149),
        ("category", "weight", "null_rate", "null_rate", 1.0, None),
        ("delivery", "preparation_minutes", psi, psi, -12.5, 1234.5),
    ]
    columns = ["monitor", "subject", "metric", "metrics", "value", "alert_limit"]
    findings = pd.DataFrame(rows, columns=pd.Index(columns))
    findings["first_window"] = findings["last_window"] = pd.Timestamp("2026-04-30")
    with StringIO() as file:
        Console(file=file, width=width).print(findings_table(findings))
        shown = file.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    for row in (
        "  performance .* population_stability_index [+]1  30 Apr  30 Apr +0.0347 +0.215\n",
        "  preparation_m.* population_stability_index     30 Apr  30 Apr +-12.5  1.23e[+]03\n",
    ):
        assert re.search(row, shown), shown


def test_a_program_outside_path_is_called_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "monitor").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.executable", str(bin_ / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command("monitor") == ".venv/bin/monitor"
    assert command("monitor", "elsewhere") == str(bin_ / "monitor")
    assert command("dbt") == "dbt"
    monkeypatch.setenv("PATH", str(bin_))
    assert command("monitor") == "monitor"
