"""The demo data carries every event that it claims, and nothing else."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from monitor.demo import END, EVENTS, FIRST_DAY, Event, frames, truth
from tests.support.demo_tables import (
    IDS,
    KNOWN_AT,
    REFERENCE_END,
    TIMESTAMPS,
    Tables,
    between,
    during,
    outside,
    predictions,
    reference,
    with_label,
)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return frames()


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
