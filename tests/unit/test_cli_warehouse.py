"""The warehouse that the commands use, on DuckDB and on a real Postgres."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from monitor.project.errors import MonitorError
from monitor.warehouse import Warehouse, invoke, kind_of

FRAME = pd.DataFrame(
    {
        "n": pd.array([1, None, 3], dtype="Int64"),
        'a "b"': [1.5, None, 2.5],
        "text": ["", None, 'q"u,o\nte'],
        "flag": [True, None, False],
        "at": pd.to_datetime(
            pd.Series(["2026-01-01 10:00+02:00", None, "2026-01-02 00:00+00:00"]), utc=True
        ),
        "on": [datetime.date(2026, 1, 1), None, datetime.date(2026, 1, 2)],
    }
)


def project(folder: Path, output: str) -> Path:
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text('name: w\nversion: "1.0.0"\nprofile: w\n')
    (folder / "profiles.yml").write_text(f"w: {{target: dev, outputs: {{dev: {output}}}}}\n")
    (folder / "models" / "one.sql").write_text("select 1 as id, cast('x' as varchar(9)) as name")
    return folder


def exercise(folder: Path) -> None:
    """What every engine must do alike."""
    assert invoke(["run"], folder).success
    with Warehouse.from_project(folder) as warehouse:
        one = warehouse.columns(warehouse.relation("one"))
        assert one is not None
        assert [(column.name, column.kind) for column in one] == [
            ("id", "integer"),
            ("name", "text"),
        ]
        assert warehouse.relation("two") is None
        for _ in range(2):
            assert warehouse.write('we"ird', FRAME, schema="raw") == 3
        warehouse.write('we"ird', FRAME.head(1), schema="raw", mode="append")
        table = f"{warehouse.quote('raw')}.{warehouse.quote('we' + chr(34) + 'ird')}"
        rows = warehouse.rows(f'select * from {table} order by n nulls last, "at"')
        assert len(rows) == 4
        assert rows[0] == (
            1,
            1.5,
            "",
            True,
            datetime.datetime(2026, 1, 1, 8),
            datetime.date(2026, 1, 1),
        )
        assert rows[2][2] == 'q"u,o\nte'
        assert rows[3] == (None,) * 6
        assert warehouse.frame("select 1.5 as x").x.tolist() == [1.5]
        with pytest.raises(MonitorError, match="nothing_here"):
            warehouse.rows("select nothing_here")
        assert warehouse.rows("select 1") == [(1,)]


def test_duckdb_and_its_lock(tmp_path: Path) -> None:
    folder = project(tmp_path, "{type: duckdb, path: w.duckdb}")
    exercise(folder)
    with duckdb.connect(str(folder / "w.duckdb")) as other:
        assert other.execute("select count(*) from main.one").fetchall() == [(1,)]


def test_postgres(tmp_path: Path, postgres_server: dict[str, Any]) -> None:
    exercise(project(tmp_path, json.dumps({**postgres_server, "schema": "warehouse"})))


def test_errors_are_one_clear_line(tmp_path: Path) -> None:
    folder = project(tmp_path, "{type: duckdb, path: w.duckdb}")
    with pytest.raises(MonitorError, match="does not have a target named 'x'"):
        Warehouse.from_project(folder, target="x")
    (folder / "models" / "one.sql").write_text("select {{ ref('none') }}")
    with pytest.raises(MonitorError, match="depends on a node named 'none'"):
        invoke(["parse"], folder)


@pytest.mark.parametrize(
    ("type_name", "kind"),
    [
        ("INTEGER[]", "array_of_numbers"),
        ("double precision[]", "array_of_numbers"),
        ("VARCHAR[3]", "array"),
        ("INTEGER[][]", "array"),
        ("ARRAY<FLOAT64>", "array_of_numbers"),
        ("STRUCT(a INTEGER[])", "other"),
        ("interval", "other"),
        ("timestamp with time zone", "timestamp"),
        ("TIMESTAMP_NTZ(9)", "timestamp"),
        ("NUMBER(38,0)", "integer"),
        ("numeric", "float"),
        ("HUGEINT", "integer"),
        ("character varying", "text"),
        ("ENUM('a')", "text"),
        ("DATE", "date"),
    ],
)
def test_kinds(type_name: str, kind: str) -> None:
    assert kind_of(type_name) == kind
