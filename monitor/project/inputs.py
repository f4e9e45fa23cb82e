"""What `monitor init` reads: files and warehouse tables, with facts about their columns."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from monitor.project.errors import MonitorError
from monitor.warehouse.connection import Warehouse
from monitor.warehouse.kinds import ColumnType

FILE_SUFFIXES = (".parquet", ".pq", ".csv", ".csv.gz", ".tsv", ".txt")
_SAMPLE_ROWS = 50_000
_EXACT_DISTINCT_ROWS = 2_000_000
_KEPT_VALUES = 100


@dataclass(frozen=True)
class Facts:
    """What the values of one column look like."""

    rows: int
    known: int
    distinct: int
    values: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    is_whole: bool = False
    is_timestamp_text: bool = False


@dataclass
class Input:
    """A file or a table with its columns and facts.

    Attributes
    ----------
    select_from : str
        What stands after FROM in a staging model, rendered by dbt.
    row_number : str or None
        Expression for the place of a row in its file, from 1; None for a table.
    """

    origin: str
    columns: list[ColumnType]
    facts: dict[str, Facts]
    rows: int
    select_from: str
    row_number: str | None
    analysis: duckdb.DuckDBPyConnection = field(repr=False)
    view: str = field(repr=False)
    query: Callable[[str], list[tuple[Any, ...]]] = field(repr=False)
    relation: str = field(repr=False)
    quote: Callable[[str], str] = field(repr=False)

    @property
    def by_name(self) -> dict[str, ColumnType]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    def has(self, column: str | None) -> bool:
        """Say whether the input has the column."""
        return column in self.by_name

    def is_time(self, column: str) -> bool:
        """Say whether the column holds times, as such or as text that casts."""
        kind = self.by_name[column].kind
        return kind in ("timestamp", "date") or self.facts[column].is_timestamp_text

    def repeats(self, columns: list[str]) -> int:
        """Count the rows that another row equals in these columns, or that lack one of them."""
        listed = ", ".join(self.quote(column) for column in columns)
        present = " and ".join(f"{self.quote(column)} is not null" for column in columns)
        counted = self.query(
            f"select count(*) from (select distinct {listed} from {self.relation} "
            f"where {present}) as found"
        )
        return self.rows - int(counted[0][0])

    def distinct_share(self, column: str) -> float:
        """Return how many different values a column has, as a share of those it has."""
        facts = self.facts[column]
        return facts.distinct / facts.known if facts.known else 0.0

    def time_range(self, column: str) -> tuple[datetime.datetime, datetime.datetime] | None:
        """Return the first and last time of a column, or None if it has none."""
        # a time with a zone and nanoseconds has no way to a plain timestamp but this
        value = f"cast(cast({self.quote(column)} as timestamp with time zone) as timestamp)"
        low, high = self.query(f"select min({value}), max({value}) from {self.relation}")[0]
        return None if low is None else (low, high)

    def kappa(self, one: str, other: str) -> float:
        """Return Cohen's kappa of two columns of classes: 0 is what chance gives, 1 equality."""
        found = self.analysis.execute(
            f"select {quoted(one)}, {quoted(other)}, count(*) from {self.view} "
            f"where {quoted(one)} is not null and {quoted(other)} is not null group by 1, 2"
        ).fetchall()
        total = sum(n for _, _, n in found)
        if total == 0:
            return 0.0
        left: Counter[Any] = Counter()
        right: Counter[Any] = Counter()
        for a, b, n in found:
            left[a] += n
            right[b] += n
        agreed = sum(n for a, b, n in found if a == b) / total
        by_chance = sum(left[value] * right[value] for value in left) / total**2
        return 0.0 if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)

    def mean_by_value(self, measure: str, by: str) -> dict[Any, float]:
        """Return the mean of one column for each value of another."""
        found = self.analysis.execute(
            f"select {quoted(by)}, avg({quoted(measure)}) from {self.view} "
            f"where {quoted(by)} is not null and {quoted(measure)} is not null group by 1"
        ).fetchall()
        return dict(found)


def quoted(identifier: str) -> str:
    """Quote an identifier for DuckDB, which analyses every input."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text literal."""
    return "'" + text.replace("'", "''") + "'"


def jinja_safe(text: str) -> str:
    """Write text so that dbt's Jinja gives it back unchanged.

    Examples
    --------
    >>> jinja_safe("a{{b")
    "a{{ '{' }}{{ '{' }}b"
    """
    if not any(mark in text for mark in ("{{", "{%", "{#")):
        return text
    return text.replace("{", "{{ '{' }}")


def is_file(origin: str) -> bool:
    """Say whether an input is meant as a file."""
    return origin.lower().endswith(FILE_SUFFIXES) or Path(origin).is_file()


def read_file(origin: str, analysis: duckdb.DuckDBPyConnection, view: str, stored_as: str) -> Input:
    """Read a Parquet or CSV file.

    Parameters
    ----------
    origin : str
        Path of the file.
    stored_as : str
        Name under which the staging model finds it in data/.
    analysis : duckdb.DuckDBPyConnection
        In memory; the file becomes `view` there.
    view : str

    Raises
    ------
    MonitorError
        The file is absent, unreadable or empty.
    """
    path = Path(origin)
    if not path.is_file():
        raise MonitorError(f"{origin}: no such file")
    is_parquet = path.suffix.lower() in (".parquet", ".pq")
    options = "" if is_parquet else ", sample_size = -1"
    try:
        if is_parquet:
            source = f"read_parquet({literal(str(path))})"
            analysis.execute(f"create view {view} as select * from {source}")
        else:
            options = _load_csv(path, analysis, view)
    except duckdb.Error as error:
        kind = "Parquet" if is_parquet else "CSV"
        message = str(error).splitlines()[0]
        raise MonitorError(f"{origin}: cannot be read as {kind}: {message}") from error
    columns = _described(analysis, view)
    rows = int(analysis.execute(f"select count(*) from {view}").fetchall()[0][0])
    if rows == 0:
        raise MonitorError(f"{origin}: holds no rows; give a file with data to infer from")
    inside = literal(f"data/{stored_as}")
    number = "row_number() over ()"
    if is_parquet and "file_row_number" not in {column.name.lower() for column in columns}:
        number = "file_row_number + 1"
        options = ", file_row_number = true"
    function = "read_parquet" if is_parquet else "read_csv"
    return Input(
        origin=stored_as,
        columns=columns,
        facts=_facts(analysis, view, columns, rows),
        rows=rows,
        select_from=jinja_safe(f"{function}({inside}{options})"),
        row_number=number,
        analysis=analysis,
        view=view,
        query=lambda sql: analysis.execute(sql).fetchall(),
        relation=view,
        quote=quoted,
    )


def _load_csv(path: Path, analysis: duckdb.DuckDBPyConnection, view: str) -> str:
    """Load a CSV file and return the options that read it the same way every time."""
    relaxed = ""
    try:
        analysis.execute(
            f"create table {view} as select * from read_csv({literal(str(path))}, sample_size = -1)"
        )
    except duckdb.Error:
        # Mixed line ends and the like, which the strict reader refuses.
        relaxed = ", strict_mode = false"
        analysis.execute(
            f"create table {view} as select * from "
            f"read_csv({literal(str(path))}, sample_size = -1{relaxed})"
        )
    types = ", ".join(
        f"{literal(column.name)}: {literal(column.type)}" for column in _described(analysis, view)
    )
    return f", types = {{{types}}}{relaxed}"


def read_table(
    origin: str, warehouse: Warehouse, analysis: duckdb.DuckDBPyConnection, view: str
) -> Input:
    """Read a warehouse table: facts from a sample, counts and times from all of it.

    Parameters
    ----------
    origin : str
        `table`, `schema.table` or `database.schema.table`.
    warehouse : Warehouse
    analysis : duckdb.DuckDBPyConnection
        In memory; the sample becomes `view` there.
    view : str
    """
    parts = origin.split(".")
    if not 1 <= len(parts) <= 3 or not all(parts):
        raise MonitorError(
            f"{origin}: write a table as table, schema.table or database.schema.table"
        )
    relation = ".".join(warehouse.quote(part) for part in parts)
    try:
        sample = warehouse.frame(f"select * from {relation} limit {_SAMPLE_ROWS}")
    except MonitorError as error:
        raise MonitorError(
            f"{origin}: cannot be read as a table ({error}); write it as schema.table"
        ) from error
    if sample.empty:
        raise MonitorError(f"{origin}: holds no rows; give a table with data to infer from")
    analysis.register(f"{view}_frame", sample)
    analysis.execute(f"create table {view} as select * from {view}_frame")
    analysis.unregister(f"{view}_frame")
    rows = int(warehouse.rows(f"select count(*) from {relation}")[0][0])
    columns = _described(analysis, view)
    source = parts[-2] if len(parts) > 1 else "raw"
    return Input(
        origin=origin,
        columns=columns,
        facts=_facts(analysis, view, columns, len(sample)),
        rows=rows,
        select_from=f"{{{{ source({_jinja_text(source)}, {_jinja_text(parts[-1])}) }}}}",
        row_number=None,
        analysis=analysis,
        view=view,
        query=warehouse.rows,
        relation=relation,
        quote=warehouse.quote,
    )


def _jinja_text(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _described(analysis: duckdb.DuckDBPyConnection, view: str) -> list[ColumnType]:
    found = analysis.execute(f"describe {view}").fetchall()
    return [ColumnType(str(row[0]), str(row[1])) for row in found]


def _facts(
    analysis: duckdb.DuckDBPyConnection, view: str, columns: list[ColumnType], rows: int
) -> dict[str, Facts]:
    return {column.name: _column_facts(analysis, view, column, rows) for column in columns}


def _column_facts(
    analysis: duckdb.DuckDBPyConnection, view: str, column: ColumnType, rows: int
) -> Facts:
    name = quoted(column.name)
    if column.kind == "other":
        known = analysis.execute(f"select count({name}) from {view}").fetchall()[0][0]
        return Facts(rows=rows, known=int(known), distinct=0)
    count = "count(distinct {0})" if rows <= _EXACT_DISTINCT_ROWS else "approx_count_distinct({0})"
    whole = f"count(*) filter ({name} = floor({name}))" if column.kind == "float" else "0"
    times = f"count(try_cast({name} as timestamp))" if column.kind == "text" else "0"
    known, distinct, low, high, whole_count, time_count = analysis.execute(
        f"select count({name}), {count.format(name)}, min({name}), max({name}), {whole}, {times} "
        f"from {view}"
    ).fetchall()[0]
    values: tuple[Any, ...] = ()
    if distinct <= _KEPT_VALUES:
        found = analysis.execute(
            f"select distinct {name} from {view} where {name} is not null order by 1"
        ).fetchall()
        values = tuple(row[0] for row in found)
    return Facts(
        rows=rows,
        known=int(known),
        distinct=int(distinct),
        values=values,
        low=low,
        high=high,
        is_whole=column.kind == "integer" or (known > 0 and whole_count == known),
        is_timestamp_text=column.kind == "text" and known > 0 and time_count == known,
    )
