"""Which columns each kind of feature can be made of, and what to do with the others."""

from __future__ import annotations

from monitor.warehouse import ColumnType

NUMERIC = "a number"
_ALLOWED: dict[str, tuple[str, tuple[str, ...]]] = {
    "numeric": (NUMERIC, ("integer", "float", "boolean")),
    "categorical": (
        "a category",
        ("integer", "float", "boolean", "text", "timestamp", "date"),
    ),
    "text": ("a text", ("text",)),
    "date": ("a date or a time", ("date", "timestamp")),
    "array": ("an array", ("array", "array_of_numbers")),
    "embedding": ("an array of numbers", ("array_of_numbers",)),
}
_ADVICE = {
    "integer": "list it under numeric or categorical or cast it",
    "float": "list it under numeric or categorical or cast it",
    "boolean": "list it under categorical or cast it",
    "text": "list it under categorical or cast it",
    "timestamp": "list it under date or cast it",
    "date": "list it under date or cast it",
    "array": "list it under array or cast it",
    "array_of_numbers": "list it under embedding or array or cast it",
}


def misfit(kind: str, column: ColumnType, relation: str) -> str | None:
    """Say what is wrong with a column under a kind of feature, or None.

    Examples
    --------
    >>> misfit("text", ColumnType("note", "VARCHAR"), "scores")
    >>> misfit("date", ColumnType("age", "INTEGER"), "scores")
    "'age' of 'scores' is INTEGER, not a date or a time; list it under numeric or categorical or \
cast it in the model"
    """
    name, allowed = _ALLOWED[kind]
    if column.kind in allowed:
        return None
    where = f"'{column.name}' of '{relation}' is {column.type}"
    if column.kind == "other":
        return (
            f"{where}, a type that cannot be monitored; derive numbers, texts, times or arrays "
            "from it in the model, or take it out"
        )
    advice = "cast it" if (kind, column.kind) == ("date", "text") else _ADVICE[column.kind]
    return f"{where}, not {name}; {advice} in the model"


def no_segment(column: ColumnType, relation: str) -> str | None:
    """Say what is wrong with a column of a segment, or None.

    Examples
    --------
    >>> no_segment(ColumnType("plan", "VARCHAR"), "scores")
    >>> no_segment(ColumnType("tags", "VARCHAR[]"), "scores")
    "'tags' of 'scores' is VARCHAR[], whose values are no segments; derive a number, a text or a \
time from it in the model, or take it out"
    """
    if not column.is_nested:
        return None
    return (
        f"'{column.name}' of '{relation}' is {column.type}, whose values are no segments; "
        "derive a number, a text or a time from it in the model, or take it out"
    )


def proposal(column: ColumnType) -> str | None:
    """Say how a column that is neither a number nor a category can be watched, or None."""
    kind, what = {
        "text": ("text", "its length and characters"),
        "date": ("date", "its age"),
        "timestamp": ("date", "its age"),
        "array": ("array", "its length"),
        "array_of_numbers": ("embedding", "its norm and centroid"),
    }.get(column.kind, ("", ""))
    if not kind:
        return None
    return f"to watch {what}, declare it with features: {{{kind}: [{column.name}]}}"
