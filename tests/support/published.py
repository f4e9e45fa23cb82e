"""Real data with published results, kept outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pandas as pd
import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"


def published(*parts: str) -> Path:
    """Return a data set's folder or file; without it the test is skipped, in CI it fails."""
    path = FOLDER.joinpath(*parts)
    if not path.exists():
        reason = f"{'/'.join(parts)} is not in ../shared/data"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a Parquet file through DuckDB: pandas would need pyarrow, which nothing else does."""
    return duckdb.connect().execute("select * from read_parquet($1)", [str(path)]).df()


def write_parquet(frame: pd.DataFrame, path: Path) -> None:
    """Write a data frame as a Parquet file, without its index."""
    duckdb.connect().from_df(frame).write_parquet(str(path))


def chunked(name: str, rows: int) -> pd.DataFrame:
    """Return reference and monitoring rows, with chunk k of `rows` rows on day k of 2026.

    The columns `row` (an id) and `day` (the timestamp) are added.
    """
    folder = published(name)
    parts = [read_parquet(folder / f"{part}.parquet") for part in ("reference", "monitoring")]
    frame = pd.concat(parts, ignore_index=True)
    frame["row"] = range(len(frame))
    frame["day"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(frame["row"] // rows, unit="D")
    return frame
