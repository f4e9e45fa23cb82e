"""Labels that come faster for one predicted class."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from tests.support.label_gap import gap
from tests.support.project import MonitoredProject, NewProject

# (predictions, labels) by class and day of January; the first two days are the reference
TWO: dict[int, dict[int, tuple[int, int]]] = {
    1: {1: (500, 300), 0: (500, 300)},
    2: {1: (500, 290), 0: (500, 300)},
    3: {1: (70, 56), 0: (80, 48)},  # Newcombe (1998), Table II, case (a)
    4: {1: (500, 300), 0: (500, 200)},
    5: {1: (400, 160), 0: (600, 360)},
    6: {1: (29, 29), 0: (600, 300)},
    7: {1: (500, 0), 0: (500, 0)},
    8: {1: (30, 30), 0: (30, 0)},
    9: {1: (5000, 3000), 0: (5000, 2760)},  # beyond chance, but small
}
THREE: dict[int, dict[str, tuple[int, int]]] = {
    1: {"a": (300, 150), "b": (300, 150), "c": (300, 150)},
    3: {"a": (300, 180), "b": (300, 130), "c": (300, 170)},
    4: {"a": (300, 180), "b": (300, 136), "c": (300, 170)},  # enough for two classes
    5: {"a": (300, 200), "b": (300, 200), "c": (10, 0)},
}


def _rows(days: dict[int, Any]) -> pd.DataFrame:
    cells = [(day, *cell) for day, classes in days.items() for cell in classes.items()]
    parts = []
    for day, guess, (n, labelled) in cells:
        part = pd.DataFrame({"at": pd.Timestamp(2026, 1, day), "guess": [guess] * n})
        part["label"] = part["guess"].where(np.arange(n) < labelled, None)
        parts.append(part)
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(id=frame.index, version=np.where(frame.index % 2, "a", "b"))


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    made = new_project(request.param)
    block = {
        "id": "id", "timestamp": "at", "prediction": "guess", "labels": {"label": "label"},
        "reference": {"from": "2026-01-01", "to": "2026-01-03"}, "min_rows": 50,
    }  # fmt: skip
    limits = {"labelled_share_gap": {"warn_at": 0.1, "alert_at": 0.15}}
    made.declare(
        two={**block, "predictions": "raw.two", "task": "binary"},
        strict={**block, "predictions": "raw.two", "task": "binary", "thresholds": limits},
        versions={**block, "predictions": "raw.three", "task": "multiclass", "version": "version"},
    )
    made.load("two", _rows(TWO).astype({"label": "Int64"}))
    made.load("three", _rows(THREE))
    made.build("--select", "+ml_monitor__performance", "+ml_monitor__status")
    return made


@pytest.fixture(scope="module")
def gaps(project: MonitoredProject) -> pd.DataFrame:
    """The gap of every monitor, version and window."""
    return project.query(
        "select * from ml_monitor__performance where metric = 'labelled_share_gap'"
    )


def _found(gaps: pd.DataFrame, monitor: str) -> pd.DataFrame:
    found = gaps[(gaps["monitor"] == monitor) & (gaps["model_version"] == "all")]
    return found.set_index(found["window_start"].dt.day).sort_index()


def test_the_gap_is_that_of_the_counts(gaps: pd.DataFrame) -> None:
    for monitor, days in (("two", TWO), ("versions", THREE)):
        found = _found(gaps, monitor)
        assert found.index.tolist() == list(days)
        for day, classes in days.items():
            counts = np.array(list(classes.values()))  # type: ignore[attr-defined]
            row = found.loc[day]
            assert row["n"] == counts[:, 0].sum()
            assert row["labelled_share"] == pytest.approx(counts[:, 1].sum() / row["n"])
            large = counts[counts[:, 0] >= 30]
            if len(large) < 2:
                assert pd.isna(row["value"])
                assert row["verdict"] == "insufficient_data"
                continue
            expected = gap(large[:, 0], large[:, 1])
            assert row["value"] == pytest.approx(expected.value, abs=1e-9)
            assert row["ci_low"] == pytest.approx(expected.low, abs=1e-9)
            assert row["ci_high"] == pytest.approx(expected.high, abs=1e-9)
            if large[:, 1].sum():
                assert row["verdict"] == ("warn" if expected.warns else "ok"), (monitor, day)
            else:
                assert row["verdict"] == "insufficient_data"


def test_a_published_interval(gaps: pd.DataFrame) -> None:
    row = _found(gaps, "two").loc[3]
    assert row["value"] == pytest.approx(0.2)
    assert (round(row["ci_low"], 4), round(row["ci_high"], 4)) == (0.0524, 0.3339)


def test_what_warns(gaps: pd.DataFrame) -> None:
    found = _found(gaps, "two")
    verdicts = found["verdict"].to_dict()
    assert {day for day, verdict in verdicts.items() if verdict == "warn"} == {4, 5, 8}
    assert found["upper_limit"].isna().all()
    # 590 of 1,000 less 600 of 1,000
    assert found["reference_value"].tolist() == pytest.approx([0.01] * len(found))
    declared = _found(gaps, "strict")
    assert declared["upper_limit"].tolist() == [0.15] * len(found)
    assert {day for day, verdict in declared["verdict"].items() if verdict == "alert"} == {4, 5, 8}
    assert _found(gaps, "versions")["verdict"].tolist() == ["ok", "warn", "ok", "ok"]
    n = gaps[gaps["monitor"] == "versions"].groupby("model_version")["n"].sum()
    assert n.index.tolist() == ["a", "all", "b"]
    assert n["a"] + n["b"] == n["all"] == len(_rows(THREE))


def test_the_status_names_the_faster_class(project: MonitoredProject) -> None:
    found = project.query("select monitor, state, message from ml_monitor__status")
    told = found.set_index("monitor")["message"]
    assert (
        "Labels come faster for predicted 'positive' (100 % of the window of 2026-01-08 00:00:00) "
        "than for 'negative' (0 %), and so in 3 windows: "
        "realized performance there is rather that of the faster class"
    ) in told["two"]
    assert (
        "for predicted 'a' (60 % of the window of 2026-01-03 00:00:00) than for 'b' (43 %), "
        "in that window only: "
    ) in told["versions"]
    assert found.set_index("monitor").loc["two", "state"] == "attention"


def test_labels_that_come_at_random_do_not_warn() -> None:
    """Two classes exactly, by every outcome that is possible; three to five by simulation."""
    worst = 0.0
    for n in ((30, 30), (30, 1000), (50, 200), (100, 100), (100, 5000), (400, 400)):
        for share in (0.02, 0.05, 0.1, 0.3, 0.5, 0.8, 0.95):
            worst = max(worst, _chance_of_a_warning(n, share))
    assert 1e-5 < worst < 1e-3
    rng = np.random.default_rng(23)
    warned, windows = 0, 6000
    for _ in range(windows):
        sizes = rng.integers(30, 600, rng.integers(3, 6))
        warned += gap(sizes, rng.binomial(sizes, rng.uniform(0.05, 0.95))).warns
    assert warned <= windows * 1e-3


def _chance_of_a_warning(n: tuple[int, int], share: float) -> float:
    """Sum the chance of all pairs of counts that warn; those that almost never are left out."""
    likely = [
        np.arange(binom.ppf(1e-7, size, share), binom.ppf(1 - 1e-7, size, share) + 1) for size in n
    ]
    first, second = (x[:, None] for x in likely)
    second = second.T
    both, whole = first + second, n[0] + n[1]
    ratio = np.zeros(both.shape)
    half = 0.5 * np.sign(first / n[0] - second / n[1])
    cells = (
        (first - half, n[0], both), (n[0] - first + half, n[0], whole - both),
        (second + half, n[1], both), (n[1] - second - half, n[1], whole - both),
    )  # fmt: skip
    for found, trials, found_of_both in cells:
        with np.errstate(divide="ignore", invalid="ignore"):
            term = found * np.log(np.maximum(found, 0) * whole / (trials * found_of_both))
        ratio += 2 * np.where((found > 0) & (found_of_both > 0), term, 0)
    warns = (abs(first / n[0] - second / n[1]) >= 0.05) & (ratio > 3.5**2)
    chance = binom.pmf(first, n[0], share) * binom.pmf(second, n[1], share)
    return float((chance * warns).sum())


def test_a_real_gap_is_found() -> None:
    rng = np.random.default_rng(29)
    sizes = np.array([500, 500])
    found = [gap(sizes, rng.binomial(sizes, [0.6, 0.4])).warns for _ in range(500)]
    assert np.mean(found) > 0.99
