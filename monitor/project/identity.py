"""Choose the column that tells predictions apart, or make one from the row order."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.project import hints
from monitor.project.errors import MonitorError
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles, chosen

_MOSTLY = 0.5


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
        A table has no id: its rows have no order.
    """
    one = inputs.predictions
    if options.id is not None or roles.id is not None:
        name = roles.id or chosen(options.id, one, "--id", report) or ""
        reason = "given" if options.id is not None else "the labels have it"
        report.add("id", name, reason, "--id")
        return Identity(name, False)
    named = _candidates(one, roles)
    unique = [name for name in named if one.repeats(_keys(one, name, roles)) == 0]
    mostly = [
        name for name in named if hints.looks_like_id(name) and one.distinct_share(name) >= _MOSTLY
    ]
    for found, reason in ((unique, "its name, and no value twice"), (mostly, "its name")):
        if found:
            report.add("id", found[0], reason, "--id")
            return Identity(found[0], False)
    if any(source.row_number is None for source in inputs.scored):
        raise MonitorError(
            f"{one.origin}: no column is a unique id, and a table's rows have no order; "
            "name one with --id"
        )
    name = free_name("row_id", [c.name for source in inputs.scored for c in source.columns])
    report.add("id", name, "no id column: the order of the rows becomes the id", "--id")
    return Identity(name, True)


def note_repeats(
    inputs: Inputs, report: Report, roles: Roles, identity: Identity, is_stacked: bool
) -> None:
    """Say where an id is not unique, for of several predictions with one id the last is used.

    Parameters
    ----------
    is_stacked : bool
        Whether the reference's rows become predictions, too.
    """
    if identity.is_row_order:
        return
    column = identity.column
    sources = inputs.scored if is_stacked else [inputs.predictions]
    for one in sources:
        n = one.repeats(_keys(one, column, roles))
        if n:
            report.notes.append(
                f"'{column}' is not unique in {one.origin}: {n:,} of {one.rows:,} rows repeat one "
                "or have none; of several predictions with one id the last is used."
            )
    if len(sources) > 1 and _overlaps(sources[0], sources[1], column, roles):
        report.notes.append(
            f"{sources[1].origin} and {sources[0].origin} share values of '{column}'; "
            "of several predictions with one id the last is used."
        )


def free_name(wanted: str, taken: list[str]) -> str:
    """Return `wanted`, with underscores where a column already bears it in any case."""
    lowered = {name.lower() for name in taken}
    while wanted.lower() in lowered:
        wanted += "_"
    return wanted


def _candidates(one: Input, roles: Roles) -> list[str]:
    free = [
        column.name
        for column in one.columns
        if column.name not in roles.taken()
        and column.kind in ("integer", "text")
        and not one.is_time(column.name)
        and one.facts[column.name].known > 0
    ]
    named = hints.by_name(free, hints.ID)
    return named + [name for name in free if name not in named and hints.may_be_id(name)]


def _keys(one: Input, column: str, roles: Roles) -> list[str]:
    return [column] + ([roles.version] if roles.version and one.has(roles.version) else [])


def _overlaps(first: Input, second: Input, column: str, roles: Roles) -> bool:
    keys = [key for key in _keys(first, column, roles) if second.has(key)]
    listed = ", ".join(f"cast({first.quote(key)} as varchar)" for key in keys)
    ((n,),) = first.query(
        f"select count(*) from (select {listed} from {first.relation} "
        f"intersect select {listed} from {second.relation}) as shared"
    )
    return int(n) > 0
