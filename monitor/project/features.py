"""Sort the remaining columns into numeric and categorical features."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.project import hints
from monitor.project.feature_kinds import proposal
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles, chosen

_LOOKS_LIKE_ID = "it looks like an id"
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
    inputs: Inputs, options: InitOptions, report: Report, roles: Roles
) -> FeatureLists:
    """Sort the columns that have no role, say which are left out and why."""
    one = inputs.predictions
    given_numeric = named_columns(options.numeric or (), one, "--numeric", report)
    given_categorical = named_columns(options.categorical or (), one, "--categorical", report)
    for name in given_numeric:
        if not one.by_name[name].is_numeric:
            report.problems.append(
                f"--numeric: '{name}' of {one.origin} is {one.by_name[name].type}, not a number; "
                "name it with --categorical"
            )
    numeric, categorical = list(given_numeric), list(given_categorical)
    left_out: list[str] = []
    for column in one.columns:
        name = column.name
        if name in roles.taken() or name in (*given_numeric, *given_categorical):
            continue
        reason = _why_not(one, name, inputs)
        if reason is not None:
            hint = proposal(column) if _can_be_derived(one, name, inputs, reason) else None
            left_out.append("; ".join(filter(None, (f"'{name}' is left out: {reason}", hint))))
        elif column.is_numeric and options.numeric is None:
            numeric.append(name)
        elif column.kind in ("text", "boolean") and options.categorical is None:
            categorical.append(name)
    report.notes += [f"{sentence}." for sentence in left_out]
    if not numeric and not categorical and options.numeric is None and options.categorical is None:
        reasons = "; ".join(left_out) or "every column has another role"
        report.problems.append(
            f"{one.origin}: no column is left as a feature: {reasons}; "
            "name features with --numeric or --categorical"
        )
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
            if not one.has(column.name) and column.name not in (roles.label, roles.id):
                report.notes.append(
                    f"'{column.name}' is left out: only {inputs.reference.origin} has it."
                )
    protected = named_columns(options.protected, one, "--protected", report)
    return FeatureLists(numeric, categorical, _segments(options, one, report), protected)


def named_columns(values: tuple[str, ...], one: Input, flag: str, report: Report) -> list[str]:
    """Return the columns that a repeatable, comma-separated option names."""
    columns: dict[str | None, None] = {}
    for value in values:
        for part in [value] if one.has(value) else value.split(","):
            name = part if one.has(part) else part.strip()
            if name:
                columns.setdefault(chosen(name, one, flag, report))
    return [name for name in columns if name is not None]


def _segments(options: InitOptions, one: Input, report: Report) -> list[str | list[str]]:
    segments: list[str | list[str]] = []
    for value in options.segments:
        for part in [value] if one.has(value) else value.split(","):
            name = part.strip()
            pieces = [name] if one.has(name) else [piece.strip() for piece in name.split("*")]
            found = [chosen(piece, one, "--segments", report) for piece in pieces if name]
            columns = [column for column in found if column is not None]
            if columns:
                segments.append(columns if len(columns) > 1 else columns[0])
    return segments


def _can_be_derived(one: Input, name: str, inputs: Inputs, reason: str) -> bool:
    """Whether a column that is no feature itself may be one of another kind."""
    is_there = inputs.reference is None or inputs.reference.has(name)
    is_time_text = one.by_name[name].kind == "text" and one.is_time(name)
    is_known = one.facts[name].known > 0
    return is_there and is_known and not is_time_text and reason != _LOOKS_LIKE_ID


def _why_not(one: Input, name: str, inputs: Inputs) -> str | None:
    column, facts = one.by_name[name], one.facts[name]
    if column.kind in ("other", "array", "array_of_numbers"):
        return f"its type {column.type} is neither a number nor a category"
    if facts.known == 0:
        return "it holds no values"
    if one.is_time(name):
        return "it holds times"
    if inputs.reference is not None and not inputs.reference.has(name):
        return f"{inputs.reference.origin} has no such column"
    is_unique = facts.distinct == facts.known and facts.known > 1
    if hints.looks_like_id(name) and is_unique and column.kind in ("integer", "text"):
        return _LOOKS_LIKE_ID
    share = facts.distinct / facts.known
    if column.kind == "text" and facts.distinct > _MANY_TEXTS and share > _MANY_TEXTS_SHARE:
        return f"{facts.distinct} different texts look like an id or free text"
    return None
