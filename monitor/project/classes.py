"""Give labels and predictions of all inputs one type, and find the positive class."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from monitor.declaration.problems import did_you_mean
from monitor.project import hints
from monitor.project.errors import MonitorError
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles

ValueType = Literal["bigint", "double", "text"]


@dataclass(frozen=True)
class Classes:
    """The common type of labels and predictions, and the classes seen."""

    type: ValueType
    values: tuple[Any, ...] = ()
    positive: Any = None


def infer_classes(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> Classes:
    """Choose the type that labels and predictions are cast to, and the positive class."""
    columns = list(_value_columns(inputs, roles))
    if roles.task == "regression":
        for one, column in columns:
            if not one.by_name[column].is_numeric:
                raise MonitorError(
                    f"{one.origin}: a regression needs numbers, but '{column}' holds "
                    f"'{one.facts[column].low}'; name another column or another --task"
                )
        return Classes("double")
    type_ = _common_type(columns)
    _note_cast(columns, type_, report)
    values = _values(columns, type_)
    if roles.task != "binary":
        return Classes(type_, values)
    if len(values) > 2:
        raise MonitorError(
            f"{inputs.predictions.origin}: a binary model has two classes, found "
            f"{', '.join(str(value) for value in values[:6])}; say --task multiclass"
        )
    return Classes(type_, values, _positive(inputs, options, report, roles, values, type_))


def _note_cast(columns: list[tuple[Input, str]], type_: ValueType, report: Report) -> None:
    """Say that columns of different kinds are cast to one type."""
    seen: dict[str, str] = {}
    for one, column in columns:
        type_name = one.by_name[column].type
        kind = "number" if one.by_name[column].is_numeric else one.by_name[column].kind
        seen.setdefault(kind, f"'{column}' of {one.origin} is {type_name}")
    if len(seen) > 1:
        report.notes.append(f"{' and '.join(seen.values())}: both are cast to {type_}.")


def as_type(value: Any, type_: ValueType) -> Any:
    """Convert a value of an input as the staging model casts it."""
    if type_ == "text":
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return str(value)
    return int(value) if type_ == "bigint" else float(value)


def _value_columns(inputs: Inputs, roles: Roles) -> Iterable[tuple[Input, str]]:
    for one in inputs.scored:
        for column in (roles.prediction, roles.label):
            if column is not None and one.has(column):
                yield one, column
    if inputs.labels is not None and roles.label is not None:
        yield inputs.labels, roles.label


def _common_type(columns: list[tuple[Input, str]]) -> ValueType:
    if any(one.by_name[c].kind in ("text", "timestamp", "date") for one, c in columns):
        return "text"
    whole = all(one.facts[c].is_whole or one.by_name[c].kind == "boolean" for one, c in columns)
    return "bigint" if whole else "double"


def _values(columns: list[tuple[Input, str]], type_: ValueType) -> tuple[Any, ...]:
    found = {as_type(value, type_) for one, c in columns for value in one.facts[c].values}
    return tuple(sorted(found))


def _positive(
    inputs: Inputs,
    options: InitOptions,
    report: Report,
    roles: Roles,
    values: tuple[Any, ...],
    type_: ValueType,
) -> Any:
    if options.positive is not None:
        try:
            given = as_type(float(options.positive) if type_ != "text" else options.positive, type_)
        except ValueError:
            given = None
        if given not in values:
            hint = did_you_mean(options.positive, values)
            raise MonitorError(f"--positive: '{options.positive}' is no class; {hint}")
        report.add("positive", given, "given", "--positive")
        return given
    if not values:
        return 1
    named = [value for value in values if str(value).lower() in hints.POSITIVE]
    if len(named) == 1:
        report.add("positive", named[0], "its name", "--positive")
        return named[0]
    means = _mean_scores(inputs, roles)
    if len(means) > 1:
        best = as_type(max(means, key=lambda value: means[value]), type_)
        report.add("positive", best, "the class with the greater mean score", "--positive")
        return best
    report.add("positive", values[-1], "the greater of the classes", "--positive")
    return values[-1]


def _mean_scores(inputs: Inputs, roles: Roles) -> dict[Any, float]:
    if not isinstance(roles.score, str):
        return {}
    for column in (roles.label, roles.prediction):
        for one in inputs.scored:
            if column is not None and one.has(column) and one.has(roles.score):
                return one.mean_by_value(roles.score, column)
    return {}
