"""Compare declarations with the project's files and with the warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor.declaration import (
    Declaration,
    Reading,
    ReferenceRelation,
    did_you_mean,
    read,
    relations,
)
from monitor.declaration.places import Path as KeyPath
from monitor.project import nodes
from monitor.project.errors import MonitorError
from monitor.warehouse import ColumnType, Warehouse, find_node, known_names

NUMBER = "a number"
TIME = "a time"


@dataclass
class Checked:
    """What a check found."""

    names: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Use:
    """A column that a declaration names, and what it must hold."""

    path: KeyPath
    column: str
    wanted: str | None = None


def check(
    project_dir: str | Path,
    profiles_dir: str | None = None,
    target: str | None = None,
    is_offline: bool = False,
) -> Checked:
    """Find every mistake in a project's declarations.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    is_offline : bool
        Leave the warehouse out: the schema and the files only.
    """
    reading = read(project_dir)
    checked = Checked(names=list(reading.declarations))
    checked.problems += [str(problem) for problem in reading.problems]
    for name, declaration in reading.declarations.items():
        checked.problems += _file_problems(Path(project_dir), name, declaration)
    if is_offline or not reading.declarations:
        return checked
    try:
        with Warehouse.from_project(project_dir, profiles_dir, target) as warehouse:
            for name, declaration in reading.declarations.items():
                _check_warehouse(warehouse, reading, name, declaration, checked)
    except MonitorError as error:
        checked.problems.append(f"the warehouse could not be checked: {error}")
    return checked


def _file_problems(project_dir: Path, name: str, declaration: Declaration) -> list[str]:
    has_relation = isinstance(declaration.reference, ReferenceRelation)
    states = nodes.state(project_dir, name, has_relation)
    if all(state == "missing" for state in states.values()):
        return [f"{nodes.FOLDER / name}: not there; run `monitor add {name}`"]
    found = []
    for path, state in states.items():
        if state == "missing":
            found.append(f"{path}: missing; run `monitor add {name}`")
        elif state == "changed" and path.suffix == ".sql":
            found.append(
                f"{path}: is not what this version writes; run `monitor add {name} --force`"
            )
    return found


def _check_warehouse(
    warehouse: Warehouse, reading: Reading, name: str, declaration: Declaration, checked: Checked
) -> None:
    columns: dict[str, list[ColumnType] | None] = {}
    for path, relation_name in relations(declaration):
        if relation_name in columns:
            continue
        columns[relation_name] = None
        relation = warehouse.relation(relation_name)
        if relation is None:
            hint = did_you_mean(relation_name, known_names(warehouse.manifest))
            message = f"dbt knows no model, seed or source '{relation_name}'; {hint}"
            checked.problems.append(str(reading.problem(name, path, message)))
            continue
        found = warehouse.columns(relation)
        if found is None:
            _say_absent(warehouse, reading, name, path, relation_name, checked)
        else:
            columns[relation_name] = found
    for relation_name, uses in _uses(declaration).items():
        found = columns.get(relation_name)
        if found is None:
            continue
        for use in uses:
            problem = _column_problem(warehouse, relation_name, found, use)
            if problem is not None:
                checked.problems.append(str(reading.problem(name, use.path, problem)))


def _say_absent(
    warehouse: Warehouse,
    reading: Reading,
    name: str,
    path: KeyPath,
    relation_name: str,
    checked: Checked,
) -> None:
    node = find_node(warehouse.manifest, relation_name)
    if node is not None and str(node.unique_id).startswith("source."):
        message = (
            f"the table of source '{relation_name}' is not in the database; "
            "load it or correct the source"
        )
        checked.problems.append(str(reading.problem(name, path, message)))
        return
    message = (
        f"'{relation_name}' is not built yet, so its columns were not checked; "
        f"run `dbt build --select {relation_name}`"
    )
    checked.notes.append(str(reading.problem(name, path, message)))


def _uses(declaration: Declaration) -> dict[str, list[Use]]:
    """Return the columns that a declaration reads, by relation."""
    inputs = list(_input_uses(declaration))
    found = {declaration.predictions: list(_log_uses(declaration)) + inputs}
    if isinstance(declaration.reference, ReferenceRelation):
        found.setdefault(declaration.reference.relation, []).extend(inputs)
    labels = declaration.labels
    if labels is not None:
        measure = NUMBER if declaration.task == "regression" else None
        uses = [Use(("labels", "label"), labels.label, measure)]
        if labels.relation is not None:
            uses.insert(0, Use(("labels", "id"), declaration.label_id))
        for key in ("timestamp", "loaded_at"):
            column = getattr(labels, key)
            if column is not None:
                uses.append(Use(("labels", key), column, TIME))
        found.setdefault(labels.relation or declaration.predictions, []).extend(uses)
    return found


def _log_uses(declaration: Declaration) -> Iterator[Use]:
    yield Use(("id",), declaration.id)
    yield Use(("timestamp",), declaration.timestamp, TIME)
    if declaration.loaded_at is not None:
        yield Use(("loaded_at",), declaration.loaded_at, TIME)
    if declaration.version is not None:
        yield Use(("version",), declaration.version)


def _input_uses(declaration: Declaration) -> Iterator[Use]:
    for class_name, column in declaration.score_columns.items():
        path: KeyPath = ("score",) if class_name is None else ("score", class_name)
        yield Use(path, column, NUMBER)
    if declaration.prediction is not None:
        is_number = declaration.task == "regression"
        yield Use(("prediction",), declaration.prediction, NUMBER if is_number else None)
    for index, column in enumerate(declaration.features.numeric):
        yield Use(("features", "numeric", index), column, NUMBER)
    for index, column in enumerate(declaration.features.categorical):
        yield Use(("features", "categorical", index), column)
    for index, segment in enumerate(declaration.segments):
        for column in [segment] if isinstance(segment, str) else segment:
            yield Use(("segments", index), column)
    for column in declaration.protected:
        yield Use(("protected", column), column)


def _column_problem(
    warehouse: Warehouse, relation_name: str, columns: list[ColumnType], use: Use
) -> str | None:
    by_name = {column.name: column for column in columns}
    column = by_name.get(use.column)
    if column is None:
        return (
            f"'{relation_name}' has no column '{use.column}'; {did_you_mean(use.column, by_name)}"
        )
    if use.wanted == NUMBER and not column.is_numeric:
        advice = "cast it in the model"
        if use.path[:2] == ("features", "numeric") and column.kind in ("text", "boolean"):
            advice = "list it under categorical or cast it in the model"
        return f"'{use.column}' of '{relation_name}' is {column.type}, not a number; {advice}"
    if use.wanted == TIME and column.kind not in ("timestamp", "date"):
        return _time_problem(warehouse, relation_name, column)
    return None


def _time_problem(warehouse: Warehouse, relation_name: str, column: ColumnType) -> str | None:
    where = f"'{column.name}' of '{relation_name}'"
    if column.kind != "text":
        return f"{where} is {column.type}, not a time; cast it in the model"
    relation = warehouse.relation(relation_name)
    try:
        warehouse.rows(
            f"select count(cast({warehouse.quote(column.name)} as timestamp)) from {relation}"
        )
    except MonitorError as error:
        return f"{where} is text that is no time; cast it in the model ({error})"
    return None
