"""`monitor init`, called, and a model with its labels."""

from __future__ import annotations

from pathlib import Path

import duckdb
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.declaration import Declaration, load
from monitor.warehouse import Warehouse, invoke

SCORED = (
    "select 'cus_' || lpad(i::varchar, 5, '0') as \"CustomerRef\", i as \"Position\", "
    "timestamp '2026-02-01' + i * interval 7 minute as \"ScoredAt\", "
    "timestamp '2026-02-01' + (i * 7 + 5) * interval 1 minute as \"LoadedAt\", "
    "(i % 10) / 10.0 as p_churn, i % 10 >= 5 as will_churn, i % 7 as visits, "
    "case i % 3 when 0 then 'north' else 'south' end as region from range(12000) t(i)"
)
LABELLED = (
    "select 'cus_' || lpad(i::varchar, 5, '0') as \"CUSTOMER\", i % 10 >= 4 as happened, "
    "timestamp '2026-03-01' + i * interval 7 minute as \"KnownAt\", "
    "timestamp '2026-02-01' + (i * 7 + 5) * interval 1 minute as \"LoadedAt\", "
    "case i % 3 when 0 then 'north' else 'south' end as region from range(9000) t(i)"
)


def init(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["init", *(str(argument) for argument in arguments)])


def write(path: Path, sql: str) -> Path:
    """Write the rows of a query as Parquet or CSV, by the path's suffix."""
    duckdb.connect().execute(f"copy ({sql}) to '{path}'")
    return path


def only(project: Path) -> Declaration:
    (declaration,) = load(project).values()
    return declaration


def staged(project: Path, sql: str) -> list[tuple[object, ...]]:
    """Build the staging models with dbt and query them."""
    assert invoke(["run", "--select", "staging"], project).success
    with Warehouse.from_project(project) as warehouse:
        return warehouse.rows(sql)
