"""Data that a declaration cannot watch: a column that never varies, holds nothing, or is an id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.declaration.rules import Finding
from monitor.project.matches import Rows
from monitor.project.uses import SEGMENT, Use
from monitor.warehouse import ColumnType

VARYING = ("numeric", "categorical", "text", SEGMENT)
"""What a column is used for that should not have the same value in every row."""
FEWEST_ROWS = 20
"""In fewer rows a column without a value, or with one only, means nothing."""
MANY_VALUES, MANY_VALUES_SHARE = 100, 0.5
"""So many different values of a category, and in so great a share of the rows, are an id's."""
COUNTED_ROWS = 100_000
"""Rows in which different values are counted; exact, for not every engine has a sketch."""
_COLUMNS_A_QUERY = 500
_INSTEAD = {
    "text": "list it under text if it is free text",
    "integer": "list it under numeric if it is a measure",
    "float": "list it under numeric if it is a measure",
    "date": "list it under date",
    "timestamp": "list it under date",
}
_ONLY_SEGMENT = "so that its only segment is the whole; take it out"
_CORRECT = "correct the model that fills it, or take it out"
_TOLD = {
    "empty": (
        f"is NULL in every row, {_ONLY_SEGMENT}",
        f"is NULL in every row, so that there is nothing to watch; {_CORRECT}",
    ),
    "constant": (
        f"is the same in every row, {_ONLY_SEGMENT}",
        f"is the same in every row, so that it cannot drift, only change; {_CORRECT}",
    ),
}
"""What is wrong with a column: with a segment, and with a feature."""


@dataclass(frozen=True)
class Watched:
    """A column that is watched.

    Attributes
    ----------
    use : Use
        Where it is declared, and as what.
    column : ColumnType
    sql : str
        The quoted column.
    """

    use: Use
    column: ColumnType
    sql: str


def unsuitable(
    rows: Rows, relation: tuple[str, str], path: tuple[str, ...], watched: Sequence[Watched]
) -> Iterator[Finding]:
    """Say which columns of a relation cannot be watched, and that it is empty if it is.

    Parameters
    ----------
    rows : callable
        Runs a query: an aggregate of the relation, and one of its first `COUNTED_ROWS` rows.
    relation : tuple of (str, str)
        Its name in the declaration, and as SQL.
    path : tuple
        The key that names the relation.
    watched : sequence of Watched
    """
    name, table = relation
    states = ["cast(null as varchar)", *(_state(one) for one in watched)]
    found: list[str | None] = []
    for start in range(0, len(states), _COLUMNS_A_QUERY):
        part = ", ".join(states[start : start + _COLUMNS_A_QUERY])
        ((n, *values),) = rows(f"select count(*), {part} from {table}")
        if n == 0:
            yield path, f"'{name}' holds no rows, so that nothing can be watched; fill it"
            return
        found += values
    if n >= FEWEST_ROWS:
        for one, state in zip(watched, found[1:], strict=True):
            if state is not None:
                of_segment, of_feature = _TOLD[state]
                told = of_segment if one.use.wanted == SEGMENT else of_feature
                yield one.use.path, f"'{one.column.name}' of '{name}' {told}"
    yield from _ids(rows, relation, [one for one in watched if one.use.wanted == "categorical"])


def _state(one: Watched) -> str:
    """Return SQL of what is wrong with a column: `empty`, `constant` or NULL."""
    empty = f"when count({one.sql}) = 0 then 'empty'"
    if one.use.wanted not in VARYING:
        return f"case {empty} end"
    # not every engine compares every type: a boolean, or a UUID, has no least value on some
    cast = {"boolean": "integer", "text": "varchar"}.get(one.column.kind)
    value = f"cast({one.sql} as {cast})" if cast else one.sql
    # NULL beside one value is something to watch
    is_constant = f"count({one.sql}) = count(*) and min({value}) = max({value})"
    return f"case {empty} when {is_constant} then 'constant' end"


def _ids(rows: Rows, relation: tuple[str, str], watched: Sequence[Watched]) -> Iterator[Finding]:
    name, table = relation
    for start in range(0, len(watched), _COLUMNS_A_QUERY):
        part = watched[start : start + _COLUMNS_A_QUERY]
        counted = ", ".join(f"count({one.sql}), count(distinct {one.sql})" for one in part)
        columns = ", ".join(dict.fromkeys(one.sql for one in part))
        ((*counts,),) = rows(
            f"select {counted} from (select {columns} from {table} limit {COUNTED_ROWS}) as counted"
        )
        for one, known, distinct in zip(part, counts[::2], counts[1::2], strict=True):
            if distinct >= MANY_VALUES and distinct >= MANY_VALUES_SHARE * known:
                instead = _INSTEAD.get(one.column.kind, "declare something coarser")
                message = (
                    f"'{one.column.name}' of '{name}' has {distinct:,} different values in "
                    f"{known:,} rows, as an id has, so that new ones are unseen for ever; "
                    f"{instead}, or take it out"
                )
                yield one.use.path, message
