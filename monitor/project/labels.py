"""Find the label: a column of the predictions, or of an input of its own."""

from __future__ import annotations

from monitor.project import hints
from monitor.project.inputs import Input
from monitor.project.keys import infer_keys
from monitor.project.options import InitOptions, Report
from monitor.project.roles import (
    MOST_CLASSES,
    Inputs,
    Roles,
    can_be_value,
    chosen,
    free_columns,
    settled,
)

_LEAST_KAPPA = 0.2


def infer_label(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> None:
    """Choose the label, and by what it belongs to a prediction."""
    if inputs.labels is not None:
        _label_of_labels(inputs.labels, inputs, options, report, roles)
        return
    one = inputs.predictions
    if options.label is not None:
        roles.label = chosen(options.label, one, "--label", report)
        report.add("label", options.label, "given", "--label")
    else:
        _label_of_predictions(inputs, report, roles)
    if roles.label is not None:
        facts = one.facts[roles.label]
        roles.labelled_share = facts.known / facts.rows


def _label_of_predictions(inputs: Inputs, report: Report, roles: Roles) -> None:
    one = inputs.predictions
    names = [name for name in free_columns(one, roles) if can_be_value(one, name)]
    found = hints.by_name(names, hints.LABEL, "label")
    if found:
        roles.label = found[0]
        report.add("label", found[0], "its name", "--label")
        return
    alike = _like_prediction(inputs, roles, names)
    if alike is None:
        report.notes.append(
            "No label was found, so performance stays unknown; name one with --label or --labels."
        )
        return
    roles.label, kappa = alike
    reason = f"holds the prediction's classes and agrees with it (kappa {kappa:.2f})"
    report.add("label", roles.label, reason, "--label")


def _like_prediction(inputs: Inputs, roles: Roles, names: list[str]) -> tuple[str, float] | None:
    """Return the column of the prediction's classes that agrees with it most."""
    one, prediction = inputs.predictions, roles.prediction
    classes = inputs.values(prediction) if prediction is not None else None
    if prediction is None or not classes or not 2 <= len(classes) <= MOST_CLASSES:
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
    infer_keys(inputs, options, report, roles)
    names = [column.name for column in one.columns]
    times = [name for name in names if one.is_time(name)]
    named = hints.by_name(times, hints.LOADED_AT)
    roles.label_loaded_at = settled(
        "labels.loaded_at", options.label_loaded_at, named, one, "--label-loaded-at", report
    )
    times = [name for name in times if name != roles.label_loaded_at]
    named = hints.by_name(times, (*hints.LABEL_TIMESTAMP, *hints.TIMESTAMP))
    sole = times if len(times) == 1 else []
    roles.label_timestamp = settled(
        *("labels.timestamp", options.label_timestamp, named or sole, one),
        *("--label-timestamp", report, "its name" if named else "the labels' one column of times"),
    )
    roles.label = chosen(options.label, one, "--label", report)
    reason = "given"
    if options.label is None:
        used = {roles.label_id, roles.label_timestamp, roles.label_loaded_at}
        rest = [name for name in names if name not in used and not one.is_time(name)]
        reason = "its name"
        roles.label = next(iter(hints.by_name(rest, hints.LABEL, "label")), None)
        if roles.label is None and len(rest) == 1:
            roles.label, reason = rest[0], "the column left in the labels"
        if roles.label is None and roles.label_id is not None:
            report.problems.append(f"{one.origin}: no column is clearly the label; say --label")
    if roles.label is not None:
        report.add("label", roles.label, reason, "--label")
