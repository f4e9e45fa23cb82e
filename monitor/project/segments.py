"""How many segments a declaration would make, counted in the warehouse."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.declaration import Declaration, ReferencePeriod
from monitor.declaration.rules import Finding
from monitor.project.matches import Rows
from monitor.registry import segment_limits


@dataclass(frozen=True)
class ReferenceRows:
    """Where the rows of a reference are.

    Attributes
    ----------
    rows : callable
        Runs a query.
    relation : str
        As SQL.
    columns : mapping of str to str
        SQL of each segment column that the relation has.
    condition : str
        Which rows belong to the reference.
    window : str
        SQL of the start of a row's window.
    """

    rows: Rows
    relation: str
    columns: Mapping[str, str]
    condition: str
    window: str


def segment_findings(declared: Declaration, reference: ReferenceRows) -> Iterator[Finding]:
    """Say which segments would make more values than a profile should hold.

    The same estimate as the macro `check_segment_budget`: values that are kept, of the columns of
    a combination multiplied.
    """
    limits = segment_limits()
    sizes = {column: _size(declared, reference, column) for column in reference.columns}
    together, is_over = 0, False
    advice = f"lower segment_values, which is {declared.segment_values}, or take a"
    for index, segment in enumerate(declared.segments):
        columns = [segment] if isinstance(segment, str) else segment
        counted = [sizes.get(column, 1) for column in columns]
        product = math.prod(counted)
        together += product
        if product > limits["of_combination"]:
            is_over = True
            factors = [f"{column}: {n}" for column, n in zip(columns, counted, strict=True)]
            message = (
                f"'{'*'.join(columns)}' makes about {product:,} segments ({', '.join(factors)}), "
                f"at most {limits['of_combination']:,} are allowed; {advice} column out"
            )
            yield ("segments", index), message
    if together > limits["together"] and not is_over:
        message = (
            f"together they make about {together:,} segments, at most {limits['together']:,} are "
            f"allowed; {advice} segment out"
        )
        yield ("segments",), message
    if declared.find_segments and math.prod(sizes.values()) > limits["cells"]:
        cells = _cells(reference)
        if cells > limits["cells"]:
            message = (
                f"the {len(sizes)} segment columns ({', '.join(sizes)}) make {cells:,} "
                f"combinations in one window, at most {limits['cells']:,} are searched; "
                f"{advice} column out of segments"
            )
            yield ("find_segments",), message


def period_of(declared: Declaration, moment: str | None) -> tuple[str, str]:
    """Return the condition that a row belongs to the reference, and its window, as SQL.

    Parameters
    ----------
    declared : Declaration
    moment : str or None
        SQL of a prediction's time; None where the reference is a relation of its own.
    """
    period = declared.reference
    if moment is None or not isinstance(period, ReferencePeriod):
        return "1 = 1", "null"
    time = f"cast({moment} as timestamp)"
    return (
        f"{time} >= timestamp '{period.start}' and {time} < timestamp '{period.end}'",
        f"date_trunc('{declared.window}', {time})",
    )


def _size(declared: Declaration, reference: ReferenceRows, column: str) -> int:
    limits = segment_limits()
    is_number = column in declared.features.numeric
    enough = max(declared.segment_values, limits["plain_numbers"]) + 1
    sql = reference.columns[column]
    counted = reference.rows(
        f"select count(*) from (select distinct {sql} from {reference.relation} "
        f"where {reference.condition} and {sql} is not null limit {enough}) as found"
    )
    values = int(counted[0][0])
    if is_number and values > limits["plain_numbers"]:
        return limits["bands"]
    return max(1, min(values, declared.segment_values + 1))


def _cells(reference: ReferenceRows) -> int:
    columns: Sequence[str] = list(reference.columns.values())
    counted = reference.rows(
        "select max(cells) from (select found_window, count(*) as cells from "
        f"(select distinct {reference.window} as found_window, {', '.join(columns)} "
        f"from {reference.relation} where {reference.condition}) as found "
        "group by found_window) as windows"
    )
    return int(counted[0][0] or 0)
