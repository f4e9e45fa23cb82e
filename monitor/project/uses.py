"""The columns that a declaration reads, and what each must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.declaration import Declaration, ReferenceRelation
from monitor.declaration.places import Path
from monitor.declaration.schema import FEATURE_KINDS

NUMBER = "a number"
RELEVANCE = "a number or a boolean"
TIME = "a time"
SEGMENT = "a segment"


@dataclass(frozen=True)
class Use:
    """A column that a declaration names, and what it must hold.

    Attributes
    ----------
    path : tuple
        The key that names it.
    column : str
    wanted : str or None
        `NUMBER`, `RELEVANCE`, `TIME`, `SEGMENT`, a kind of feature or anything.
    is_optional : bool
        The relation may lack it: a training set need not hold scores or labels.
    """

    path: Path
    column: str
    wanted: str | None = None
    is_optional: bool = False


def uses(declaration: Declaration) -> dict[str, list[Use]]:
    """Return the columns that a declaration reads, by relation."""
    features = list(_features(declaration))
    judged = list(_judged(declaration))
    found = {declaration.predictions: [*_log(declaration), *features, *judged]}
    labels = declaration.labels
    label: list[Use] = []
    if labels is not None:
        measure = {"regression": NUMBER, "ranking": RELEVANCE}.get(declaration.task)
        label = [Use(("labels", "label"), labels.label, measure)]
        key = [Use(("labels", "id"), declaration.label_id)] if labels.relation is not None else []
        times = [
            Use(("labels", name), column, TIME)
            for name, column in (("timestamp", labels.timestamp), ("loaded_at", labels.loaded_at))
            if column is not None
        ]
        relation = labels.relation or declaration.predictions
        found.setdefault(relation, []).extend([*key, *label, *times])
    if isinstance(declaration.reference, ReferenceRelation):
        optional = [replace(use, is_optional=True) for use in (*judged, *label)]
        # the age of a date is that at its prediction
        times = (
            [Use(("timestamp",), declaration.timestamp, TIME)] if declaration.features.date else []
        )
        found.setdefault(declaration.reference.relation, []).extend([*features, *optional, *times])
    return found


def _log(declaration: Declaration) -> Iterator[Use]:
    yield Use(("id",), declaration.id)
    yield Use(("timestamp",), declaration.timestamp, TIME)
    if declaration.loaded_at is not None:
        yield Use(("loaded_at",), declaration.loaded_at, TIME)
    if declaration.version is not None:
        yield Use(("version",), declaration.version)


def _features(declaration: Declaration) -> Iterator[Use]:
    for kind in FEATURE_KINDS:
        for index, column in enumerate(getattr(declaration.features, kind)):
            yield Use(("features", kind, index), column, kind)


def _judged(declaration: Declaration) -> Iterator[Use]:
    for class_name, column in declaration.score_columns.items():
        path: Path = ("score",) if class_name is None else ("score", class_name)
        yield Use(path, column, NUMBER)
    if declaration.prediction is not None:
        is_number = declaration.task == "regression"
        yield Use(("prediction",), declaration.prediction, NUMBER if is_number else None)
    if declaration.weights is not None:
        yield Use(("weights",), declaration.weights, NUMBER)
    if declaration.group is not None:
        yield Use(("group",), declaration.group)
    for feature, column in declaration.attributions.items():
        yield Use(("attributions", feature), column, NUMBER)
    if declaration.entity is not None:
        yield Use(("entity",), declaration.entity)
    for index, segment in enumerate(declaration.segments):
        for column in [segment] if isinstance(segment, str) else segment:
            yield Use(("segments", index), column, SEGMENT)
    for column in declaration.protected:
        yield Use(("protected", column), column)
