"""Find the columns by which labels and predictions belong together, from their values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from monitor.project import hints, matches
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles, chosen

_SAMPLE_ROWS = 50_000
_LEAST_MERIT = 0.005
_FOR_THE_NAME = 0.15
# `prediction_id` of the labels rather than their own `id`.
_FOR_A_FOREIGN_KEY = 0.3
# Counters of two tables share values by chance.
_FOR_NUMBERS_OF_TWO_NAMES = 0.1


@dataclass(frozen=True)
class Pair:
    """A column of the labels and one of the predictions.

    Attributes
    ----------
    label_id, id : str
    share : float
        Share of labels whose id is a prediction's.
    merit : float
        Greater for the likelier pair.
    """

    label_id: str
    id: str
    share: float
    merit: float


def infer_keys(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    """Choose the id of predictions and that of labels, which are an input of their own."""
    labels, predictions = inputs.labels, inputs.predictions
    if labels is None:
        return
    given_id = chosen(options.id, predictions, "--id", report)
    given_label_id = chosen(options.label_id, labels, "--label-id", report)
    taken = roles.taken() | {given_id or ""}
    free = [name for name in _ids(predictions) if name not in taken]
    values = {options.label, *hints.by_name([c.name for c in labels.columns], hints.LABEL, "label")}
    lefts = [given_label_id] if given_label_id else [n for n in _ids(labels) if n not in values]
    rights = [given_id] if given_id else free
    pairs = [
        _pair(labels, left, predictions, right)
        for left, right in product(lefts, rights)
        if matches.can_match(labels.by_name[left], predictions.by_name[right])
        # Columns of a few values, as most features are, need no look.
        and (
            right == given_id
            or hints.snake(left) == hints.snake(right)
            or predictions.distinct_share(right) >= _LEAST_MERIT
        )
    ]
    best = max(pairs, key=lambda pair: pair.merit, default=None)
    is_given = given_id is not None and given_label_id is not None
    if best is None or (best.merit < _LEAST_MERIT and not is_given):
        if not report.problems:
            report.problems.append(
                f"{labels.origin}: no column shares values with an id of {predictions.origin}; "
                "name its id with --label-id and the predictions' with --id"
            )
        return
    roles.label_id, roles.id = best.label_id, best.id
    reason = "given" if given_label_id else f"{best.share:.0%} of its values are ids of predictions"
    report.add("labels.id", best.label_id, reason, "--label-id")
    if best.share == 0:
        report.notes.append(
            f"No label belongs to any prediction: '{best.label_id}' of {labels.origin} and "
            f"'{best.id}' of {predictions.origin} have no value in common."
        )
    else:
        key, other = _key(labels, best.label_id), _key(predictions, best.id)
        roles.labelled_share = matches.matched_share(predictions.query, other, key)


def _ids(one: Input) -> list[str]:
    """Columns that can be an id: whole numbers and texts, never times."""
    return [
        column.name
        for column in one.columns
        if (column.kind in ("integer", "text") or one.facts[column.name].is_whole)
        and not one.is_time(column.name)
        and one.facts[column.name].known > 0
    ]


def _key(one: Input, column: str) -> tuple[str, str]:
    return one.relation, matches.as_id(one.quote(column), one.by_name[column])


def _pair(labels: Input, left: str, predictions: Input, right: str) -> Pair:
    relation, key = _key(labels, left)
    sample = f"(select * from {relation} limit {_SAMPLE_ROWS}) as sample"
    share = matches.matched_share(predictions.query, (sample, key), _key(predictions, right))
    share = 0.0 if math.isnan(share) else share
    merit = share * predictions.distinct_share(right)
    names = hints.snake(left), hints.snake(right)
    is_id = hints.looks_like_id(left)
    if share and names[0] in hints.ID and names[1] == "id" and names[0] != "id":
        merit += _FOR_A_FOREIGN_KEY
    elif names[0] == names[1]:
        # Without a match the name is all there is to go by.
        merit += _FOR_THE_NAME * is_id if share else 2 * _LEAST_MERIT * (1 + is_id)
    elif labels.by_name[left].kind != "text" or predictions.by_name[right].kind != "text":
        merit *= _FOR_NUMBERS_OF_TWO_NAMES
    return Pair(left, right, share, merit)
