"""Compare declarations with the project's files and with the warehouse."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from monitor.declaration import Reading, ReferenceRelation, read
from monitor.declaration.rules import name_findings
from monitor.project import nodes
from monitor.project.declared_tables import compare
from monitor.project.errors import MonitorError
from monitor.warehouse import Warehouse


@dataclass
class Checked:
    """What a check found.

    Attributes
    ----------
    names : list of str
        Monitors without a mistake in their declaration.
    problems : list of str
        Mistakes.
    warnings : list of str
        What is odd in the data, and may be right tomorrow.
    notes : list of str
        What could not be checked yet.
    """

    names: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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
    problems = list(reading.problems)
    others = _left_behind(Path(project_dir), reading)
    for name in reading.readable:
        others += _file_problems(Path(project_dir), reading, name)
    if reading.readable and not is_offline:
        try:
            # Without its monitors the project parses whatever they name.
            with Warehouse.from_project(
                project_dir, profiles_dir, target, {"ml_monitor": {}}
            ) as warehouse:
                for name in reading.readable:
                    found = compare(warehouse, reading, name)
                    problems += found.problems
                    checked.warnings += map(str, found.warnings)
                    checked.notes += map(str, found.notes)
        except MonitorError as error:
            others.append(f"the warehouse could not be checked: {error}")
    checked.problems = [*map(str, sorted(problems)), *others]
    return checked


def _left_behind(project_dir: Path, reading: Reading) -> list[str]:
    """Find the files of monitors that are declared no longer, which stop a build."""
    if reading.problems:
        return []
    return [
        f"{nodes.FOLDER / name}: no monitor '{name}' is declared; take the folder away, or declare "
        "the monitor again"
        for name in sorted(
            path.parent.name for path in (project_dir / nodes.FOLDER).glob("*/*__grid.sql")
        )
        if name not in reading.readable
    ]


def _file_problems(project_dir: Path, reading: Reading, name: str) -> list[str]:
    declaration = reading.readable[name]
    if declaration.demo:
        return []
    reference = declaration.reference
    value = reference.relation if isinstance(reference, ReferenceRelation) else ""
    if any(name_findings(name)) or reading.is_broken(name, ("reference",), value):
        return []
    states = nodes.state(project_dir, name, declaration.block)
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
