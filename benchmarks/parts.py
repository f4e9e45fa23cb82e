"""What each optional part of a declaration costs: a first build and one new day with it to without.

Each declaration is built by a process of its own, from the same rows: all of the history, then day
by day. Seconds are those of every dbt model that a round of `monitor run --watch` builds; starting
dbt and parsing the project, which hardly depend on what is declared, are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from threading import Event
from typing import Any

import click
import duckdb

from benchmarks import data
from benchmarks.latency import node_seconds
from benchmarks.speed import advance, write_project
from monitor.project.watch import watch

# The classifier looks at 40 windows a run, the newest first: of fewer than 80 days it has none left
# to make up for after the first of the new days, which the median then leaves out. The first of the
# new days begins a week, which so has a row of its own.
DAYS, PER_DAY = 68, 3_000
NEW_DAYS = 3  # the cost of one is their median
DIMENSIONS = 64  # of the vectors
CLASSIFIER = "multivariate: {domain_classifier: true}"
BARS = {
    "first build, dearest optional part to the default": 1.8,
    "one new day, dearest optional part to the default": 1.6,
    "first build, domain classifier to the default": 3.2,
    "one new day, domain classifier to the default": 1.9,
}


@dataclass(frozen=True)
class Part:
    """An optional part of a declaration.

    Attributes
    ----------
    declared : mapping
        Keys that the declaration has besides, or in the place of its own.
    table : str
        Where what the part finds is, and
    shown : str
        which of its rows are the part's: a condition.
    columns : mapping of str to str
        Columns of the predictions that it needs, each with its expression.
    """

    declared: Mapping[str, Any]
    table: str
    shown: str = "true"
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> str:
        """A query that counts its rows."""
        return f"select count(*) from {self.table} where {self.shown}"


@dataclass(frozen=True)
class Measured:
    """What a declaration took, in seconds, and how many rows there were.

    Attributes
    ----------
    first, days : dict of str to float
        Seconds of each dbt model in the first build; of each new day.
    stored : int
        Rows of all tables but the raw ones after the first build.
    shown, shown_later : dict of str to int
        Rows of each part after the first build, and after the new days.
    """

    first: dict[str, float]
    days: list[dict[str, float]]
    stored: int
    shown: dict[str, int]
    shown_later: dict[str, int]

    @property
    def build(self) -> float:
        """Seconds of the first build."""
        return sum(self.first.values())

    @property
    def day(self) -> float:
        """Seconds of one new day."""
        return median(sum(day.values()) for day in self.days)


def _further(kind: str, column: str, expression: str, table: str, shown: str) -> Part:
    """A further feature of a kind that is no number and no category."""
    features = {"numeric": data.NUMERIC, "categorical": data.CATEGORICAL, kind: [column]}
    return Part({"features": features}, table, shown, {column: expression})


def _attributions() -> Part:
    """An attribution for every feature."""
    names = {name: f"attribution_{name}" for name in [*data.NUMERIC, *data.CATEGORICAL]}
    columns = {
        column: f"({data.uniform(700 + i)} - 0.5)::double * {i + 1}"
        for i, column in enumerate(names.values())
    }
    shown = "starts_with(feature, '__attribution__')"
    return Part({"attributions": names}, "ml_monitor__drift", shown, columns)


PARTS = {
    "metrics: all": Part(
        {"metrics": "all"}, "ml_monitor__drift", "metric = 'hellinger_distance' and value >= 0"
    ),
    "baselines: [previous, trailing]": Part(
        {"baselines": ["previous", "trailing"]},
        "ml_monitor__drift",
        "baseline in ('previous', 'trailing') and value is not null",
    ),
    "roll_up: [week, month]": Part(
        {"roll_up": ["week", "month"]},
        "ml_monitor__drift",
        "\"grain\" in ('week', 'month') and value is not null",
    ),
    "attributions": _attributions(),
    "find_segments: true": Part({"find_segments": True}, "bench__segment_profile"),
    "effects: true": Part(
        {"effects": True}, "ml_monitor__feature_effects", "observed_rate is not null"
    ),
    "repeats: true": Part(
        {"repeats": True}, "ml_monitor__quality", "metric = 'replayed_id_rate' and value >= 0"
    ),
    "entity": Part(
        {"entity": "customer"},
        "ml_monitor__quality",
        "metric = 'largest_entity_rate' and value > 0",
        {"customer": "hash(number * 11) % 5000"},
    ),
    "features: {text}": _further(
        "text",
        "comment",
        "left(repeat(md5(number::text) || ' ', 6), (hash(number * 13) % 200)::int)",
        "ml_monitor__drift",
        "starts_with(feature, 'comment__') and value is not null",
    ),
    "features: {date}": _further(
        "date",
        "signed_up_on",
        "scored_at::date - (hash(number * 17) % 2000)::int",
        "ml_monitor__drift",
        "feature = 'signed_up_on__age_days' and value is not null",
    ),
    "features: {array}": _further(
        "array",
        "items",
        "range((hash(number * 19) % 20)::bigint)",
        "ml_monitor__drift",
        "feature = 'items__length' and value is not null",
    ),
    "features: {embedding}": _further(
        "embedding",
        "vector",
        f"[(hash(number * {DIMENSIONS} + i) % 1000003 / 1000003.0 - 0.5)::double "
        f"for i in range({DIMENSIONS})]",
        "ml_monitor__embedding_drift",
        "value is not null",
    ),
    "multivariate: true": Part(
        {"multivariate": True},
        "ml_monitor__joint_drift",
        "metric = 'reconstruction_error' and value is not null",
    ),
    CLASSIFIER: Part(
        {"multivariate": {"domain_classifier": True}},
        "ml_monitor__joint_drift",
        "metric = 'domain_classifier_auc' and value is not null",
    ),
}


def optional_parts(
    folder: Path, days: int = DAYS, per_day: int = PER_DAY
) -> tuple[dict[str, float], list[str]]:
    """Ratios of the dearest parts to the default, and a section with a table of all of them."""
    source = folder / "parts_source.duckdb"
    columns = {name: one for part in PARTS.values() for name, one in part.columns.items()}
    with duckdb.connect(str(source)) as connection:
        data.create_tables(connection, days + NEW_DAYS, per_day, further=columns)
    defaults = [_apart(folder, source, {}, days)]
    found: dict[str, Measured] = {}
    for name, part in PARTS.items():
        found[name] = _apart(folder, source, part.declared, days)
        check(name, found[name], defaults[0])
        click.echo(f"{name}: {found[name].build:.2f} s, {found[name].day:.2f} s", err=True)
    defaults.append(_apart(folder, source, {}, days))
    source.unlink()
    build, day = median(one.build for one in defaults), median(one.day for one in defaults)
    firsts = {name: one.build / build for name, one in found.items()}
    news = {name: one.day / day for name, one in found.items()}
    dearest = (
        max(value for name, value in ratios.items() if name != CLASSIFIER)
        for ratios in (firsts, news)
    )
    values = (*dearest, firsts[CLASSIFIER], news[CLASSIFIER])
    return dict(zip(BARS, values, strict=True)), _section(found, defaults, days, per_day)


def check(name: str, found: Measured, default: Measured) -> None:
    """Raise a ClickException where a part added no rows, at first or with the new days."""
    table, shown = PARTS[name].table, PARTS[name].shown
    what = f"`{name}` was built, but {table} has no rows of it"
    if found.shown.get(name, 0) <= default.shown.get(name, 0):
        raise click.ClickException(f"{what} ({shown}): its cost cannot be measured")
    if found.shown_later[name] <= found.shown[name]:
        raise click.ClickException(
            f"{what} ({shown}) from {NEW_DAYS} new days: the cost of a new day cannot be measured"
        )


def _apart(folder: Path, source: Path, declared: Mapping[str, Any], days: int) -> Measured:
    """Measure a declaration in a process of its own, on a database of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, folder, source, declared, days).result()


def _measure(folder: Path, source: Path, declared: Mapping[str, Any], days: int) -> Measured:
    place = folder / f"parts_{len(list(folder.glob('parts_*')))}"
    database = place.with_suffix(".duckdb")
    write_project(place, database, segments=True, optional=declared)
    advance(database, source, None, days)
    rounds = watch(place, None, None, (), 1e-3, Event())
    first = node_seconds(next(rounds))
    stored, shown = _rows(database)
    new = []
    for day in range(days, days + NEW_DAYS):
        advance(database, source, day, day + 1)
        new.append(node_seconds(next(rounds)))
    _, shown_later = _rows(database)
    database.unlink()
    return Measured(first, new, stored, shown, shown_later)


def _rows(database: Path) -> tuple[int, dict[str, int]]:
    """Rows of all tables but the raw ones, and rows of each part whose table there is."""
    with duckdb.connect(str(database), read_only=True) as connection:

        def number(query: str) -> int:
            return int(connection.execute(query).fetchall()[0][0])

        kinds = dict(
            connection.execute(
                "select table_name, table_type from information_schema.tables "
                "where table_schema <> 'raw'"
            ).fetchall()
        )
        tables = [name for name, kind in kinds.items() if kind != "VIEW"]
        stored = sum(number(f'select count(*) from "{name}"') for name in tables)
        shown = {name: number(part.rows) for name, part in PARTS.items() if part.table in kinds}
    return stored, shown


def _section(
    found: Mapping[str, Measured], defaults: list[Measured], days: int, per_day: int
) -> list[str]:
    build, day = median(one.build for one in defaults), median(one.day for one in defaults)
    builds, news = (
        ", ".join(f"{value:.2f}" for value in values)
        for values in ((one.build for one in defaults), (one.day for one in defaults))
    )
    rows = [
        f"| `{name}` | {one.build - build:.2f} | {one.build / build:.2f} "
        f"| {one.day - day:.2f} | {one.day / day:.2f} | {one.stored - defaults[0].stored:,} "
        f"| {one.shown[name] - defaults[0].shown.get(name, 0):,} in `{PARTS[name].table}` |"
        for name, one in found.items()
    ]
    return (
        f"""
## Optional parts of a declaration

The default is the declaration above with two segment columns, on {per_day:,} predictions a day:
{days} days at once, then {NEW_DAYS} days one by one, of which the median counts. It was measured
before and after the others: first build {builds} s, one new day {news} s.
Each part alone is added to it. Seconds (of all dbt models) and rows (of all tables, after the
first build) are what comes on top, ratios are to the default. Attributions are of every feature,
and there is one text, date, array or vector of {DIMENSIONS} numbers. The domain classifier, which
brings all of `multivariate` with it, looks at 40 windows a run.

| part | first build, s more | ratio | one new day, s more | ratio | rows more | rows of its own |
|---|---|---|---|---|---|---|
""".splitlines()
        + rows
    )
