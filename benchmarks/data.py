"""The data that the speed benchmarks run on, made inside DuckDB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import duckdb

FIRST_DAY = datetime(2025, 1, 1)
NUMERIC = [f"number_{i}" for i in range(15)]
CATEGORICAL = [f"category_{i}" for i in range(5)]
SEGMENTS = ["region", "channel"]
# Ids as services give them, and the cheapest there are: integers in the order of the rows.
IDS = {"text": "md5(number::text)", "integers in sequence": "number"}


def uniform(salt: int) -> str:
    """An expression: evenly from 0 to 1, by the row's number."""
    return f"((hash(number * 1000003 + {salt}) % 1000003) / 1000003.0)"


def _normal(salt: int) -> str:
    radius = f"sqrt(-2 * ln({uniform(salt)} + 1e-9))"
    return f"({radius} * cos(6.283185307179586 * {uniform(salt + 500)}))"


def _number(i: int) -> str:
    """Four normal, four lognormal, four uniform features and three of whole numbers."""
    if i < 4:
        return _normal(i)
    if i < 8:
        return f"exp(1.2 * {_normal(i)})"
    if i < 12:
        return f"{uniform(i)} * 1000"
    return f"floor({uniform(i)} * 200)"


def _category(i: int) -> str:
    return f"'category ' || floor(power({uniform(100 + i)}, 2) * {[5, 10, 20, 50, 200][i]})::int"


def create_tables(
    connection: duckdb.DuckDBPyConnection,
    days: int,
    per_day: int,
    ids: str = "text",
    further: Mapping[str, str] | None = None,
) -> None:
    """Create `predictions` and `labels` for a number of days from `FIRST_DAY`.

    `further` are expressions of `number` and of other columns, by the name of their column.
    """
    numbers = ", ".join(f"({_number(i)})::double as {name}" for i, name in enumerate(NUMERIC))
    categories = ", ".join(f"{_category(i)} as {name}" for i, name in enumerate(CATEGORICAL))
    others = "".join(f", {expression} as {name}" for name, expression in (further or {}).items())
    connection.execute(
        f"""
        create table predictions as
        select
            number,
            {IDS[ids]} as id,
            timestamp '{FIRST_DAY}'
                + to_microseconds(number * 86400000000 // {per_day}) as scored_at,
            scored_at + interval 10 minute as loaded_at,
            case when hash(number) % 2 = 0 then 'v1' else 'v2' end as version,
            'region ' || hash(number * 3) % 5 as region,
            'channel ' || hash(number * 7) % 5 as channel,
            {uniform(43)}::double as score,
            {numbers},
            {categories}
            {others}
        from range({days * per_day}) as numbers(number)
        """
    )
    # Labels stand in the order in which they arrive, 5 to 45 days after their prediction.
    connection.execute(
        f"""
        create table labels as
        select
            id,
            {uniform(59)} < score as label,
            scored_at + interval 5 day
                + to_microseconds((40 * 86400000000 * {uniform(61)})::bigint) as known_at,
            known_at as loaded_at
        from predictions
        where hash(number * 53) % 10 < 8
        order by known_at
        """
    )
    connection.execute("alter table predictions drop column number")


def keep_until(connection: duckdb.DuckDBPyConnection, source: str, moment: datetime) -> None:
    """Copy from an attached database what had been loaded by a moment."""
    for table in ("predictions", "labels"):
        connection.execute(f"create schema if not exists raw; drop table if exists raw.{table}")
        connection.execute(
            f"create table raw.{table} as select * from {source}.{table} where loaded_at < ?",
            [moment],
        )


def append_between(
    connection: duckdb.DuckDBPyConnection, source: str, start: datetime, end: datetime
) -> None:
    """Append from an attached database what was loaded between two moments."""
    for table in ("predictions", "labels"):
        connection.execute(
            f"insert into raw.{table} "
            f"select * from {source}.{table} where loaded_at >= ? and loaded_at < ?",
            [start, end],
        )


def day(number: int) -> datetime:
    """The start of a day, counted from `FIRST_DAY`."""
    return FIRST_DAY + timedelta(days=number)
