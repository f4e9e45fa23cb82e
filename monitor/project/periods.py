"""Choose windows and the reference period from the times in the data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from monitor.declaration.schema import MIN_ROWS, WINDOWS
from monitor.project.errors import MonitorError
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles

# Rows a window and windows, the better first.
_ENOUGH = ((1_000, 10), (2 * MIN_ROWS, 3), (MIN_ROWS, 2))
_REFERENCE_SHARE = 0.3
_HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Periods:
    """Windows and reference; `start` and `end` are None where it is a relation of its own."""

    window: str
    start: datetime.date | None
    end: datetime.date | None


def floor_date(date: datetime.date, window: str) -> datetime.date:
    """Return the window border at or before a date.

    Examples
    --------
    >>> floor_date(datetime.date(2026, 1, 7), "week")
    datetime.date(2026, 1, 5)
    """
    if window == "week":
        return date - datetime.timedelta(days=date.weekday())
    return date.replace(day=1) if window == "month" else date


def next_date(date: datetime.date, window: str) -> datetime.date:
    """Return the first window border after a date, at least a day later."""
    border = floor_date(date, window)
    if window == "month":
        return (border.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    return border + datetime.timedelta(days=7 if window == "week" else 1)


def count_windows(start: datetime.datetime, end: datetime.datetime, window: str) -> int:
    """Return how many windows the times from `start` to `end` touch."""
    if window == "hour":
        return int((end - start) / _HOUR) + 1
    first, last = floor_date(start.date(), window), floor_date(end.date(), window)
    if window == "month":
        return (last.year - first.year) * 12 + last.month - first.month + 1
    return (last - first).days // (7 if window == "week" else 1) + 1


def choose_window(start: datetime.datetime, end: datetime.datetime, rows: int) -> str:
    """Return the finest window that has enough rows in enough windows.

    Plenty of both if possible, else what can be judged at all; where no window has as many rows
    as a verdict needs, the coarsest of which there are two.

    Parameters
    ----------
    start, end : datetime.datetime
        First and last time of the reference.
    rows : int
        Its rows; where there are labels, its labelled rows.

    Examples
    --------
    >>> first, last = datetime.datetime(2026, 1, 5), datetime.datetime(2026, 2, 1)
    >>> [choose_window(first, last, rows) for rows in (50_000, 2_000, 300)]
    ['day', 'week', 'month']
    """
    counts = {window: count_windows(start, end, window) for window in WINDOWS}
    for least_rows, least_windows in _ENOUGH:
        enough = [
            window for window, n in counts.items() if n >= least_windows and rows / n >= least_rows
        ]
        if enough == ["hour"] and counts["day"] >= least_windows:
            return "day"
        if enough:
            return enough[0]
    return [window for window, n in counts.items() if n >= 2 or window == "hour"][-1]


def infer_periods(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> Periods:
    """Choose the window and the reference.

    Raises
    ------
    MonitorError
        The predictions hold no times.
    """
    one, reference = inputs.predictions, inputs.reference
    column = str(roles.timestamp)
    times = one.time_range(column)
    if times is None:
        raise MonitorError(f"{one.origin}: '{column}' holds no times, so it cannot be --timestamp")
    if reference is not None and options.reference_from is None and options.reference_to is None:
        return _with_reference_input(one, reference, times, roles, options, report)
    rows = one.rows
    first, last = times
    if reference is not None and reference.has(column):
        before = reference.time_range(column)
        if before is not None:
            first, rows = min(first, before[0]), rows + reference.rows
    cut = first + (last - first) * _REFERENCE_SHARE
    if options.reference_to is not None:
        cut = datetime.datetime.combine(options.reference_to, datetime.time()) - _HOUR
    labelled = int(rows * _REFERENCE_SHARE * roles.labelled_share)
    window = options.window or choose_window(first, max(first, cut), labelled)
    start = options.reference_from or floor_date(first.date(), window)
    end = options.reference_to or floor_date(cut.date(), window)
    if options.reference_to is None and end <= start:
        end = next_date(start, window)
    is_given = options.reference_from is not None and options.reference_to is not None
    why = "given" if is_given else "the first windows of the data, about a third"
    _say(report, Periods(window, start, end), options, first, why)
    if end > last.date() and end > first.date():
        report.notes.append(
            "The reference covers all rows, so nothing is judged yet; add later predictions."
        )
    return Periods(window, start, end)


def _with_reference_input(
    one: Input,
    reference: Input,
    times: tuple[datetime.datetime, datetime.datetime],
    roles: Roles,
    options: InitOptions,
    report: Report,
) -> Periods:
    column = str(roles.timestamp)
    before = None
    if reference.has(column) and reference.is_time(column):
        before = reference.time_range(column)
    why = "no times in it" if before is None else "its times are not before the predictions"
    has_ids = not one.has(roles.id) or reference.has(roles.id)
    if before is not None and before[1] <= times[0] and has_ids:
        labelled = int(reference.rows * roles.labelled_share)
        window = options.window or choose_window(before[0], before[1], labelled)
        for candidate in dict.fromkeys((window, "day") if options.window is None else (window,)):
            start = floor_date(before[0].date(), candidate)
            end = floor_date(times[0].date(), candidate)
            if start < end:
                why = f"{reference.origin} comes before {one.origin}: its rows come first"
                periods = Periods(candidate, start, end)
                _say(report, periods, options, before[0], why)
                return periods
    if before is not None and not has_ids:
        why = f"it has no column '{roles.id}'"
    window = options.window or choose_window(*times, int(one.rows * roles.labelled_share))
    _say(report, Periods(window, None, None), options, times[0], f"{reference.origin}: {why}")
    return Periods(window, None, None)


def note_few_rows(one: Input, report: Report, roles: Roles, periods: Periods) -> None:
    """Say where the predictions' windows have fewer rows than a verdict needs."""
    times = one.time_range(str(roles.timestamp))
    windows = count_windows(*times, periods.window) if times is not None else 1
    rows = int(one.rows * roles.labelled_share)
    if rows < MIN_ROWS * windows:
        what = "predictions" if roles.label is None else "labelled predictions"
        report.notes.append(
            f"A {periods.window} has about {rows // windows:,} {what}, fewer than the {MIN_ROWS} "
            "that a verdict needs: choose a longer --window, or set min_rows in dbt_project.yml."
        )


def _say(
    report: Report,
    periods: Periods,
    options: InitOptions,
    first: datetime.datetime,
    why: str,
) -> None:
    if periods.start is None or periods.end is None:
        report.add("reference", "a relation of its own", why, "--reference-from, --reference-to")
        report.add("window", periods.window, _why_window(options), "--window")
        return
    shown = f"{periods.start} to {periods.end}"
    report.add("reference", shown, why, "--reference-from, --reference-to")
    last = datetime.datetime.combine(periods.end, datetime.time()) - _HOUR
    number = count_windows(min(first, last), last, periods.window)
    reason = _why_window(options)
    if reason != "given":
        reason = f"{number} windows in the reference"
    report.add("window", periods.window, reason, "--window")


def _why_window(options: InitOptions) -> str:
    return "given" if options.window is not None else "rows a window"
