"""Streams of features as counts of bins, with day-to-day variation, a weekly season and faults.

A feature is a latent normal, cut into cells: a numeric one at its quantiles, a categorical one
where its categories' shares say, so that a shift by a standard deviation means the same for both.
Counts are drawn from the cells' chances; rows are never made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

NULL_RATE, NULL_DEVIATION = 0.005, 0.1
BLOCK = 7  # days that a fault lasts
# Between the 0.1 and 99.9 % points five cells make a decile.
POINTS = np.array([0.001, *np.arange(0.02, 0.99, 0.02), 0.999])
ZIPF = 1 / np.arange(1, 31)
SHAPES: tuple[Floats, ...] = (
    np.array([0.5, 0.5]),
    np.array([0.6, 0.3, 0.1]),
    np.full(4, 0.25),
    np.array([0.4, 0.2, 0.15, 0.1, 0.08, 0.05, 0.02]),
    np.full(10, 0.1),
    np.array([0.9, 0.1]),
    np.array([0.3, 0.25, 0.2, 0.1, 0.05, 0.04, 0.03, 0.02, 0.005, 0.005]),
    np.array([0.7, 0.2, 0.05, 0.05]),
    ZIPF / ZIPF.sum(),
    np.array([0.34, 0.33, 0.33]),
)


@dataclass(frozen=True)
class Fault:
    """What goes wrong for `BLOCK` days.

    `kind` is, of features, `shift` (of the mean, in standard deviations), `scale` (a factor),
    `beyond` (a share of rows beyond the reference's extremes), `category` (a share of rows that
    changes from one category to another), `null` (the share of NULLs); of outcomes, `accuracy`
    (what it falls by).
    """

    kind: str
    size: float


@dataclass(frozen=True)
class Setting:
    """How a model's days look.

    `daily` and `weekly` are the standard deviation and the amplitude, in standard deviations of the
    feature, by which its mean moves from day to day and over the week; `persistence` is the
    autocorrelation of the former, `correlation` its correlation between features. `segments` are
    shares of the rows, judged beside the whole. The healthy days follow the reference; then each of
    `faults` lasts `BLOCK` days, one after the other.
    """

    rows: int = 1_000
    reference_days: int = 30
    healthy_days: int = 90
    reference_rows: int | None = None
    weekend_rows: int | None = None
    daily: float = 0.05
    weekly: float = 0.1
    persistence: float = 0.0
    correlation: float = 0.0
    features: int = 20
    segments: tuple[float, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def judged_days(self) -> int:
        return self.healthy_days + BLOCK * len(self.faults)

    @property
    def days(self) -> int:
        return self.reference_days + self.judged_days

    @cached_property
    def rows_of_days(self) -> Counts:
        """Rows of each day; the first is a Monday."""
        days = np.arange(self.days)
        rows = np.full(self.days, self.rows)
        if self.reference_rows is not None:
            rows[: self.reference_days] = self.reference_rows
        if self.weekend_rows is not None:
            rows[days % 7 >= 5] = self.weekend_rows
        return rows

    @cached_property
    def rows_of_parts(self) -> Counts:
        """Rows of each part (segment, or the whole) and day."""
        if not self.segments:
            return self.rows_of_days[None]
        edges = np.concatenate([[0.0], np.cumsum(self.segments)])
        upto = np.round(edges[:, None] * self.rows_of_days).astype(np.int64)
        return upto[1:] - upto[:-1]


@dataclass(frozen=True)
class Feature:
    """A feature: its name, and the shares of its categories, or None if it is numeric."""

    name: str
    shares: Floats | None

    @property
    def is_numeric(self) -> bool:
        return self.shares is None


def features(setting: Setting) -> list[Feature]:
    """Return as many numeric features as categorical ones; score and prediction are among them."""
    found = []
    for number in range(setting.features // 2):
        shares = SHAPES[number % len(SHAPES)]
        found.append(Feature(f"number_{number}" if number else "__score__", None))
        found.append(Feature(f"category_{number}" if number else "__prediction__", shares))
    return found


def streams(
    setting: Setting, seeds: int, rng: np.random.Generator
) -> Iterator[tuple[Feature, Counts]]:
    """Yield each feature with its counts by part, seed, day and cell.

    A numeric feature's cells are: below the reference's extremes, its quantiles from below, above
    its extremes, NULL; a categorical one's: its categories, unseen in the reference, NULL.
    """
    common = _steps(setting, rng, seeds)
    for feature in features(setting):
        own = _steps(setting, rng, seeds)
        steps = np.sqrt(setting.correlation) * common + np.sqrt(1 - setting.correlation) * own
        phase = rng.uniform(0, 7, (seeds, 1))
        season = np.sin(2 * np.pi * (np.arange(setting.days) + phase) / 7)
        mean = setting.daily * steps + setting.weekly * season
        if feature.shares is None:
            chances = _numeric_chances(setting, mean)
        else:
            chances = _category_chances(setting, feature.shares, mean, rng)
        counts = _counts(setting, _with_nulls(setting, chances, rng), rng)
        yield feature, _as_seen(setting, feature, counts)


def _steps(setting: Setting, rng: np.random.Generator, seeds: int) -> Floats:
    """Standard normal steps by seed and day, autocorrelated by `persistence`."""
    steps = rng.normal(size=(seeds, setting.days))
    for day in range(1, setting.days):
        fresh = np.sqrt(1 - setting.persistence**2) * steps[:, day]
        steps[:, day] = setting.persistence * steps[:, day - 1] + fresh
    return steps


def blocks(setting: Setting, kind: str) -> Iterator[tuple[slice, float]]:
    """Yield the days of each fault of a kind, and its size."""
    for number, fault in enumerate(setting.faults):
        start = setting.reference_days + setting.healthy_days + BLOCK * number
        if fault.kind == kind:
            yield slice(start, start + BLOCK), fault.size


def numeric_edges(setting: Setting) -> Floats:
    """Edges of a numeric feature's cells; outermost the reference's extremes, where on average."""
    beyond = 1 / setting.rows_of_days[: setting.reference_days].sum()
    return np.asarray(ndtri(np.concatenate([[beyond], POINTS, [1 - beyond]])))


def _cut(edges: Floats, mean: Floats, scale: Floats) -> Floats:
    below = ndtr((edges - mean[..., None]) / scale[..., None])
    ends = np.zeros((*mean.shape, 1))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=-1), axis=-1)


def _moved(setting: Setting, mean: Floats) -> tuple[Floats, Floats]:
    mean, scale = mean.copy(), np.ones_like(mean)
    for days, size in blocks(setting, "shift"):
        mean[:, days] += size
    for days, size in blocks(setting, "scale"):
        scale[:, days] = size
    return mean, scale


def _numeric_chances(setting: Setting, mean: Floats) -> Floats:
    chances = _cut(numeric_edges(setting), *_moved(setting, mean))
    for days, size in blocks(setting, "beyond"):
        chances[:, days] *= 1 - size
        chances[:, days, -1] += size
    return chances


def _category_chances(
    setting: Setting, shares: Floats, mean: Floats, rng: np.random.Generator
) -> Floats:
    edges = ndtri(np.cumsum(shares)[:-1])
    mean, scale = _moved(setting, mean)
    chances = _cut(np.asarray(edges), mean, np.ones_like(scale))
    for days, size in blocks(setting, "category"):
        for seed in range(len(chances)):
            _move(chances[seed, days], shares, size, rng)
    return np.concatenate([chances, np.zeros((*mean.shape, 1))], axis=-1)


def _move(chances: Floats, shares: Floats, size: float, rng: np.random.Generator) -> None:
    """Move a share of the rows to a category from another one, or, if none has it, from all."""
    frequent = np.flatnonzero(shares >= 1.25 * size)
    source = rng.choice(frequent) if len(frequent) else None
    target = rng.choice(np.delete(np.arange(len(shares)), [] if source is None else source))
    if source is None:
        others = 1 - chances[:, [target]]
        before = chances[:, target] + size
        chances *= 1 - size / others
        chances[:, target] = before
    else:
        chances[:, source] -= size
        chances[:, target] += size
        np.clip(chances, 0, None, out=chances)
        chances /= chances.sum(axis=-1, keepdims=True)


def _with_nulls(setting: Setting, chances: Floats, rng: np.random.Generator) -> Floats:
    angle = np.arcsin(np.sqrt(NULL_RATE))
    deviation = NULL_DEVIATION * np.sqrt(NULL_RATE) * rng.normal(size=chances.shape[:2])
    nulls = np.sin(angle + deviation) ** 2
    for days, size in blocks(setting, "null"):
        nulls[:, days] = size
    return np.concatenate([chances * (1 - nulls[..., None]), nulls[..., None]], axis=-1)


def _counts(setting: Setting, chances: Floats, rng: np.random.Generator) -> Counts:
    rows = np.broadcast_to(
        setting.rows_of_parts[:, None], (len(setting.rows_of_parts), *chances.shape[:2])
    )
    return np.asarray(rng.multinomial(rows, chances))


def _as_seen(setting: Setting, feature: Feature, counts: Counts) -> Counts:
    """What the reference does not have is beyond its extremes or unseen, and only that is."""
    reference = slice(0, setting.reference_days)
    if feature.is_numeric:
        for end, neighbour in ((0, 1), (-2, -3)):
            counts[:, :, reference, neighbour] += counts[:, :, reference, end]
            counts[:, :, reference, end] = 0
        return counts
    is_unseen = counts[:, :, reference].sum(axis=(0, 2), keepdims=True) == 0
    is_unseen[..., -2:] = False
    counts[..., -2] += np.where(is_unseen, counts, 0).sum(axis=-1)
    counts[np.broadcast_to(is_unseen, counts.shape)] = 0
    return counts
