"""When rows happen: days of the simulation, timestamps in them, events that act by day."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from monitor.demo.draws import Booleans, Floats, Integers, normal, uniform
from monitor.demo.truth import END, FIRST_DAY, Event

Instants = npt.NDArray[np.datetime64]

DAYS = (END - FIRST_DAY).days
SECONDS_PER_DAY = 86_400
OPENING_HOUR, CLOSING_HOUR = 6, 23
DAY_TO_DAY_SD = 0.03


def day_number(on: date) -> int:
    """Count the days from the first day of the data to `on`."""
    return (on - FIRST_DAY).days


def arrivals(stream: str, rows_by_weekday: Sequence[int]) -> tuple[Integers, Instants]:
    """Draw the timestamps of a story's predictions.

    Parameters
    ----------
    stream : str
        The story's stream.
    rows_by_weekday : sequence of int
        Mean rows a day, Monday first, seven numbers.

    Returns
    -------
    day : numpy.ndarray
        Day number of each row, ascending.
    timestamp : numpy.ndarray
        When the prediction was made, ascending, ``datetime64[us]``.
    """
    weekdays = (np.arange(DAYS) + FIRST_DAY.weekday()) % 7
    volume = 1.0 + DAY_TO_DAY_SD * normal(f"{stream}.volume", DAYS)
    rows = np.rint(np.asarray(rows_by_weekday)[weekdays] * volume).astype(np.int64)
    day = np.repeat(np.arange(DAYS), rows)
    opening, closing = OPENING_HOUR * 3600, CLOSING_HOUR * 3600
    of_day = opening + (closing - opening) * uniform(f"{stream}.second", len(day))
    seconds = np.sort(day * SECONDS_PER_DAY + of_day.astype(np.int64))
    timestamp: Instants = np.datetime64(FIRST_DAY, "us") + seconds.astype("timedelta64[s]")
    return day, timestamp


def later(timestamp: Instants, seconds: Floats) -> Instants:
    """Add `seconds` to each timestamp, in whole seconds."""
    result: Instants = timestamp + seconds.astype(np.int64).astype("timedelta64[s]")
    return result


def minutes_later(timestamp: Instants, stream: str, shortest: int, longest: int) -> Instants:
    """Draw when a row is loaded: between `shortest` and `longest` minutes after `timestamp`."""
    draws = uniform(stream, len(timestamp))
    return later(timestamp, 60.0 * (shortest + (longest - shortest) * draws))


def days_later(
    timestamp: Instants, stream: str, shortest: float, longest: float, power: float = 1.0
) -> Instants:
    """Draw when a label is known: a `power` above 1 makes short delays more frequent."""
    draws = uniform(stream, len(timestamp)) ** power
    return later(timestamp, SECONDS_PER_DAY * (shortest + (longest - shortest) * draws))


def is_weekend(day: Integers) -> Booleans:
    """Tell which days are Saturdays and Sundays."""
    result: Booleans = (day + FIRST_DAY.weekday()) % 7 >= 5
    return result


def is_during(event: Event, day: Integers) -> Booleans:
    """Tell on which days `event` acts."""
    result: Booleans = day >= day_number(event.starts_on)
    if event.ends_on is not None:
        result &= day < day_number(event.ends_on)
    return result


def growth(event: Event, day: Integers) -> Floats:
    """Give the size of a growing event by day: 0 before it starts, all of it on its last day."""
    first = day_number(event.starts_on) - 1
    last = day_number(event.ends_on or END) - 1
    share = np.clip((day - first) / (last - first), 0.0, 1.0)
    return np.where(is_during(event, day), event.size * share, 0.0)


def day_to_day(stream: str, day: Integers) -> Floats:
    """Draw a small shift that all rows of a day share, in standard deviations of a feature."""
    shifts: Floats = DAY_TO_DAY_SD * normal(f"{stream}.day", DAYS)
    return shifts[day]
