"""Infer which column of a prediction log plays which role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from monitor.declaration.problems import did_you_mean
from monitor.project import hints
from monitor.project.errors import MonitorError
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report

_LEAST_KAPPA = 0.2
_MOST_CLASSES = 20


@dataclass
class Inputs:
    """The inputs by their part; all are read in the same way."""

    predictions: Input
    labels: Input | None = None
    reference: Input | None = None

    @property
    def scored(self) -> list[Input]:
        """Inputs that hold predictions."""
        return [one for one in (self.predictions, self.reference) if one is not None]

    def values(self, column: str) -> tuple[Any, ...] | None:
        """Return the distinct values of a column in all scored inputs, None if they are many."""
        found: dict[Any, None] = {}
        for one in self.scored:
            if one.has(column):
                facts = one.facts[column]
                if facts.distinct > len(facts.values):
                    return None
                found.update(dict.fromkeys(facts.values))
        return tuple(found)


@dataclass
class Roles:
    """Columns by role; None where there is none."""

    timestamp: str | None = None
    loaded_at: str | None = None
    version: str | None = None
    prediction: str | None = None
    score: str | dict[Any, str] | None = None
    label: str | None = None
    label_id: str | None = None
    label_timestamp: str | None = None
    label_loaded_at: str | None = None
    task: str = "binary"
    id: str | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def score_columns(self) -> list[str]:
        """All score columns."""
        if self.score is None:
            return []
        return [self.score] if isinstance(self.score, str) else list(self.score.values())

    def taken(self) -> set[str]:
        """Columns of the predictions that already have a role."""
        single = (
            self.timestamp,
            self.loaded_at,
            self.version,
            self.prediction,
            self.label,
            self.id,
        )
        return {column for column in single if column is not None} | set(self.score_columns)


def infer_roles(inputs: Inputs, options: InitOptions, report: Report) -> Roles:
    """Infer every role, taking what `options` says first.

    Raises
    ------
    MonitorError
        Naming every role that could not be found, and the flag that says it.
    """
    roles = Roles()
    _timestamp(inputs, options, report, roles)
    _bookkeeping(inputs, options, report, roles)
    _outputs(inputs, options, report, roles)
    _label(inputs, options, report, roles)
    _task(inputs, options, report, roles)
    if roles.problems:
        raise MonitorError(f"{inputs.predictions.origin}: " + "; ".join(roles.problems))
    return roles


def chosen(given: str | None, one: Input, flag: str) -> str | None:
    """Return a given column if the input has it.

    Raises
    ------
    MonitorError
        The input has no such column.
    """
    if given is None or one.has(given):
        return given
    hint = did_you_mean(given, [column.name for column in one.columns])
    raise MonitorError(f"{flag}: {one.origin} has no column '{given}'; {hint}")


def _free(one: Input, roles: Roles) -> list[str]:
    return [column.name for column in one.columns if column.name not in roles.taken()]


def _timestamp(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    given = chosen(options.timestamp, one, "--timestamp")
    if given is not None:
        if not one.is_time(given):
            example = one.facts[given].low
            raise MonitorError(
                f"--timestamp: '{given}' of {one.origin} holds '{example}', which is no time; "
                "write times as 2026-01-31 12:00:00 or name another column"
            )
        roles.timestamp = given
        report.add("timestamp", given, "given", "--timestamp")
        return
    times = [column.name for column in one.columns if one.is_time(column.name)]
    not_it = hints.by_name(times, (*hints.LOADED_AT, *hints.LABEL_TIMESTAMP))
    named = hints.by_name(times, hints.TIMESTAMP)
    rest = sorted(
        (name for name in times if name not in named and name not in not_it),
        key=lambda name: one.by_name[name].kind == "date",
    )
    for found, reason in ((named, "its name and values"), (rest, "the first column of times")):
        if found:
            roles.timestamp = found[0]
            report.add("timestamp", found[0], reason, "--timestamp")
            return
    roles.problems.append("no column holds the time of the prediction; say it with --timestamp")


def _bookkeeping(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    times = [name for name in _free(one, roles) if one.is_time(name)]
    given = chosen(options.loaded_at, one, "--loaded-at")
    roles.loaded_at = given or next(iter(hints.by_name(times, hints.LOADED_AT)), None)
    if roles.loaded_at is not None:
        reason = "given" if given else "its name"
        report.add("loaded_at", roles.loaded_at, reason, "--loaded-at")
    given = chosen(options.version_column, one, "--version-column")
    candidates = [
        name
        for name in hints.by_name(_free(one, roles), hints.VERSION)
        if 0 < one.facts[name].distinct <= _MOST_CLASSES and not one.is_time(name)
    ]
    roles.version = given or next(iter(candidates), None)
    if roles.version is not None:
        report.add("version", roles.version, "given" if given else "its name", "--version-column")


def _outputs(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    roles.prediction = chosen(options.prediction, one, "--prediction")
    roles.score = _given_score(options, one)
    reason = "given"
    if roles.prediction is None:
        names = [name for name in _free(one, roles) if _can_be_value(one, name)]
        found = [
            name
            for name in hints.by_name(names, hints.PREDICTION, "prediction")
            if name not in hints.by_name(names, hints.SCORE, "score") or not _is_share(one, name)
        ]
        # A column called score that holds only 0 and 1 is a decision, not a probability.
        found += [
            name
            for name in hints.by_name(names, hints.SCORE)
            if name not in roles.score_columns and _is_flag(one, name)
        ]
        roles.prediction = next(iter(found), None)
        reason = "its name and values"
    if roles.prediction is not None:
        report.add("prediction", roles.prediction, reason, "--prediction")
    if roles.score is None and options.task != "regression":
        _infer_score(inputs, options, report, roles)
    elif roles.score is not None:
        report.add("score", roles.score, "given", "--score")
    if roles.score is None and roles.prediction is None:
        roles.problems.append(
            "no column holds a score or a prediction; say one with --score or --prediction"
        )


def _given_score(options: InitOptions, one: Input) -> str | dict[Any, str] | None:
    if not options.score:
        return None
    if len(options.score) == 1 and (one.has(options.score[0]) or "=" not in options.score[0]):
        return chosen(options.score[0], one, "--score")
    by_class: dict[Any, str] = {}
    for part in options.score:
        for pair in [part] if one.has(part.partition("=")[2]) else part.split(","):
            name, _, column = pair.partition("=")
            by_class[name.strip()] = str(chosen(column.strip(), one, "--score"))
    return by_class


def _infer_score(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    shares = [name for name in _free(one, roles) if _is_share(one, name)]
    by_class = _scores_by_class(inputs, roles, shares, options.label)
    if by_class and options.task != "binary":
        roles.score = by_class
        shown = ", ".join(f"{value}={column}" for value, column in by_class.items())
        report.add("score", shown, "one share for each predicted class", "--score")
        return
    named = [n for n in hints.by_name(shares, hints.SCORE, "score") if not _is_flag(one, n)]
    is_value = roles.prediction is not None and _is_measure(inputs, roles.prediction)
    if named and options.task != "multiclass" and not is_value:
        roles.score = named[0]
        report.add("score", named[0], "its name, and values from 0 to 1", "--score")


def _scores_by_class(
    inputs: Inputs, roles: Roles, shares: list[str], label: str | None
) -> dict[Any, str]:
    source = roles.prediction or label
    if source is None:
        found = hints.by_name([c.name for c in inputs.predictions.columns], hints.LABEL, "label")
        source = next(iter(found), None)
    classes = inputs.values(source) if source is not None else None
    if not classes or not 3 <= len(classes) <= len(shares):
        return {}
    columns = {value: [n for n in shares if _ends_with(n, str(value))] for value in classes}
    for name in columns[classes[0]]:
        prefix = hints.snake(name).removesuffix(hints.snake(str(classes[0])))
        match = {
            value: next(
                (n for n in names if hints.snake(n) == prefix + hints.snake(str(value))), ""
            )
            for value, names in columns.items()
        }
        if all(match.values()):
            return match
    return {}


def _ends_with(column: str, value: str) -> bool:
    return hints.snake(column).endswith(hints.snake(value)) and bool(hints.snake(value))


def _label(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    if inputs.labels is not None:
        _label_of_labels(inputs.labels, inputs, options, report, roles)
        return
    one = inputs.predictions
    given = chosen(options.label, one, "--label")
    if given is not None:
        roles.label = given
        report.add("label", given, "given", "--label")
        return
    names = [name for name in _free(one, roles) if _can_be_value(one, name)]
    found = hints.by_name(names, hints.LABEL, "label")
    if found:
        roles.label = found[0]
        report.add("label", found[0], "its name", "--label")
        return
    alike = _like_prediction(inputs, roles, names)
    if alike is None:
        report.notes.append(
            "No label was found, so performance is only estimated; name one with --label or "
            "--labels."
        )
        return
    roles.label, kappa = alike
    reason = f"holds the prediction's classes and agrees with it (kappa {kappa:.2f})"
    report.add("label", roles.label, reason, "--label")


def _like_prediction(inputs: Inputs, roles: Roles, names: list[str]) -> tuple[str, float] | None:
    """Return the column of the prediction's classes that agrees with it most."""
    one, prediction = inputs.predictions, roles.prediction
    classes = inputs.values(prediction) if prediction is not None else None
    if prediction is None or not classes or not 2 <= len(classes) <= _MOST_CLASSES:
        return None
    is_boolean = one.by_name[prediction].kind == "boolean"
    found: list[tuple[str, float]] = []
    for name in names:
        values = inputs.values(name)
        same_kind = (one.by_name[name].kind == "boolean") == is_boolean
        if same_kind and values and len(values) > 1 and set(values) <= set(classes):
            kappa = one.kappa(name, prediction)
            if kappa >= _LEAST_KAPPA:
                found.append((name, kappa))
    return max(found, key=lambda pair: pair[1], default=None)


def _label_of_labels(
    one: Input, inputs: Inputs, options: InitOptions, report: Report, roles: Roles
) -> None:
    names = [column.name for column in one.columns]
    times = [name for name in names if one.is_time(name)]
    roles.label_loaded_at = next(iter(hints.by_name(times, hints.LOADED_AT)), None)
    times = [name for name in times if name != roles.label_loaded_at]
    roles.label_timestamp = chosen(options.label_timestamp, one, "--label-timestamp")
    if roles.label_timestamp is None:
        named = hints.by_name(times, (*hints.LABEL_TIMESTAMP, *hints.TIMESTAMP))
        roles.label_timestamp = next(iter(named), None)
    given = chosen(options.label_id, one, "--label-id")
    if given is None and options.id is not None and one.has(options.id):
        given = options.id
    shared = [name for name in names if inputs.predictions.has(name) and name not in times]
    roles.label_id = given or next(iter(sorted(shared, key=_id_order)), None)
    if roles.label_id is None:
        roles.problems.append(
            f"{one.origin} shares no id with the predictions; name its column with --label-id "
            "and theirs with --id"
        )
    roles.label = chosen(options.label, one, "--label")
    reason = "given"
    if roles.label is None:
        used = {roles.label_id, roles.label_timestamp, roles.label_loaded_at}
        rest = [name for name in names if name not in used and name not in times]
        reason = "its name"
        roles.label = next(iter(hints.by_name(rest, hints.LABEL, "label")), None)
        if roles.label is None and len(rest) == 1:
            roles.label, reason = rest[0], "the column left in the labels"
    if roles.label is None:
        roles.problems.append(f"no column of {one.origin} is clearly the label; say --label")
        return
    report.add("label", roles.label, reason, "--label")
    for key, column in (("labels.id", roles.label_id), ("labels.timestamp", roles.label_timestamp)):
        if column is not None:
            flag = "--label-id" if key == "labels.id" else "--label-timestamp"
            report.add(key, column, "its name", flag)


def _id_order(column: str) -> tuple[bool, bool]:
    return hints.snake(column) not in hints.ID, not hints.looks_like_id(column)


def _task(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    if options.task is not None:
        roles.task = options.task
        report.add("task", options.task, "given", "--task")
        return
    if isinstance(roles.score, dict):
        roles.task, reason = "multiclass", "a score for each class"
    elif roles.score is not None:
        roles.task, reason = "binary", "one score"
    elif roles.prediction is None:
        return
    elif _is_measure(inputs, roles.prediction):
        roles.task, reason = "regression", "the prediction is a measure"
    else:
        classes = set(inputs.values(roles.prediction) or ())
        if roles.label is not None and inputs.labels is None:
            classes |= set(inputs.values(roles.label) or ())
        roles.task = "binary" if len(classes) <= 2 else "multiclass"
        reason = f"{len(classes)} classes"
    report.add("task", roles.task, reason, "--task")


def _can_be_value(one: Input, column: str) -> bool:
    return one.by_name[column].kind != "other" and not one.is_time(column)


def _is_share(one: Input, column: str) -> bool:
    facts = one.facts[column]
    return one.by_name[column].is_numeric and facts.known > 0 and facts.low >= 0 and facts.high <= 1


def _is_flag(one: Input, column: str) -> bool:
    return _is_share(one, column) and one.facts[column].is_whole


def _is_measure(inputs: Inputs, column: str) -> bool:
    one = inputs.predictions
    if not one.by_name[column].is_numeric:
        return False
    return not one.facts[column].is_whole or one.facts[column].distinct > _MOST_CLASSES


def all_columns(columns: Iterable[str | None]) -> list[str]:
    """Return the columns that are not None."""
    return [column for column in columns if column is not None]
