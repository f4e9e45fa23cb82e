"""Estimated performance covers what comes true, and notices where it cannot."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.support.project import NewProject
from tests.support.replicates import covered, estimates, replicates

WATCHED = ["roc_auc", "f1", "accuracy", "precision", "recall"]


def test_intervals_cover_what_comes_true(new_project: NewProject) -> None:
    frame = replicates(references=30, reference_rows=5000, windows=10, window_rows=500, seed=7)
    rows = estimates(new_project("duckdb"), frame)
    shares = covered(rows)[WATCHED]
    # 300 windows that share 30 calibrations: two standard errors of a share of 0.95 are 0.03
    assert shares.between(0.92, 0.98).all(), shares
    judged = rows[rows["metric"].isin(WATCHED)]
    assert len(judged) == 5 * 300
    assert (judged["verdict"] == "not_applicable").mean() < 0.01


@pytest.fixture(scope="module")
def driven() -> pd.DataFrame:
    """Versions whose outcome a driver decides that the score does not know, and that moves."""
    return replicates(10, 5000, 8, 1000, seed=8, driver=(1.5, 0.35))


@pytest.fixture(scope="module")
def uncorrected(new_project: NewProject, driven: pd.DataFrame) -> pd.DataFrame:
    """Their estimates where no segment is declared."""
    return estimates(new_project("duckdb"), driven)


def test_the_record_notices_a_driver_that_the_score_ignores(uncorrected: pd.DataFrame) -> None:
    rows = uncorrected
    assert covered(rows)["precision"] < 0.2
    last = rows[rows["window_start"] == rows["window_start"].max()]
    failed = last[last["metric"] == "precision"]
    assert set(failed["verdict"]) == {"not_applicable"}
    assert failed["reason"].str.contains("the estimates of the last 8 labelled windows were").all()
    assert (failed["record_error"] > failed["record_noise"]).all()
    # before three windows had their labels nothing could be told
    first = rows[(rows["window_start"] == rows["window_start"].min())]
    assert "not_applicable" not in set(first[first["metric"] == "precision"]["verdict"])


def test_a_declared_segment_corrects_for_its_shift(
    new_project: NewProject, driven: pd.DataFrame, uncorrected: pd.DataFrame
) -> None:
    plain = _errors(uncorrected)
    corrected_rows = estimates(new_project("duckdb"), driven, segments=["driver"])
    corrected = _errors(corrected_rows)
    for metric in ("precision", "f1", "accuracy", "log_loss", "average_precision"):
        assert corrected[metric] < 0.7 * plain[metric], metric
    assert corrected["precision"] < 0.3 * plain["precision"]
    assert covered(corrected_rows)[WATCHED].between(0.9, 1).all()


def _errors(rows: pd.DataFrame) -> pd.Series[float]:
    """Return the root mean square of estimated less realized, by metric."""
    squares = (rows["value"] - rows["realized"]) ** 2
    return squares.groupby(rows["metric"]).mean() ** 0.5
