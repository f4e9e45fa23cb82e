"""Sort the remaining columns into numeric and categorical features."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.project import hints
from monitor.project.errors import MonitorError
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles, chosen

_MANY_TEXTS = 100
_MANY_TEXTS_SHARE = 0.2


@dataclass(frozen=True)
class FeatureLists:
    """Features by kind, and every column that staging must carry besides the roles."""

    numeric: list[str]
    categorical: list[str]
    segments: list[str | list[str]]
    protected: list[str]


def infer_features(
    inputs: Inputs, options: InitOptions, report: Report, roles: Roles, id_column: str
) -> FeatureLists:
    """Sort the columns that have no role, say which are left out and why."""
    one = inputs.predictions
    given_numeric = named_columns(options.numeric or (), one, "--numeric")
    given_categorical = named_columns(options.categorical or (), one, "--categorical")
    for name in given_numeric:
        if not one.by_name[name].is_numeric:
            raise MonitorError(
                f"--numeric: '{name}' of {one.origin} is {one.by_name[name].type}, not a number; "
                "name it with --categorical"
            )
    numeric, categorical = list(given_numeric), list(given_categorical)
    for column in one.columns:
        name = column.name
        if name in roles.taken() or name in (id_column, *given_numeric, *given_categorical):
            continue
        reason = _why_not(one, name, inputs)
        if reason is not None:
            report.notes.append(f"'{name}' is left out: {reason}.")
        elif column.is_numeric and options.numeric is None:
            numeric.append(name)
        elif column.kind in ("text", "boolean") and options.categorical is None:
            categorical.append(name)
    report.add(
        "features.numeric",
        ", ".join(numeric) or "none",
        "given" if options.numeric is not None else "columns of numbers",
        "--numeric",
    )
    report.add(
        "features.categorical",
        ", ".join(categorical) or "none",
        "given" if options.categorical is not None else "columns of text and true/false",
        "--categorical",
    )
    if inputs.reference is not None:
        for column in inputs.reference.columns:
            if not one.has(column.name) and column.name not in (roles.label, id_column):
                report.notes.append(
                    f"'{column.name}' is left out: only {inputs.reference.origin} has it."
                )
    return FeatureLists(numeric, categorical, _segments(options, one), _protected(options, one))


def named_columns(values: tuple[str, ...], one: Input, flag: str) -> list[str]:
    """Return the columns that a repeatable, comma-separated option names."""
    columns: dict[str, None] = {}
    for value in values:
        for part in [value] if one.has(value) else value.split(","):
            name = part if one.has(part) else part.strip()
            if name:
                columns.setdefault(str(chosen(name, one, flag)))
    return list(columns)


def _segments(options: InitOptions, one: Input) -> list[str | list[str]]:
    segments: list[str | list[str]] = []
    for value in options.segments:
        for part in [value] if one.has(value) else value.split(","):
            name = part.strip()
            if not name:
                continue
            if one.has(name) or "*" not in name:
                segments.append(str(chosen(name, one, "--segments")))
            else:
                pieces = [piece.strip() for piece in name.split("*")]
                segments.append([str(chosen(piece, one, "--segments")) for piece in pieces])
    return segments


def _protected(options: InitOptions, one: Input) -> list[str]:
    return named_columns(options.protected, one, "--protected")


def _why_not(one: Input, name: str, inputs: Inputs) -> str | None:
    column, facts = one.by_name[name], one.facts[name]
    if column.kind == "other":
        return f"its type {column.type} is neither a number nor a category"
    if facts.known == 0:
        return "it holds no values"
    if one.is_time(name):
        return "it holds times"
    if inputs.reference is not None and not inputs.reference.has(name):
        return f"{inputs.reference.origin} has no such column"
    is_unique = facts.distinct == facts.known and facts.known > 1
    if hints.looks_like_id(name) and is_unique and column.kind in ("integer", "text"):
        return "it looks like an id"
    share = facts.distinct / facts.known
    if column.kind == "text" and facts.distinct > _MANY_TEXTS and share > _MANY_TEXTS_SHARE:
        return f"{facts.distinct} different texts look like an id or free text"
    return None
