"""The settings that the alarm benchmark judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.alarms.streams import Fault, Setting

SEEDS = 100
FAULTS = (
    *(Fault("shift", size) for size in (0.25, 0.5, 1.0)),
    Fault("scale", 1.5),
    Fault("beyond", 0.02),
    *(Fault("category", size) for size in (0.1, 0.2, 0.4)),
    *(Fault("null", size) for size in (0.02, 0.05, 0.2)),
)
LOSSES = tuple(Fault("accuracy", size) for size in (0.02, 0.05, 0.1))


@dataclass(frozen=True)
class Scenario:
    """A setting, what it is called, how many seeds it needs, and whether the bars are about it."""

    name: str
    setting: Setting
    seeds: int = SEEDS
    is_barred: bool = False


def _healthy() -> Iterator[Scenario]:
    for rows in (100, 200, 300, 1_000, 10_000, 100_000):
        yield Scenario(f"{rows:,} rows a day", Setting(rows), is_barred=True)
    weekends = Setting(1_000, weekend_rows=150)
    yield Scenario("1,000 rows, 150 at weekends", weekends, is_barred=True)
    large = Setting(100, reference_rows=10_000)
    yield Scenario("100 rows, 10,000 in the reference", large, is_barred=True)
    for days in (14, 56):
        setting = Setting(1_000, reference_days=days)
        yield Scenario(f"1,000 rows, reference of {days} days", setting)
    for rows, days in ((1_000, 30), (1_000, 56), (10_000, 56)):
        setting = Setting(rows, reference_days=days, daily=0.1, weekly=0.2)
        yield Scenario(f"{rows:,} rows, reference of {days} days, variation doubled", setting)
    yield Scenario("1,000 rows, days autocorrelated (0.8)", Setting(1_000, persistence=0.8))
    yield Scenario("1,000 rows, features correlated (0.8)", Setting(1_000, correlation=0.8))
    for rows in (100, 1_000):
        yield Scenario(f"{rows:,} rows, 500 features", Setting(rows, features=500), seeds=6)
    segments = Setting(2_000, segments=(0.4, 0.3, 0.2, 0.1))
    yield Scenario("2,000 rows, 4 segments judged beside the whole", segments)


def _faulty() -> Iterator[Scenario]:
    setting = Setting(healthy_days=0, faults=FAULTS)
    for rows in (300, 1_000, 10_000):
        yield Scenario(f"{rows:,} rows a day", replace(setting, rows=rows), is_barred=rows >= 1_000)
    long = replace(setting, reference_days=56)
    yield Scenario("1,000 rows, reference of 56 days", long)
    doubled = replace(long, daily=0.1, weekly=0.2)
    yield Scenario("1,000 rows, reference of 56 days, variation doubled", doubled)
    yield Scenario("1,000 rows, 500 features", replace(setting, features=500), seeds=6)


def _outcomes() -> Iterator[Scenario]:
    setting = Setting(features=0)
    faulty = replace(setting, healthy_days=0, faults=LOSSES)
    for streams in (setting, faulty):
        for rows in (300, 1_000, 10_000):
            yield Scenario(f"{rows:,} outcomes a day", replace(streams, rows=rows))


HEALTHY, FAULTY, OUTCOMES = tuple(_healthy()), tuple(_faulty()), tuple(_outcomes())
