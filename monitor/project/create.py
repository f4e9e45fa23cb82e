"""Make a whole dbt project that monitors one model, from files or tables."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ParamSpec, TypeVar

import duckdb

from monitor.declaration import DeclarationError, read_text
from monitor.project import nodes, render
from monitor.project.classes import infer_classes
from monitor.project.errors import MonitorError
from monitor.project.features import infer_features
from monitor.project.identity import infer_identity, note_repeats
from monitor.project.inputs import Input, is_file, read_file, read_table
from monitor.project.labels import infer_label
from monitor.project.options import InitOptions, Report
from monitor.project.package import package_path
from monitor.project.periods import Periods, infer_periods, note_few_rows
from monitor.project.roles import Inputs, Roles, infer_roles, infer_task
from monitor.warehouse import Warehouse, invoke

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_IGNORED = "target/\ndbt_packages/\nlogs/\n*.duckdb\n*.duckdb.wal\n"


@dataclass(frozen=True)
class Connection:
    """Where tables are: a DuckDB file, or a profile that exists already."""

    database: str | None = None
    profile: str | None = None
    profiles_dir: str | None = None
    target: str | None = None


@dataclass
class Created:
    """The project that was made."""

    name: str
    project_dir: Path
    files: list[Path] = field(default_factory=list)
    report: Report = field(default_factory=Report)


def create(project_dir: str | Path, options: InitOptions, connection: Connection) -> Created:
    """Infer everything, check the result, then write the project and install the package.

    Nothing is written when anything is wrong.

    Raises
    ------
    MonitorError
        The folder holds a project, an input cannot be used, or something cannot be inferred.
    """
    target = Path(project_dir)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise MonitorError(
            f"{target}: is not an empty folder; choose a new one, "
            "or declare the model in the project there and use `monitor add`"
        )
    package = package_path()
    report = Report()
    name = options.name or render.monitor_name(target.resolve().name)
    with _opened(options, connection) as (inputs, copies):
        roles = infer_roles(inputs, options, report)
        infer_label(inputs, options, report, roles)
        infer_task(inputs, options, report, roles)
        identity = _attempt(report, infer_identity, inputs, options, report, roles)
        roles.id = identity.column if identity is not None else roles.id
        classes = _attempt(report, infer_classes, inputs, options, report, roles)
        features = infer_features(inputs, options, report, roles)
        periods = None
        if roles.timestamp is not None:
            periods = _attempt(report, infer_periods, inputs, options, report, roles)
        if report.problems or identity is None or classes is None or periods is None:
            raise MonitorError("\n".join(dict.fromkeys(report.problems)))
        note_repeats(inputs, report, roles, identity, periods.start is not None)
        note_few_rows(inputs.predictions, report, roles, periods)
        _note_unlabelled_reference(inputs, report, roles, periods)
        declared = render.block(name, inputs, roles, identity, classes, periods, features)
        profile = connection.profile or render.project_name(name)
        files = render.staging_files(name, inputs, roles, identity, classes, periods)
    project_file = render.project_yaml(name, profile, declared)
    reading = read_text(project_file)
    if reading.problems:
        raise DeclarationError(reading.problems)
    files[Path("dbt_project.yml")] = project_file
    files[Path("packages.yml")] = render.packages_yaml(package)
    files[Path(".gitignore")] = _IGNORED
    if connection.profile is None:
        database = f"{name}.duckdb"
        if connection.database is not None:
            database = os.path.relpath(connection.database, target)
        files[Path("profiles.yml")] = render.profiles_yaml(profile, database)
    files.update(nodes.render(name, reading.declarations[name].block))
    _write(target, files, copies)
    invoke(["deps"], target, connection.profiles_dir, connection.target)
    return Created(name, target, sorted(files), report)


def _attempt(
    report: Report, step: Callable[Arguments, Result], *args: Arguments.args, **kw: Arguments.kwargs
) -> Result | None:
    """Take one step of the inference; what is wrong with it joins what is wrong elsewhere."""
    try:
        return step(*args, **kw)
    except MonitorError as error:
        report.problems.append(str(error))
        return None


def _note_unlabelled_reference(
    inputs: Inputs, report: Report, roles: Roles, periods: Periods
) -> None:
    """Say where performance has nothing to be compared with."""
    reference, label = inputs.reference, roles.label
    if reference is None or label is None or reference.has(label):
        return
    if periods.start is None or inputs.labels is None:
        report.notes.append(
            f"Performance has no reference: {reference.origin} has no column '{label}'."
        )


def _write(target: Path, files: dict[Path, str], copies: dict[str, Path]) -> None:
    for path, text in files.items():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    for stored_as, source in copies.items():
        (target / "data").mkdir(exist_ok=True)
        shutil.copyfile(source, target / "data" / stored_as)


@contextmanager
def _opened(
    options: InitOptions, connection: Connection
) -> Iterator[tuple[Inputs, dict[str, Path]]]:
    """Open all inputs, and name the files to copy into the project."""
    origins = {
        "predictions": options.predictions,
        "labels": options.labels,
        "reference": options.reference,
    }
    given = {part: origin for part, origin in origins.items() if origin is not None}
    has_connection = connection.database is not None or connection.profile is not None
    are_files = {part: is_file(origin) for part, origin in given.items()}
    if not has_connection:
        for part, origin in given.items():
            if not are_files[part]:
                raise MonitorError(
                    f"--{part}: {origin} is no Parquet or CSV file; "
                    "to read a table add --database FILE.duckdb or --profile NAME"
                )
    elif any(are_files.values()):
        raise MonitorError(
            "files and a warehouse cannot be mixed: give tables with --database or --profile, "
            "or files without them"
        )
    analysis = duckdb.connect(":memory:")
    analysis.execute("set TimeZone = 'UTC'")
    try:
        if has_connection:
            with _warehouse(connection) as warehouse:
                read = _each(
                    given,
                    lambda part: read_table(given[part], warehouse, analysis, f"{part}_input"),
                )
                yield _inputs(read), {}
        else:
            stored = _stored_names(given)
            read = _each(
                given, lambda part: read_file(given[part], analysis, f"{part}_input", stored[part])
            )
            yield _inputs(read), {stored[part]: Path(given[part]) for part in given}
    finally:
        analysis.close()


def _each(parts: Iterable[str], read: Callable[[str], Input]) -> dict[str, Input]:
    """Read every input; one error names all that cannot be read."""
    report = Report()
    inputs = {part: _attempt(report, read, part) for part in parts}
    if report.problems:
        raise MonitorError("\n".join(report.problems))
    return {part: one for part, one in inputs.items() if one is not None}


def _inputs(read: dict[str, Input]) -> Inputs:
    return Inputs(read["predictions"], read.get("labels"), read.get("reference"))


def _stored_names(given: dict[str, str]) -> dict[str, str]:
    """Name the copies of the files; two files of one name are told apart by their part."""
    stored: dict[str, str] = {}
    for part, origin in given.items():
        name = Path(origin).name
        taken = {other.lower() for other in stored.values()}
        stored[part] = f"{part}_{name}" if name.lower() in taken else name
    return stored


@contextmanager
def _warehouse(connection: Connection) -> Iterator[Warehouse]:
    """Open the warehouse of a profile through a project that holds nothing else."""
    if connection.database is not None and not Path(connection.database).is_file():
        raise MonitorError(f"--database: {connection.database}: no such file")
    profile = connection.profile or "monitor_init"
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        (project / "dbt_project.yml").write_text(
            f'name: monitor_init\nversion: "1.0.0"\nprofile: {profile}\n', encoding="utf-8"
        )
        if connection.database is not None:
            text = render.profiles_yaml(profile, str(Path(connection.database).resolve()))
            (project / "profiles.yml").write_text(text, encoding="utf-8")
        with Warehouse.from_project(
            project, connection.profiles_dir, connection.target
        ) as warehouse:
            yield warehouse
