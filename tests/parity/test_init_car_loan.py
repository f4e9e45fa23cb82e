"""The car loan files, through `monitor init` and `dbt build`, end in the published numbers."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.warehouse import invoke
from tests.support.published import published, read_parquet, write_parquet

METRICS = {
    "roc_auc": "realized_roc_auc",
    "average_precision": "realized_ap",
    "accuracy": "realized_accuracy",
    "f1": "realized_f1",
    "precision": "realized_precision",
    "recall": "realized_recall",
    "specificity": "realized_specificity",
    "prevalence": "prevalence",
    "selection_rate": "selection_rate",
}


@pytest.fixture(scope="module")
def loan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project made by `monitor init` from files as published, but for chunk k being day k."""
    folder = tmp_path_factory.mktemp("init")
    for part, first_day in (("reference", "2026-01-01"), ("monitoring", "2026-01-11")):
        frame = read_parquet(published("car_loan") / f"{part}.parquet")
        row = pd.Series(range(len(frame)))
        moments = pd.Timestamp(first_day) + pd.to_timedelta(row // 5000, unit="D")
        moments += pd.to_timedelta(row % 5000 * 17, unit="s")
        frame["timestamp"] = moments.dt.strftime("%Y-%m-%d %H:%M:%S")
        write_parquet(frame, folder / f"{part}.parquet")
    project = folder / "loan"
    files = {part: str(folder / f"{part}.parquet") for part in ("reference", "monitoring")}
    result = CliRunner().invoke(
        main,
        [
            "init",
            str(project),
            f"--predictions={files['monitoring']}",
            f"--reference={files['reference']}",
        ],
    )
    assert result.exit_code == 0, result.output
    assert invoke(["build"], project).success
    return project


def query(project: Path, sql: str) -> pd.DataFrame:
    files = [file for file in project.glob("*.duckdb") if ".snapshot." not in file.name]
    assert len(files) == 1
    with duckdb.connect(str(files[0]), read_only=True) as connection:
        return connection.execute(sql).df()


def test_realized_performance(loan: Path) -> None:
    expected = pd.read_csv(published("car_loan") / "expected" / "performance_by_chunk.csv")
    found = query(
        loan,
        "select window_start, metric, value from ml_monitor__performance "
        "where segment = 'overall' and source = 'realized' order by window_start",
    )
    values = found.pivot_table(index="window_start", columns="metric", values="value")
    assert len(values) == len(expected) == 20
    for metric, column in METRICS.items():
        difference = (values[metric].reset_index(drop=True) - expected[column]).abs()
        assert difference.max() < 1e-6, metric


def test_kolmogorov_smirnov(loan: Path) -> None:
    expected = pd.read_csv(published("car_loan") / "expected" / "univariate_drift.csv")
    found = query(
        loan,
        "select window_start, feature, value from ml_monitor__drift where segment = 'overall' "
        "and metric = 'kolmogorov_smirnov_statistic' order by window_start",
    )
    values = found.pivot_table(index="window_start", columns="feature", values="value")
    names = {"__score__": "y_pred_proba"}
    assert set(values.columns) == {
        "__score__", "car_value", "debt_to_income_ratio", "driver_tenure", "loan_length",
    }  # fmt: skip
    for feature in values:
        theirs = expected[f"{names.get(feature, feature)}.kolmogorov_smirnov.value"]
        ours = values[feature].reset_index(drop=True)
        # Their reference chunks are compared with all of the reference, themselves included.
        ours = ours.where(ours.index >= 10, ours * 0.9)
        assert (ours - theirs).abs().max() < 0.005, feature
