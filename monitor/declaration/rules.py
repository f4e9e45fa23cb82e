"""What must hold between the keys of a declaration, and between declarations."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from monitor.declaration.constraints import constraint_findings
from monitor.declaration.drift import drift_findings
from monitor.declaration.multivariate import multivariate_findings
from monitor.declaration.places import Path
from monitor.declaration.problems import did_you_mean
from monitor.declaration.schema import (
    DERIVED_MEASURES,
    FEATURE_KINDS,
    NAME_PATTERN,
    ROLL_UPS,
    Declaration,
    ReferencePeriod,
    ReferenceRelation,
)
from monitor.project.nodes import node_names

Finding = tuple[Path, str]


def name_findings(name: object) -> Iterator[Finding]:
    """Check a monitor's name, which becomes part of dbt model names."""
    if not isinstance(name, str) or not re.fullmatch(NAME_PATTERN, name):
        yield (
            (),
            (
                "a monitor's name starts with a small letter and holds only small letters, "
                "digits and underscores; rename it"
            ),
        )
    elif name == "ml_monitor":
        yield (), "the name 'ml_monitor' is the package's own; choose another"


def declaration_findings(declaration: Declaration) -> Iterator[Finding]:
    """Check one declaration's keys against each other."""
    for rule in _RULES:
        yield from rule(declaration)


def collision_findings(declarations: Mapping[str, Declaration]) -> Iterator[tuple[str, Finding]]:
    """Check that the dbt models of all monitors have names of their own.

    Yields
    ------
    tuple of (str, Finding)
        The monitor, and what is wrong there.
    """
    owners: dict[str, str] = {}
    for name, declaration in declarations.items():
        for node in node_names(name, declaration.block):
            if owners.setdefault(node, name) != name:
                yield name, ((), f"its model {node} also belongs to '{owners[node]}'; rename one")
    for name, declaration in declarations.items():
        for path, relation in relations(declaration):
            owner = owners.get(relation)
            if owner is not None:
                yield name, (path, f"'{relation}' is a model of monitor '{owner}', not an input")


def relations(declaration: Declaration) -> Iterator[tuple[Path, str]]:
    """Name every relation that a declaration reads, with the key that names it."""
    yield ("predictions",), declaration.predictions
    if declaration.labels is not None and declaration.labels.relation is not None:
        yield ("labels", "relation"), declaration.labels.relation
    if isinstance(declaration.reference, ReferenceRelation):
        yield ("reference", "relation"), declaration.reference.relation


def _features(declaration: Declaration) -> Iterator[Finding]:
    roles: dict[str | None, str] = {
        declaration.id: "the id",
        declaration.timestamp: "the timestamp",
        declaration.loaded_at: "the loaded_at column",
        declaration.prediction: "the prediction",
        declaration.group: "the group",
        **dict.fromkeys(declaration.score_columns.values(), "a score"),
    }
    if declaration.labels is not None:
        roles[declaration.labels.label] = "the label"
    numeric = set(declaration.features.numeric)
    plain = {*declaration.features.numeric, *declaration.features.categorical}
    for kind in FEATURE_KINDS:
        columns: list[str] = getattr(declaration.features, kind)
        for index, column in enumerate(columns):
            path = ("features", kind, index)
            if column in roles:
                yield path, f"'{column}' is {roles[column]}, not a feature; take it out"
            if column in columns[:index]:
                yield path, f"'{column}' is listed twice; take one out"
            if kind == "categorical" and column in numeric:
                yield path, f"'{column}' is also numeric; keep it in one of the two lists"
            derived = {one for one, of in declaration.features.derived.items() if of == column}
            for name in sorted(derived & plain) if kind in DERIVED_MEASURES else ():
                yield path, f"its derived feature '{name}' has the name of another; rename that"


def _reference(declaration: Declaration) -> Iterator[Finding]:
    period = declaration.reference
    if not isinstance(period, ReferencePeriod):
        return
    if period.start >= period.end:
        yield (
            ("reference", "to"),
            f"{period.end} is not after from ({period.start}); the reference is empty",
        )
    for key, date in (("from", period.start), ("to", period.end)):
        if declaration.window == "week" and date.weekday() != 0:
            yield ("reference", key), f"{date} is not a Monday, where weekly windows begin"
        if declaration.window == "month" and date.day != 1:
            yield ("reference", key), f"{date} is not the 1st, where monthly windows begin"


def _roll_up(declaration: Declaration) -> Iterator[Finding]:
    window, seen = declaration.window, set[str]()
    allowed = ROLL_UPS[window]
    for index, grain in enumerate(declaration.roll_up):
        path = ("roll_up", index)
        if grain in seen:
            yield path, f"'{grain}' is listed twice; take one out"
        elif window == "week" and grain == "month":
            yield path, "a week may lie in two months; declare window: day to roll up to months"
        elif grain not in allowed:
            hint = f"allowed: {', '.join(allowed)}" if allowed else "take it out"
            yield path, f"'{grain}' is not longer than window: {window}; {hint}"
        seen.add(grain)


def _task(declaration: Declaration) -> Iterator[Finding]:
    score, task = declaration.score, declaration.task
    if task == "regression":
        if declaration.prediction is None:
            yield ("task",), "a regression needs 'prediction', the column of predicted values"
        if score is not None:
            yield ("score",), "a regression has no score; remove it"
    elif task == "ranking":
        yield from _ranking(declaration)
    elif score is None and declaration.prediction is None:
        yield ("task",), f"a {task} model needs 'score' or 'prediction'"
    if task == "binary" and isinstance(score, dict):
        yield ("score",), "a binary model has one score column, the positive class's probability"
    if task == "multiclass" and isinstance(score, str):
        yield ("score",), "a multiclass model has one score column a class: {class: column, …}"
    if isinstance(score, dict):
        if len(score) < 2:
            yield ("score",), "name the score columns of at least two classes"
        repeated = [column for column, times in Counter(score.values()).items() if times > 1]
        if repeated:
            yield ("score",), f"'{repeated[0]}' is the score of two classes"


def _ranking(declaration: Declaration) -> Iterator[Finding]:
    if declaration.group is None:
        yield (
            ("task",),
            "a ranking needs 'group', the column of the query that items are ranked for",
        )
    if declaration.score is None:
        yield ("task",), "a ranking needs 'score', the column that items are sorted by"
    elif isinstance(declaration.score, dict):
        yield ("score",), "a ranking has one score column, the greater the nearer to the top"
    if declaration.prediction is not None:
        yield ("prediction",), "a ranking has no prediction, 'score' says the order; remove it"
    if declaration.weights is not None:
        message = "a ranking has no weights, its metrics are means over queries; remove it"
        yield ("weights",), message


def _ranking_only(declaration: Declaration) -> Iterator[Finding]:
    if declaration.task == "ranking":
        return
    if declaration.group is not None:
        yield ("group",), f"only a ranking has a group, this is {declaration.task}; remove it"
    if declaration.k is not None:
        yield ("k",), f"only a ranking has a cut-off, this is {declaration.task}; remove it"


def _binary_only(declaration: Declaration) -> Iterator[Finding]:
    if declaration.positive is not None and declaration.task != "binary":
        yield ("positive",), f"only a binary model has a positive class, this is {declaration.task}"
    if declaration.threshold is not None:
        if declaration.task != "binary":
            yield ("threshold",), f"only a binary model has one, this is {declaration.task}"
        elif declaration.score is None:
            yield ("threshold",), "a threshold needs a 'score' to apply it to"
        elif declaration.prediction is not None:
            yield ("threshold",), "'prediction' already says the predicted class; keep one of them"


def _segments(declaration: Declaration) -> Iterator[Finding]:
    seen: dict[frozenset[str], int] = {}
    for index, segment in enumerate(declaration.segments):
        columns = [segment] if isinstance(segment, str) else segment
        path = ("segments", index)
        if isinstance(segment, list) and (len(columns) < 2 or len(set(columns)) < len(columns)):
            yield path, "a combination has at least two different columns"
        elif seen.setdefault(frozenset(columns), index) != index:
            yield path, f"the same segment as segments[{seen[frozenset(columns)]}]; take one out"


def _segment_search(declaration: Declaration) -> Iterator[Finding]:
    for key in ("segment_values", "find_segments"):
        is_written = key in declaration.model_fields_set and getattr(declaration, key)
        if is_written and not declaration.segments:
            message = "no segments are declared; name their columns under segments, or take it out"
            yield (key,), message
    if declaration.find_segments and isinstance(declaration.reference, ReferenceRelation):
        message = (
            "compares with the windows of the reference, and a relation of its own has none; "
            "give the reference from and to, or take it out"
        )
        yield ("find_segments",), message


def _thresholds(declaration: Declaration) -> Iterator[Finding]:
    if not declaration.thresholds:
        return
    tasks = _tasks_of_metrics()
    allowed = sorted(name for name, of in tasks.items() if declaration.task in of)
    for metric, limits in declaration.thresholds.items():
        path = ("thresholds", metric)
        if metric not in tasks:
            yield path, f"unknown metric '{metric}'; {did_you_mean(metric, allowed)}"
        elif declaration.task not in tasks[metric]:
            yield path, _of_other_tasks(metric, tasks[metric], declaration.task)
        # Whatever the metric's direction, both say how much worse than the reference it is.
        for key, limit in (("warn_at", limits.warn_at), ("alert_at", limits.alert_at)):
            message = _too_low(metric, limit)
            if message:
                yield (*path, key), message
        if limits.warn_at > limits.alert_at:
            message = (
                f"{limits.warn_at:g} lies beyond alert_at ({limits.alert_at:g}), so it would never "
                "warn; both say by how much the metric is worse than the reference, give the "
                "alert the greater"
            )
            yield (*path, "warn_at"), message


def _too_low(metric: str, limit: float) -> str | None:
    """Say what is wrong with a threshold that windows exceed which are as good as usual."""
    from monitor.registry import metrics

    is_distance = any(
        one.name == metric and one.direction == "higher_is_worse" and one.lower == 0
        for one in metrics()
    )
    if is_distance and limit <= 0:
        return (
            f"is {limit:g}, but '{metric}' is never below 0 and bad where it is high; give a "
            "number above 0"
        )
    if limit < 0:
        return f"is {limit:g}; it says by how much the metric is worse, so give 0 or more"
    return None


def _tasks_of_metrics() -> dict[str, set[str]]:
    from monitor.registry import metrics

    tasks: dict[str, set[str]] = {}
    for one in metrics():
        tasks.setdefault(one.name, set()).update(one.tasks)
    return tasks


def _of_other_tasks(metric: str, tasks: set[str], task: str) -> str:
    whose = " and ".join(sorted(tasks))
    return f"{whose} models have '{metric}', this is {task}; take it out"


def _limits(declaration: Declaration) -> Iterator[Finding]:
    limits = declaration.limits
    if limits.k is not None and limits.method != "reference_sd":
        yield (
            ("limits", "k"),
            f"method: {limits.method} has no k; remove it, or choose method: reference_sd",
        )
    declared = [[one] if isinstance(one, str) else one for one in declaration.segments]
    known = ["*".join(columns) for columns in declared]
    for index, segment in enumerate(limits.segments):
        columns = [segment] if isinstance(segment, str) else segment
        if set(columns) not in [set(one) for one in declared]:
            name = "*".join(columns)
            hint = did_you_mean(name, known) if known else "declare it under segments first"
            yield ("limits", "segments", index), f"'{name}' is not declared under segments; {hint}"


def _incidents(declaration: Declaration) -> Iterator[Finding]:
    for index, incident in enumerate(declaration.incidents):
        if incident.start >= incident.end:
            message = f"{incident.end} is not after from ({incident.start}); the incident is empty"
            yield ("incidents", index, "to"), message
    period = declaration.reference
    if isinstance(period, ReferencePeriod) and _are_all_known(declaration, period):
        message = (
            f"together they cover the whole reference, from {period.start} to {period.end}, so "
            "that no window teaches what is usual; shorten them, or choose another reference"
        )
        yield ("incidents",), message


def _are_all_known(declaration: Declaration, period: ReferencePeriod) -> bool:
    """Whether an incident lies in every window of the reference."""

    def spanned(start: datetime.date, end: datetime.date) -> tuple[int, int]:
        # the numbers of the first and of the last window of a period; a day stands for its hours
        last = end - datetime.timedelta(days=1)
        if declaration.window == "month":
            return start.year * 12 + start.month, last.year * 12 + last.month
        days = 7 if declaration.window == "week" else 1
        # ordinal 1 is a Monday
        return (start.toordinal() - 1) // days, (last.toordinal() - 1) // days

    if period.start >= period.end:
        return False
    unknown, last_unknown = spanned(period.start, period.end)
    known = [spanned(one.start, one.end) for one in declaration.incidents if one.start < one.end]
    for first, last in sorted(known):
        if first <= unknown:
            unknown = max(unknown, last + 1)
    return unknown > last_unknown


def _severity(declaration: Declaration) -> Iterator[Finding]:
    if not declaration.severity:
        return
    tasks = _tasks_of_metrics()
    declared = declaration.features
    features = [*declared.numeric, *declared.categorical, *declared.derived, *declared.embedding]
    known = [
        *features,
        "__score__",
        "__prediction__",
        "__label__",
        "__row__",
        "__joint__",
        "performance",
    ]
    known += [f"__attribution__{name}" for name in ("", *declaration.attributions)]
    known += [name for name, of in tasks.items() if declaration.task in of]
    for name in declaration.severity:
        if name not in known and name in tasks:
            yield ("severity", name), _of_other_tasks(name, tasks[name], declaration.task)
        elif name not in known:
            message = f"'{name}' is neither a feature nor a metric; {did_you_mean(name, known)}"
            yield ("severity", name), message


def _costs(declaration: Declaration) -> Iterator[Finding]:
    if declaration.costs is None:
        return
    if declaration.task != "binary":
        yield ("costs",), f"only a binary model has costs, this is {declaration.task}; remove them"
    elif not declaration.costs.model_fields_set:
        yield (
            ("costs",),
            "is empty; give at least one cost, such as {false_positive: 1, false_negative: 5}",
        )


def _effects(declaration: Declaration) -> Iterator[Finding]:
    if declaration.effects and declaration.labels is None:
        yield (
            ("effects",),
            "counts what came true by feature, which needs 'labels'; declare them, or take it out",
        )


_RULES: tuple[Callable[[Declaration], Iterator[Finding]], ...] = (
    _features,
    _reference,
    _roll_up,
    _task,
    _binary_only,
    _ranking_only,
    _segments,
    _segment_search,
    _thresholds,
    _limits,
    _incidents,
    _severity,
    _costs,
    drift_findings,
    constraint_findings,
    _effects,
    multivariate_findings,
)
