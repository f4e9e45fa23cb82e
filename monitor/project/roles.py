"""Infer which column of a prediction log plays which role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from monitor.declaration.problems import did_you_mean
from monitor.project import hints
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report

MOST_CLASSES = 20


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
    labelled_share: float = 1.0

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
    """Infer the roles that the predictions tell, taking what `options` says first.

    What cannot be found is a problem of the report, with the flag that says it.
    """
    roles = Roles()
    _timestamp(inputs, options, report, roles)
    _bookkeeping(inputs, options, report, roles)
    _outputs(inputs, options, report, roles)
    return roles


def chosen(given: str | None, one: Input, flag: str, report: Report) -> str | None:
    """Return a given column if the input has it; else the report has a problem."""
    if given is None or one.has(given):
        return given
    hint = did_you_mean(given, [column.name for column in one.columns])
    report.problems.append(f"{flag}: {one.origin} has no column '{given}'; {hint}")
    return None


def settled(
    key: str,
    given: str | None,
    candidates: list[str],
    one: Input,
    flag: str,
    report: Report,
    reason: str = "its name",
) -> str | None:
    """Return the given column, else the first candidate, and report which and why."""
    column = chosen(given, one, flag, report)
    if column is not None:
        reason = "given"
    elif candidates:
        column = candidates[0]
    if column is not None:
        report.add(key, column, reason, flag)
    return column


def free_columns(one: Input, roles: Roles) -> list[str]:
    """Return the columns that have no role yet."""
    return [column.name for column in one.columns if column.name not in roles.taken()]


def _timestamp(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    given = chosen(options.timestamp, one, "--timestamp", report)
    if given is not None:
        if not one.is_time(given):
            example = one.facts[given].low
            report.problems.append(
                f"--timestamp: '{given}' of {one.origin} holds '{example}', which is no time; "
                "write times as 2026-01-31 12:00:00 or name another column"
            )
            return
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
    if options.timestamp is None:
        report.problems.append(
            f"{one.origin}: no column holds the time of the prediction; say it with --timestamp"
        )


def _bookkeeping(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    times = [name for name in free_columns(one, roles) if one.is_time(name)]
    named = hints.by_name(times, hints.LOADED_AT)
    flag = "--loaded-at"
    roles.loaded_at = settled("loaded_at", options.loaded_at, named, one, flag, report)
    candidates = [
        name
        for name in hints.by_name(free_columns(one, roles), hints.VERSION)
        if 0 < one.facts[name].distinct <= MOST_CLASSES and not one.is_time(name)
    ]
    flag = "--version-column"
    roles.version = settled("version", options.version_column, candidates, one, flag, report)


def _outputs(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    roles.prediction = chosen(options.prediction, one, "--prediction", report)
    roles.score = _given_score(options, one, report)
    reason = "given"
    if roles.prediction is None:
        names = [name for name in free_columns(one, roles) if can_be_value(one, name)]
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
    is_given = options.score or options.prediction is not None
    if roles.score is None and roles.prediction is None and not is_given:
        report.problems.append(
            f"{one.origin}: no column holds a score or a prediction; "
            "say one with --score or --prediction"
        )


def _given_score(options: InitOptions, one: Input, report: Report) -> str | dict[Any, str] | None:
    if not options.score:
        return None
    if len(options.score) == 1 and (one.has(options.score[0]) or "=" not in options.score[0]):
        return chosen(options.score[0], one, "--score", report)
    by_class: dict[Any, str] = {}
    for part in options.score:
        for pair in [part] if one.has(part.partition("=")[2]) else part.split(","):
            name, _, column = pair.partition("=")
            found = chosen(column.strip(), one, "--score", report)
            if found is not None:
                by_class[name.strip()] = found
    return by_class


def _infer_score(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    shares = [name for name in free_columns(one, roles) if _is_share(one, name)]
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


def infer_task(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    """Choose the task by the score, the prediction and the label."""
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


def can_be_value(one: Input, column: str) -> bool:
    """Say whether a column can hold classes or measures."""
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
    return not one.facts[column].is_whole or one.facts[column].distinct > MOST_CLASSES
