"""Choose the column that tells predictions apart, or make one from the row order."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.project import hints
from monitor.project.errors import MonitorError
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles, chosen


@dataclass(frozen=True)
class Identity:
    """The id column, and whether staging makes it by numbering the rows."""

    column: str
    is_row_order: bool


def infer_identity(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> Identity:
    """Choose the id; without one, number the rows of a file.

    Raises
    ------
    MonitorError
        Labels need an id that nobody has, or a table has no id (its rows have no order).
    """
    one = inputs.predictions
    given = chosen(options.id, one, "--id")
    if given is not None:
        report.add("id", given, "given", "--id")
        if not _is_unique(inputs, roles, given):
            report.notes.append(
                f"'{given}' is not unique: of several predictions with one id the last is used."
            )
        return Identity(given, False)
    for name in _candidates(inputs, roles):
        if _is_unique(inputs, roles, name):
            report.add("id", name, "its name, and no value twice", "--id")
            return Identity(name, False)
    if inputs.labels is not None:
        raise MonitorError(
            f"{one.origin}: no column that {inputs.labels.origin} also has is unique; "
            "name the predictions' id with --id"
        )
    if any(source.row_number is None for source in inputs.scored):
        raise MonitorError(
            f"{one.origin}: no column is a unique id, and a table's rows have no order; "
            "name one with --id"
        )
    name = free_name("row_id", [c.name for source in inputs.scored for c in source.columns])
    report.add("id", name, "no id column: the order of the rows becomes the id", "--id")
    return Identity(name, True)


def free_name(wanted: str, taken: list[str]) -> str:
    """Return `wanted`, with underscores where a column already bears it in any case."""
    lowered = {name.lower() for name in taken}
    while wanted.lower() in lowered:
        wanted += "_"
    return wanted


def _candidates(inputs: Inputs, roles: Roles) -> list[str]:
    one = inputs.predictions
    if inputs.labels is not None:
        return [roles.label_id] if roles.label_id is not None and one.has(roles.label_id) else []
    free = [
        column.name
        for column in one.columns
        if column.name not in roles.taken()
        and column.kind in ("integer", "text")
        and not one.is_time(column.name)
        and one.facts[column.name].known > 0
    ]
    named = hints.by_name(free, hints.ID)
    return named + [name for name in free if name not in named and hints.looks_like_id(name)]


def _is_unique(inputs: Inputs, roles: Roles, column: str) -> bool:
    """Say whether the id is unique (with the version) in each input and between them."""
    keys = [column] + ([roles.version] if roles.version is not None else [])
    for source in inputs.scored:
        if not source.has(column):
            return False
        if not source.is_unique([key for key in keys if source.has(key)]):
            return False
    first, second = inputs.predictions, inputs.reference
    if second is None or first.query is second.query:
        return True
    if first.row_number is None:
        return True
    left = first.quote(column)
    overlap = first.query(
        f"select count(*) from (select cast({left} as varchar) as value from {first.relation} "
        f"intersect select cast({left} as varchar) from {second.relation}) as shared"
    )
    return int(overlap[0][0]) == 0 or roles.version is not None
