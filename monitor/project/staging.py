"""The SQL of the staging models that `monitor init` writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.project.inputs import Input, jinja_safe

# Types as DuckDB writes them in a project over files; dbt's own macros elsewhere.
FILE_TYPES = {
    "bigint": "bigint",
    "double": "double",
    "text": "varchar",
    "timestamp": "timestamp",
    "boolean": "boolean",
}
TABLE_TYPES = {
    "bigint": "{{ dbt.type_bigint() }}",
    "double": "{{ 'double precision' if target.type in ('postgres', 'redshift') else 'float64' "
    "if target.type == 'bigquery' else 'double' }}",
    "text": "{{ dbt.type_string() }}",
    "timestamp": "{{ dbt.type_timestamp() }}",
    "boolean": "{{ dbt.type_boolean() }}",
}
# The first type whose kinds cover all that were seen.
_TYPES_BY_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("boolean", frozenset({"boolean"})),
    ("bigint", frozenset({"integer", "boolean"})),
    ("double", frozenset({"integer", "float"})),
    ("timestamp", frozenset({"timestamp", "date"})),
)


@dataclass(frozen=True)
class Carried:
    """A column of a staging model.

    Attributes
    ----------
    name : str
    type : str or None
        A key of `FILE_TYPES` that the column is cast to; None leaves it as it is.
    """

    name: str
    type: str | None = None


@dataclass(frozen=True)
class Part:
    """One input of a staging model: a CTE with a name of its own."""

    name: str
    source: Input
    renamed: tuple[tuple[str, str], ...] = ()


def staging_sql(
    heading: str,
    parts: list[Part],
    columns: list[Carried],
    row_id: str | None = None,
    is_table: bool = False,
) -> str:
    """Return a staging model that stacks its parts, with columns of one type each.

    Parameters
    ----------
    heading : str
        One line that says what the model is.
    parts : list of Part
        In time order.
    columns : list of Carried
        Columns of the model; a part that lacks one gives NULL.
    row_id : str, optional
        Name of a column that numbers the rows through all parts.
    is_table : bool
        Whether it is stored: a view on a file would be read only in the project's folder.
    """
    blocks = []
    for position, part in enumerate(parts):
        lines = []
        if row_id is not None:
            before = "".join(f"(select count(*) from {p.name}) + " for p in parts[:position])
            number = f"{before}{part.source.row_number}"
            lines.append(f"cast({number} as bigint) as {_identifier(part.source, row_id)}")
        lines += [_column_sql(part, column) for column in columns]
        listed = ",\n        ".join(lines)
        blocks.append(
            f"{part.name} as (\n\n    select\n        {listed}\n"
            f"    from {part.source.select_from}\n\n)"
        )
    stacked = "\n    union all\n".join(f"    select * from {part.name}" for part in parts)
    blocks.append(f"final as (\n\n{stacked}\n\n)")
    body = ",\n\n".join(blocks)
    config = "{{ config(materialized='table') }}\n\n" if is_table else ""
    return f"{config}-- {heading}\nwith\n\n{body}\n\nselect * from final\n"


def sources_yaml_tables(inputs: Iterable[Input]) -> dict[tuple[str | None, str], list[str]]:
    """Group tables by (database, schema) for a sources file; empty for files."""
    grouped: dict[tuple[str | None, str], list[str]] = {}
    for one in inputs:
        if one.row_number is not None:
            continue
        parts = one.origin.split(".")
        database = parts[0] if len(parts) == 3 else None
        schema = parts[-2] if len(parts) > 1 else ""
        tables = grouped.setdefault((database, schema), [])
        if parts[-1] not in tables:
            tables.append(parts[-1])
    return grouped


def common_type(name: str, sources: Iterable[Input]) -> str | None:
    """Return the type to which a column is cast so that all inputs agree; None if they do."""
    listed = list(sources)
    having = [source.by_name[name] for source in listed if source.has(name)]
    kinds = {column.kind for column in having}
    if len(having) == len(listed) and len({column.type for column in having}) == 1:
        return None
    for type_, members in _TYPES_BY_KINDS:
        if kinds <= members:
            return type_
    return "text"


def _identifier(source: Input, name: str) -> str:
    return jinja_safe(source.quote(name))


def _column_sql(part: Part, column: Carried) -> str:
    source = part.source
    types = TABLE_TYPES if source.row_number is None else FILE_TYPES
    target = _identifier(source, column.name)
    own_name = dict(part.renamed).get(column.name, column.name)
    if not source.has(own_name):
        return f"cast(null as {types[column.type or 'text']}) as {target}"
    own = _identifier(source, own_name)
    have = source.by_name[own_name]
    if column.type is None or _is_already(have.type, have.kind, column.type):
        return own if own == target else f"{own} as {target}"
    if column.type == "timestamp" and have.has_time_zone:
        return f"{own} at time zone 'UTC' as {target}"
    if column.type == "text" and source.facts[own_name].is_whole and have.kind == "float":
        # 1.0 in one input is 1 in the other.
        return f"cast(cast({own} as {types['bigint']}) as {types['text']}) as {target}"
    if column.type == "bigint" and have.kind == "boolean":
        return f"case when {own} then 1 when not {own} then 0 end as {target}"
    return f"cast({own} as {types[column.type]}) as {target}"


def _is_already(type_name: str, kind: str, wanted: str) -> bool:
    lowered = type_name.lower()
    by_type = {
        "bigint": lowered in ("bigint", "int8", "int64"),
        "double": lowered in ("double", "double precision", "float8", "float64"),
        "text": kind == "text" and lowered in ("varchar", "text", "string"),
        "timestamp": lowered in ("timestamp", "timestamp without time zone"),
        "boolean": kind == "boolean",
    }
    return by_type[wanted]
