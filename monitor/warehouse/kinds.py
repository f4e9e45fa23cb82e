"""Kinds of column types, whatever an engine calls them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "integer", "float", "boolean", "text", "timestamp", "date", "array", "array_of_numbers", "other"
]

_PATTERNS: tuple[tuple[str, Kind], ...] = (
    (r"^(struct|map|record|json|variant|object|interval|time$|time )", "other"),
    (r"^(timestamp|datetime)", "timestamp"),
    (r"^date$", "date"),
    (r"^(bool|logical)", "boolean"),
    (
        r"^(u?(tiny|small|big|huge)?int(eger)?|int\d+|byteint|serial|bigserial|long|short)",
        "integer",
    ),
    (r"^(numeric|decimal|number|bignumeric)\s*\(\s*\d+\s*,\s*0\s*\)$", "integer"),
    (r"^(double|float|real|numeric|decimal|number|bignumeric)", "float"),
    (r"^(text|string|varchar|char|character|bpchar|nvarchar|enum|uuid|citext|name)", "text"),
)


@dataclass(frozen=True)
class ColumnType:
    """A column with the engine's type name and its kind."""

    name: str
    type: str

    @property
    def kind(self) -> Kind:
        """The kind of the type."""
        return kind_of(self.type)

    @property
    def is_numeric(self) -> bool:
        """Whether values can be added."""
        return self.kind in ("integer", "float")

    @property
    def is_nested(self) -> bool:
        """Whether a value holds others, as arrays, structs and JSON do."""
        nested = r"^(struct|map|record|json|variant|object|union|list)"
        return self.kind in ("array", "array_of_numbers") or bool(re.match(nested, self.type, re.I))

    @property
    def has_time_zone(self) -> bool:
        """Whether the type is a timestamp that knows its zone."""
        lowered = self.type.lower()
        return self.kind == "timestamp" and (
            "with time zone" in lowered or "tz" in lowered or "with local time zone" in lowered
        )


def kind_of(type_name: str) -> Kind:
    """Return the kind of an engine's type.

    Examples
    --------
    >>> kind_of("DECIMAL(10,2)"), kind_of("character varying(20)"), kind_of("TIMESTAMP_NS")
    ('float', 'text', 'timestamp')
    >>> kind_of("DOUBLE[3]"), kind_of("array<string>")
    ('array_of_numbers', 'array')
    """
    lowered = type_name.strip().lower()
    array = re.match(r"^(.+)\[\d*\]$|^(?:array|list)<(.+)>$|^(?:array|list)$", lowered)
    if array:
        element = array[1] or array[2]
        is_number = element is not None and kind_of(element) in ("integer", "float")
        return "array_of_numbers" if is_number else "array"
    for pattern, kind in _PATTERNS:
        if re.match(pattern, lowered):
            return kind
    return "other"
