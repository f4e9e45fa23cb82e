"""Choose windows and the reference period from the times in the data."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from monitor.project.errors import MonitorError
from monitor.project.inputs import Input
from monitor.project.options import InitOptions, Report
from monitor.project.roles import Inputs, Roles

_ENOUGH_ROWS = 1_000
_ENOUGH_WINDOWS = 10
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
    """Return the finest window with enough rows that leaves the reference enough windows.

    Where no window has enough rows, the coarsest that still gives 10 windows; where even hours
    give fewer, the finest that has at least two.
    """
    counts = {w: count_windows(start, end, w) for w in ("hour", "day", "week", "month")}
    many = [window for window, n in counts.items() if n >= _ENOUGH_WINDOWS]
    full = [window for window in many if rows / counts[window] >= _ENOUGH_ROWS]
    if full:
        return "day" if full == ["hour"] and counts["day"] >= _ENOUGH_WINDOWS else full[0]
    return many[-1] if many else "hour"


def infer_periods(inputs: Inputs, options: InitOptions, report: Report, roles: Roles) -> Periods:
    """Choose the window and the reference."""
    one, reference = inputs.predictions, inputs.reference
    column = str(roles.timestamp)
    times = one.time_range(column)
    if times is None:
        raise MonitorError(f"{one.origin}: '{column}' holds no times, so it cannot be --timestamp")
    if reference is not None and options.reference_from is None and options.reference_to is None:
        return _with_reference_input(one, reference, times, column, options, report)
    rows = one.rows
    first, last = times
    if reference is not None and reference.has(column):
        before = reference.time_range(column)
        if before is not None:
            first, rows = min(first, before[0]), rows + reference.rows
    cut = first + (last - first) * _REFERENCE_SHARE
    if options.reference_to is not None:
        cut = datetime.datetime.combine(options.reference_to, datetime.time()) - _HOUR
    window = options.window or choose_window(first, max(first, cut), int(rows * _REFERENCE_SHARE))
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
    column: str,
    options: InitOptions,
    report: Report,
) -> Periods:
    before = None
    if reference.has(column) and reference.is_time(column):
        before = reference.time_range(column)
    if before is not None and before[1] <= times[0]:
        window = options.window or choose_window(before[0], before[1], reference.rows)
        for candidate in dict.fromkeys((window, "day") if options.window is None else (window,)):
            start = floor_date(before[0].date(), candidate)
            end = floor_date(times[0].date(), candidate)
            if start < end:
                why = f"{reference.origin} comes before {one.origin}: its rows come first"
                periods = Periods(candidate, start, end)
                _say(report, periods, options, before[0], why)
                return periods
    window = options.window or choose_window(times[0], times[1], one.rows)
    why = "no times in it" if before is None else "its times are not before the predictions"
    _say(report, Periods(window, None, None), options, times[0], f"{reference.origin}: {why}")
    return Periods(window, None, None)


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
