"""Whether labels belong to predictions, and hold the positive class, as the macros compare them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from monitor.warehouse import ColumnType

_TRUTHS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
_WHOLE = r"^([+-]?[0-9]+)[.]0+$"
_NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?$"

Rows = Callable[[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Ids:
    """A column of ids: its relation's name, that and itself as SQL."""

    name: str
    relation: str
    column: ColumnType
    sql: str


def family(column: ColumnType) -> str:
    """Return the kind of an id: ids of two kinds meet as text.

    Examples
    --------
    >>> family(ColumnType("id", "BIGINT")), family(ColumnType("id", "VARCHAR"))
    ('number', 'text')
    """
    return "number" if column.is_numeric else column.kind


def can_match(one: ColumnType, other: ColumnType) -> bool:
    """Say whether values of two types can ever be the same id.

    Examples
    --------
    >>> can_match(ColumnType("id", "BIGINT"), ColumnType("id", "TIMESTAMP"))
    False
    """
    kinds = {family(one), family(other)}
    return len(kinds) == 1 or kinds == {"number", "text"}


def as_id(sql: str, column: ColumnType) -> str:
    """Return the SQL of an id as text, the same for 12, 12.0 and '12'."""
    if column.kind == "float":
        is_whole = f"abs({sql}) < 1e15 and {sql} = floor({sql})"
        whole = f"cast(cast({sql} as bigint) as varchar)"
        return f"case when {is_whole} then {whole} else cast({sql} as varchar) end"
    if column.kind == "text":
        return f"regexp_replace(cast({sql} as varchar), '{_WHOLE}', '\\1')"
    return f"cast({sql} as varchar)"


def matched_share(rows: Rows, labels: tuple[str, str], predictions: tuple[str, str]) -> float:
    """Return the share of labels whose id is a prediction's; NaN where either has no ids.

    Parameters
    ----------
    rows : callable
        Runs a query.
    labels, predictions : tuple of (str, str)
        The relation, and its id as `as_id` writes it.
    """
    (relation, key), (other, other_key) = labels, predictions
    ((n, matched, others),) = rows(
        f"select count(*), count(known.id), (select count({other_key}) from {other}) "
        f"from (select {key} as id from {relation}) as labels "
        f"left join (select distinct {other_key} as id from {other}) as known "
        "on known.id = labels.id where labels.id is not null"
    )
    return matched / n if n and others else float("nan")


def never_the_same(rows: Rows, labels: Ids, predictions: Ids) -> str | None:
    """Say why ids of labels can never be those of predictions, or None where they can."""
    one, other = labels.column, predictions.column
    types = (
        f"'{one.name}' of '{labels.name}' is {one.type} and '{other.name}' of "
        f"'{predictions.name}' is {other.type}"
    )
    if not can_match(one, other):
        return f"{types}, which are never the same"
    if family(one) == family(other):
        return None
    for side in (labels, predictions):
        if side.column.kind == "text" and not holds_numbers(rows, side.relation, side.sql):
            where = f"'{side.column.name}' of '{side.name}'"
            return f"{types}; {where} holds no number, so they are never the same"
    return None


def holds_numbers(rows: Rows, relation: str, sql: str) -> bool:
    """Say whether a text column holds a number, or nothing at all."""
    ((n, others),) = rows(
        f"select count({sql}), count(nullif(regexp_replace(cast({sql} as varchar), "
        f"'{_NUMBER}', ''), '')) from {relation}"
    )
    return bool(n == 0 or others < n)


def is_class(value: Any, class_: Any) -> bool:
    """Say whether a value of a table is the class that a declaration names.

    Examples
    --------
    >>> is_class(True, 1), is_class("1.0", 1), is_class("True", 1), is_class("yes", 1)
    (True, True, True, False)
    """
    truth = _TRUTHS.get(str(class_).lower())
    if isinstance(value, bool):
        return str(value).lower() == str(class_) if truth is None else value is truth
    if isinstance(value, int | float | Decimal):
        try:
            return float(value) == float(class_ if truth is None else truth)
        except ValueError:
            return False
    text = re.sub(_WHOLE, r"\1", str(value))
    if truth is None:
        return text == str(class_)
    return text.lower() in (("1", "true") if truth else ("0", "false"))
