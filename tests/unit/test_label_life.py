"""From the prediction to its label: windows that wait, delays, and what is odd about them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import Block, MonitoredProject, NewProject
from tests.support.rebuild import unchanged

SELECT = ("performance", "label_maturity", "status")
HALF_LABELLED, RIPE = pd.Timestamp("2026-03-01"), pd.Timestamp("2026-04-20")
DAY = pd.Timedelta(days=1)


def _block(tables: str, **changes: Any) -> Block:
    labels = {"relation": f"raw.{tables}_labels", "label": "label", "timestamp": "known_at"}
    return {
        "predictions": f"raw.{tables}_predictions",
        "id": "id",
        "timestamp": "at",
        "loaded_at": "loaded_at",
        "task": "binary",
        "prediction": "guess",
        "labels": {**labels, "loaded_at": "loaded_at"},
        "min_rows": 20,
        **changes,
    }


def _fraud() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Half is fraud and known within six days; that a row is none is known after 45."""
    rng = np.random.default_rng(3)
    days = pd.date_range("2026-01-01", periods=10).append(pd.date_range("2026-02-18", periods=4))
    n = 200 * len(days)
    at = days.repeat(200) + pd.to_timedelta(rng.integers(0, 86400, n), unit="s")
    label = np.arange(n) % 2
    guess = np.where(label == 1, rng.random(n) < 0.95, rng.random(n) < 0.5).astype(int)
    predictions = pd.DataFrame({"id": range(n), "at": at, "guess": guess, "loaded_at": at})
    days_taken = np.where(label == 1, rng.uniform(0, 6, n), rng.uniform(45, 46, n))
    known = at + pd.to_timedelta(days_taken * 86400, unit="s").round("s")
    labels = pd.DataFrame({"id": range(n), "label": label, "known_at": known})
    labels["label"] = labels["label"].astype("Int64")
    return predictions, labels.assign(loaded_at=labels["known_at"] + pd.Timedelta(minutes=1))


def _withdrawn(labels: pd.DataFrame) -> pd.DataFrame:
    """Take back the 40 quickest labels of the second of January."""
    of_day = labels[labels["id"].between(200, 399)].nsmallest(40, "known_at")
    return of_day.assign(label=pd.NA, loaded_at=RIPE - DAY).astype({"label": "Int64"})


def _hourly() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirty hours of 120 predictions, whose labels take two to four hours."""
    rng = np.random.default_rng(4)
    n = 30 * 120
    at = pd.Timestamp("2026-03-01") + pd.to_timedelta(30 * np.arange(n), unit="s")
    label = np.arange(n) % 2
    guess = np.where(rng.random(n) < 0.9, label, 1 - label)
    known = at + pd.to_timedelta(rng.integers(2 * 3600, 4 * 3600, n), unit="s")
    predictions = pd.DataFrame({"id": range(n), "at": at, "guess": guess, "loaded_at": at})
    labels = pd.DataFrame({"id": range(n), "label": label, "known_at": known, "loaded_at": known})
    return predictions, labels[labels["loaded_at"] <= at.max()]


def _leaky() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Five labels known a day before, five dated at midnight of their day, ten a day later."""
    n = 60
    at = pd.Timestamp("2026-03-01 12:00") + pd.to_timedelta(np.arange(n) // 20, unit="D")
    known = pd.Series(at + DAY)
    known[40:45] = at[40:45] - DAY
    known[45:50] = at[45:50].floor("D")
    label = np.arange(n) % 2
    predictions = pd.DataFrame({"id": range(n), "at": at, "guess": label, "loaded_at": at})
    labels = pd.DataFrame({"id": range(n), "label": label, "known_at": known})
    return predictions, labels.assign(loaded_at=pd.Timestamp("2026-03-05"))


def _load(project: MonitoredProject, now: pd.Timestamp) -> None:
    predictions, labels = _fraud()
    labels = pd.concat([labels, _withdrawn(labels)])
    project.load("fraud_predictions", predictions[predictions["loaded_at"] <= now])
    project.load("fraud_labels", labels[labels["loaded_at"] <= now])


def _read(project: MonitoredProject) -> dict[str, pd.DataFrame]:
    return {name: project.query(f"select * from ml_monitor__{name}") for name in SELECT}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def seen(
    request: pytest.FixtureRequest, new_project: NewProject
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the results when the newest windows are half labelled, when ripe, and delays."""
    project = new_project(request.param)
    two_days = {"from": "2026-03-01", "to": "2026-03-03"}
    project.declare(
        fraud=_block("fraud", reference={"from": "2026-01-01", "to": "2026-01-11"}),
        waiting=_block("fraud", reference={"from": "2026-01-09", "to": "2026-02-21"}),
        hourly=_block(
            "hourly", reference={"from": "2026-03-01", "to": "2026-03-02"}, window="hour"
        ),
        leaky=_block("leaky", reference=two_days),
    )
    for name, frames in (("hourly", _hourly()), ("leaky", _leaky())):
        project.load(f"{name}_predictions", frames[0])
        project.load(f"{name}_labels", frames[1])
    options = ("--select", "hourly__label_profile", *(f"+ml_monitor__{name}" for name in SELECT))
    found = []
    for now in (HALF_LABELLED, RIPE):
        _load(project, now)
        project.build(*options)
        options += unchanged("hourly", "leaky")
        found.append(_read(project))
    return found[0], found[1], project.query("select * from hourly__label_profile")


Seen = tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], pd.DataFrame]


def _metric(found: dict[str, pd.DataFrame], monitor: str, metric: str) -> pd.DataFrame:
    rows = found["performance"]
    rows = rows[(rows["monitor"] == monitor) & (rows["metric"] == metric)]
    return rows.set_index("window_start").sort_index()


def test_a_half_labelled_window_is_not_judged_until_it_is_ripe(seen: Seen) -> None:
    young, ripe = seen[:2]
    window = pd.Timestamp("2026-02-20")
    for metric, naive_error in (("accuracy", 0.15), ("precision", 0.25)):
        before = _metric(young, "fraud", metric).loc[window]
        after = _metric(ripe, "fraud", metric).loc[window]
        # by half of its labels the model looks much better than it is
        assert before["labelled_share"] == pytest.approx(0.5)
        assert before["n"] >= 90
        assert before["value"] - after["value"] > naive_error
        assert before["ci_low"] > after["ci_high"]
        assert before["verdict"] == "insufficient_data"
        assert after["verdict"] == "ok"
        assert after["labelled_share"] == 1
    assert (_metric(young, "fraud", "accuracy")["verdict"][:10] == "ok").all()


def test_a_reference_that_waits_for_labels_judges_nothing(seen: Seen) -> None:
    young, ripe = seen[:2]
    for metric in ("accuracy", "precision", "recall"):
        assert set(_metric(young, "waiting", metric)["verdict"]) == {"insufficient_data"}
        assert _metric(ripe, "waiting", metric).loc[pd.Timestamp("2026-02-21"), "verdict"] == "ok"


def test_the_status_tells_which_class_is_labelled_sooner(seen: Seen) -> None:
    young = seen[0]["status"].set_index("monitor")["message"]
    assert "Labels come faster for predicted 'positive' (" in young["fraud"]
    assert " % of the window of 2026-02-21 00:00:00) than for 'negative' (" in young["fraud"]
    assert "faster for predicted" not in seen[1]["status"].set_index("monitor")["message"]["fraud"]


def _quantiles(delay: pd.Series[float], width: float) -> dict[str, list[float]]:
    """Return 5, 50 and 95 % with their intervals, by shares of whole bins."""
    bins = (delay // width * width).value_counts().sort_index()
    n = len(delay)
    edges = np.concatenate([[0], bins.cumsum()])
    found = {}
    for name, p in (("05", 0.05), ("50", 0.5), ("95", 0.95)):
        spread = 1.96 * np.sqrt(p * (1 - p) / n)
        values = []
        for share in (p, max(p - spread, 0), min(p + spread, 1)):
            k = max(int(np.searchsorted(edges, share * n, side="left")) - 1, 0)
            inside = (share * n - edges[k]) / bins.iloc[k]
            values.append(float(bins.index[k] + width * inside))
        found[name] = values
    return found


@pytest.mark.parametrize("monitor", ["fraud", "hourly"])
def test_delay_quantiles_are_those_of_the_rows(seen: Seen, monitor: str) -> None:
    predictions, labels = _fraud() if monitor == "fraud" else _hourly()
    joined = predictions[["id", "at"]].merge(labels[["id", "known_at"]], on="id")
    joined["delay"] = (joined["known_at"] - joined["at"]) / DAY
    window = pd.Timestamp("2026-01-05" if monitor == "fraud" else "2026-03-01 06:00")
    grain = "D" if monitor == "fraud" else "h"
    delay = joined[joined["at"].dt.floor(grain) == window]["delay"]
    expected = _quantiles(delay, 1 if monitor == "fraud" else 1 / 24)
    for name, values in expected.items():
        row = _metric(seen[1], monitor, f"label_delay_quantile_{name}").loc[window]
        assert [row["value"], row["ci_low"], row["ci_high"]] == pytest.approx(values, abs=1e-9)
        assert row["n"] == len(delay)
        assert row["verdict"] == "not_applicable"
        if name != "50" or monitor == "hourly":
            # within the width of a bin of what numpy says of the rows themselves
            assert row["value"] == pytest.approx(np.quantile(delay, int(name) / 100), abs=1.01)
        assert row["ci_low"] <= row["value"] <= row["ci_high"]
    if monitor == "hourly":
        median = _metric(seen[1], monitor, "label_delay_quantile_50")
        assert median["reference_value"].tolist() == pytest.approx([3 / 24] * 30, abs=0.01)


def test_quantiles_of_a_young_window_reckon_with_labels_to_come(seen: Seen) -> None:
    young, ripe = seen[:2]
    window = pd.Timestamp("2026-02-20")
    for name in ("05", "50", "95"):
        metric = f"label_delay_quantile_{name}"
        before, after = (_metric(found, "fraud", metric).loc[window] for found in (young, ripe))
        if name == "05":
            assert before["value"] == pytest.approx(after["value"], abs=0.1)
        if name == "95":
            # 45 days have not passed
            assert pd.isna(before["value"])
            assert 45 < after["value"] < 46
            assert after["reference_value"] == pytest.approx(after["value"], abs=0.2)
    assert _metric(young, "fraud", "label_delay_quantile_50").loc[window, "n"] == 100


def test_a_withdrawn_label_leaves_the_delays(seen: Seen) -> None:
    young, ripe = seen[:2]
    window = pd.Timestamp("2026-01-02")
    metric = "label_delay_quantile_05"
    before, after = (_metric(found, "fraud", metric).loc[window] for found in (young, ripe))
    assert (before["n"], after["n"]) == (200, 160)
    assert after["value"] > before["value"]
    maturity = ripe["label_maturity"]
    last = maturity[(maturity["monitor"] == "fraud") & (maturity["window_start"] == window)]
    assert last["labelled"].max() == 160


def test_hours_are_not_judged_before_their_labels_are_due(seen: Seen) -> None:
    accuracy = _metric(seen[0], "hourly", "accuracy")
    # the newest prediction is a minute before six: labels of 02:00 and later are not all in
    assert accuracy["verdict"][-4:].tolist() == ["insufficient_data"] * 4
    assert (accuracy["n"][-4:-2] >= 20).all()
    assert set(accuracy["verdict"][:-4]) <= {"ok", "warn"}
    profile = seen[2]
    assert set(profile["delay_days"]) == {0}
    assert profile["n"].sum() == len(_hourly()[1])
    maturity = seen[0]["label_maturity"]
    hours = maturity[maturity["monitor"] == "hourly"]
    assert hours.groupby("window_start")["age_days"].max().max() == 1
    assert (hours[hours["age_days"] == 1]["expected_share"] == 1).all()


def test_labels_known_before_their_prediction_are_told(seen: Seen) -> None:
    told = seen[0]["status"].set_index("monitor")["message"]
    assert (
        "5 labels were known before their prediction was made: the model may have seen them, "
        "or the clocks of labels and predictions are in different time zones."
    ) in told["leaky"]
    assert "before their prediction" not in told["fraud"]
    window = pd.Timestamp("2026-03-03")
    maturity = seen[0]["label_maturity"]
    rows = maturity[(maturity["monitor"] == "leaky") & (maturity["window_start"] == window)]
    # those dated at midnight come on the day itself, the other ten a whole day later
    assert rows.set_index("age_days")["labelled"].to_dict() == {0: 5, 1: 10}
