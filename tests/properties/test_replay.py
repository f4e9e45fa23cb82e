"""`monitor replay` builds what was known at moments of the past, and leaves production alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.project.build import build, parse
from monitor.project.replay import moments
from monitor.warehouse import invoke
from tests.conftest import NewProject
from tests.properties.history import (
    BLOCK,
    COMPARED,
    START,
    History,
    assert_same,
    differs,
    label,
    prediction,
)
from tests.support.project import MonitoredProject
from tests.support.rebuild import WITHOUT_VIEWS

DAYS = 6


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def by_and_by(project: MonitoredProject) -> History:
    """Predictions that arrive within ten minutes, and labels within five days."""
    history = History(project)
    history.predictions = [prediction(n, n % DAYS, START) for n in range(20 * DAYS)]
    for row in history.predictions:
        row["loaded_at"] = row["scored_at"] + timedelta(minutes=10)
    history.labels = [
        label(n, row["loaded_at"] + timedelta(days=0.5 + n % 5), n % 3 % 2)
        for n, row in enumerate(history.predictions)
        if n % 7
    ]
    history.labels.append(label(1, day(5.5), 0))
    return history


def cut(history: History, moment: datetime) -> History:
    """The same history as it stood at a moment."""
    then = History(history.project)
    then.predictions = [row for row in history.predictions if row["loaded_at"] <= moment]
    then.labels = [row for row in history.labels if row["loaded_at"] <= moment]
    return then


def command(project: MonitoredProject, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--project-dir", str(project.folder)])


def tables_of(history: History, schema: str, *names: str) -> dict[str, pd.DataFrame]:
    project = history.project
    production, project.schema = project.schema, f"{project.schema}_{schema}"
    try:
        return history.tables(*names)
    finally:
        project.schema = production


def relations(project: MonitoredProject) -> list[tuple[str, str]]:
    found = project.query(
        "select table_schema, table_name from information_schema.tables "
        f"where table_schema like '{project.schema}%' order by 1, 2"
    )
    return [(str(schema), str(name)) for schema, name in found.itertuples(index=False, name=None)]


def contents(project: MonitoredProject, schema: str) -> dict[str, list[str]]:
    """Every row of every table of a schema, as text, and what its views are."""
    views = project.query(
        "select table_name, view_definition from information_schema.views "
        f"where table_schema = '{schema}'"
    )
    found = {str(name): [str(text)] for name, text in views.itertuples(index=False, name=None)}
    for place, name in relations(project):
        if place == schema and name not in found:
            rows = project.query(f'select * from "{schema}"."{name}"').to_numpy()
            found[name] = sorted(map(str, rows))
    return found


def recorded(project: MonitoredProject, schema: str = "replay") -> pd.DataFrame:
    frame = project.query(f"select * from {project.schema}_{schema}.ml_monitor__replay")
    frame = frame.drop(columns="replayed_at")
    for column in ("as_of", "window_start", "window_end"):
        frame[column] = frame[column].dt.strftime("%Y-%m-%d %H:%M:%S")
    return frame.sort_values(list(frame), ignore_index=True)


def test_a_moment_and_moments(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    history = by_and_by(project)
    history.write()
    project.declare(shop=BLOCK)
    moment = day(4.25)
    cut(history, moment).run()
    then = history.tables()
    history.run(*COMPARED, *WITHOUT_VIEWS)
    production = contents(project, project.schema)
    assert "ml_monitor__replay" not in production

    # a run of dbt itself sees nothing that was loaded later
    history.run(ml_monitor__as_of=str(moment), ml_monitor__schema="plain")
    assert_same(then, tables_of(history, "plain"))
    before = relations(project)

    # one moment: a build of what had come by then
    result = command(project, "replay", "--as-of", f"{moment:%Y-%m-%d %H:%M}")
    assert result.exit_code == 0, result.output
    assert result.output == (
        "replayed as of 2026-01-09 06:00:00; how the numbers stood is in "
        f"{project.schema}_replay.ml_monitor__replay\n"
    )
    assert_same(then, tables_of(history, "replay"))

    # moments, the first of them earlier: numbers rise with the labels
    result = command(project, "replay", "--from", "2026-01-09", "--to", "2026-01-10")
    assert result.exit_code == 0, result.output
    rows = recorded(project)
    assert sorted(set(rows["as_of"].str[:13])) == [
        "2026-01-09 00", "2026-01-09 06", "2026-01-10 00",
    ]  # fmt: skip
    for window in (2, 3):
        shares = [_share_by_hand(history, rows, window, day(known)) for known in (4, 5)]
        assert shares == sorted(set(shares)), "a share that does not grow shows nothing"

    # a shorter way to the same moment ends in the same tables and rows
    stepped = tables_of(history, "replay")
    assert command(project, "replay", "--as-of", "2026-01-10").exit_code == 0
    assert_same(stepped, tables_of(history, "replay"))
    pd.testing.assert_frame_equal(rows, recorded(project))

    assert contents(project, project.schema) == production
    added = {schema for schema, _ in set(relations(project)) - set(before)}
    assert added == {f"{project.schema}_replay"}


def _share_by_hand(history: History, rows: pd.DataFrame, window: int, moment: datetime) -> float:
    """Check a window's count and share as of a moment; return the share."""
    known = cut(history, moment)
    start, end = day(window), day(window + 1)
    ids = {row["id"] for row in known.predictions if start <= row["scored_at"] < end}
    labelled = ids & {row["id"] for row in known.labels}
    found = rows[
        (rows["as_of"] == str(moment))
        & (rows["window_start"] == str(start))
        & (rows["model_version"] == "all")
        & (rows["segment"] == "overall")
        & (rows["source"] == "realized")
        & (rows["metric"] == "accuracy")
    ]
    assert found["n"].tolist() == [len(labelled)], (window, moment)
    assert found["labelled_share"].tolist() == pytest.approx([len(labelled) / len(ids)])
    return len(labelled) / len(ids)


def test_back_in_time_is_as_from_nothing(engine: str, new_project: NewProject) -> None:
    """Without starting over: what later runs counted, and fitted, is taken back."""
    project = new_project(engine)
    history = by_and_by(project)
    # what comes of the reference after its bins were fitted does not move them, until they go back
    history.predictions.append(prediction(500, 1, day(5)))
    history.write()
    project.declare(shop=BLOCK)
    after, before_its_end = str(day(4.5)), str(day(2.5))
    variables = {"ml_monitor__as_of": after, "ml_monitor__schema": "replay"}
    parsed = parse(project.folder, variables=variables)
    some = ("ml_monitor__status", "ml_monitor__windows")
    tables = []
    for moment, names in (
        (after, ()), (str(day(7)), some), (after, ()), (before_its_end, some), (after, ()),
    ):  # fmt: skip
        variables["ml_monitor__as_of"] = moment
        is_first = not tables
        done = build(project.folder, variables=variables, parsed=parsed, with_views=is_first)
        assert done.broken == {}
        tables.append(tables_of(history, "replay", *names))
    assert differs(tables[1], tables[0])
    assert_same(tables[0], tables[2])
    assert tables[3]["ml_monitor__status"]["state"].tolist() == ["waiting"]
    assert tables[3]["ml_monitor__windows"]["window_start"].nunique() == 3
    assert_same(tables[0], tables[4])


def test_what_tells_no_arrival_is_replayed_too(engine: str, new_project: NewProject) -> None:
    """Labels beside the predictions, times of labels but not of arrivals: every step is exact."""
    project = new_project(engine)
    history = by_and_by(project)
    known = {row["id"]: row for row in history.labels}
    frame = pd.DataFrame(history.predictions).drop(columns="loaded_at")
    frame["amount"] = frame["amount"].astype("float64")
    frame["label"] = [known[n]["label"] if n in known else None for n in frame["id"]]
    frame["label"] = frame["label"].astype("Int64")
    frame["known_at"] = [known[n]["known_at"] if n in known else None for n in frame["id"]]
    for column in ("scored_at", "known_at"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[us]")
    block: dict[str, Any] = {**BLOCK, "labels": {"label": "label", "timestamp": "known_at"}}
    del block["loaded_at"]
    project.load("predictions", frame)
    project.declare(shop={**block, "lookback": 1})
    steps = ("replay", "--from", "2026-01-08 12:00", "--to", "2026-01-10", "--schema", "steps")
    assert command(project, *steps).exit_code == 0
    then = frame[frame["scored_at"] <= day(5)].copy()
    then.loc[then["known_at"] > day(5), ["label", "known_at"]] = None
    project.load("predictions", then)
    project.build(*COMPARED)
    labelled = project.query("select sum(labelled) as n from ml_monitor__status")["n"].tolist()
    assert 0 < labelled[0] < len(known)
    assert_same(history.tables(), tables_of(history, "steps"))


# What a project may make of a custom schema, and the one that is asked for.
OVERRIDES = {
    "duckdb": {
        "it is ignored": ("{{ target.schema }}", "replay"),
        "it is taken as it is": ("{{ custom_schema_name or target.schema }}", "{schema}"),
    },
    # as long as a name may be there: what is longer is cut without an error
    "postgres": {
        "nothing is left of it": (
            "{{ target.schema }}{% if custom_schema_name %}{{ '_' * 63 }}{{ custom_schema_name }}"
            "{% endif %}",
            "replay",
        )
    },
}


def test_a_schema_that_is_productions_is_refused(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    if engine == "postgres":
        project.output["schema"] = project.schema.ljust(63, "_")
        project = MonitoredProject(project.folder.parent / "long", project.output)
        project.query(f'create schema "{project.schema}"; select 1')
    macro = project.folder / "macros" / "generate_schema_name.sql"
    macro.parent.mkdir()
    history = by_and_by(project)
    history.write()
    project.declare(shop=BLOCK)
    history.run("--select", "shop__grid", "ml_monitor__monitors")
    production, before = contents(project, project.schema), relations(project)
    for what, (override, asked) in OVERRIDES[engine].items():
        body = f"{{% macro generate_schema_name(custom_schema_name, node) -%}}{override}"
        macro.write_text(body + "{%- endmacro %}")
        name = asked.format(schema=project.schema.upper())
        result = command(project, "replay", "--as-of", "2026-01-09", "--schema", name)
        assert result.exit_code == 1, what
        assert "where production is" in result.output, what
        assert result.output.count("\n") == 1, what
        outcome = invoke(["run"], project.folder, variables={"ml_monitor__schema": name})
        states = {str(one.status) for one in outcome.result.results}
        assert states == {"error", "skipped"}, what
    assert relations(project) == before
    assert contents(project, project.schema) == production


def test_production_in_a_custom_schema_is_refused_too(new_project: NewProject) -> None:
    project = new_project("duckdb")
    history = by_and_by(project)
    history.write()
    project.declare(shop=BLOCK)
    some = ("--select", "shop__grid", "ml_monitor__monitors", "shop__*_profile")
    history.run(*some, ml_monitor__schema="monitoring")
    schema = f"{project.schema}_monitoring"
    production, before = contents(project, schema), relations(project)
    result = command(project, "replay", "--as-of", "2026-01-09", "--schema", "monitoring")
    assert result.exit_code == 1
    assert "holds monitoring tables that no replay has built" in result.output
    assert relations(project) == before
    assert contents(project, schema) == production


def test_wrong_use_is_told_in_a_line(new_project: NewProject) -> None:
    project = new_project("duckdb")
    for arguments, told in (
        ((), "give either --as-of, or both --from and --to"),
        (("--as-of", "2026-01-09", "--to", "2026-01-10"), "give either --as-of"),
        (("--from", "2026-01-09", "--to", "2026-01-08"), "2026-01-09 00:00:00 is after --to"),
        (("--as-of", "yesterday"), "'yesterday' does not match the formats"),
        (("--as-of", "2026-01-09", "--schema", "a b"), "'a b' is no name of letters"),
    ):
        result = command(project, "replay", *arguments)
        assert result.exit_code == 2
        assert told in " ".join(result.output.split())
    result = command(project, "replay", "--as-of", "2026-01-09", "--select", "shop")
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert "--select: no monitor 'shop' is declared" in result.output


def test_moments_include_both_ends() -> None:
    for step, end, expected in (
        ("hour", "2026-01-31 02:00", ["31 00", "31 01", "31 02"]),
        ("day", "2026-02-01 12:00", ["31 00", "01 00", "01 12"]),
        ("week", "2026-02-14", ["31 00", "07 00", "14 00"]),
        ("month", "2026-03-31", ["31 00", "28 00", "31 00"]),
        ("day", "2026-01-31", ["31 00"]),
    ):
        found = moments(datetime(2026, 1, 31), datetime.fromisoformat(end), step)  # type: ignore[arg-type]
        assert [f"{one:%d %H}" for one in found] == expected, step
