"""Read the declarations of a dbt project and find every mistake in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from monitor.declaration.places import Path, Places, read_yaml
from monitor.declaration.problems import DeclarationError, Problem, dotted
from monitor.declaration.repair import is_absent, repaired, touches
from monitor.declaration.rules import (
    collision_findings,
    declaration_findings,
    name_findings,
)
from monitor.declaration.schema import Declaration
from monitor.declaration.translate import translate
from monitor.project.errors import no_project

PROJECT_FILE = "dbt_project.yml"
ROOT: Path = ("vars", "ml_monitor")


@dataclass
class Reading:
    """What a dbt_project.yml declares.

    Attributes
    ----------
    declarations : dict of str to Declaration
        The sound blocks.
    problems : list of Problem
        The mistakes in the others.
    readable : dict of str to Declaration
        The sound blocks, and what can be read of the others.
    broken : dict of str to set of Path
        Keys of a readable block that could not be read.
    """

    declarations: dict[str, Declaration] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: Places = field(default_factory=Places)
    readable: dict[str, Declaration] = field(default_factory=dict)
    broken: dict[str, set[Path]] = field(default_factory=dict)

    def is_broken(self, name: str, path: Path, value: str = "") -> bool:
        """Say whether a key of a readable block, or its value, stands in for a broken one."""
        return is_absent(value) or touches(path, self.broken.get(name, ()))

    def problem(self, name: str, path: Path, message: str) -> Problem:
        """Return a problem placed at `path` of monitor `name`."""
        return Problem(self.places.line((*ROOT, name, *path)), dotted((str(name), *path)), message)


def load(project_dir: str | FilePath) -> dict[str, Declaration]:
    """Return the declarations of a dbt project by name.

    Raises
    ------
    DeclarationError
        With every mistake at once, each with its line.
    MonitorError
        The directory holds no readable dbt_project.yml.
    """
    reading = read(project_dir)
    if reading.problems:
        raise DeclarationError(reading.problems)
    return reading.declarations


def read(project_dir: str | FilePath) -> Reading:
    """Return the sound declarations of a dbt project together with every mistake."""
    path = FilePath(project_dir) / PROJECT_FILE
    if not path.is_file():
        raise no_project(path.resolve().parent)
    return read_text(path.read_text(encoding="utf-8"))


def read_text(text: str) -> Reading:
    """Return what the text of a dbt_project.yml declares."""
    data, places = read_yaml(text, PROJECT_FILE)
    reading = Reading(places=places)
    for key_path, line in places.repeated:
        if key_path[:2] == ROOT:
            shown = dotted(key_path[2:]) or "vars.ml_monitor"
            reading.problems.append(Problem(line, shown, "the key is written twice; keep one"))
    project = data if isinstance(data, dict) else {}
    variables = project.get("vars")
    variables = variables if isinstance(variables, dict) else {}
    for scope, scoped in variables.items():
        if scope != "ml_monitor" and isinstance(scoped, dict) and "ml_monitor" in scoped:
            message = (
                "what stands under one project is hidden from the package's own models; "
                "move it to vars.ml_monitor"
            )
            place = ("vars", scope, "ml_monitor")
            reading.problems.append(Problem(places.line(place), dotted(place), message))
    blocks = variables.get("ml_monitor")
    if blocks is None:
        return reading
    if not isinstance(blocks, dict):
        message = "must be a mapping of monitor names to their blocks"
        reading.problems.append(Problem(places.line(ROOT), "vars.ml_monitor", message))
        return reading
    is_demo_project = project.get("name") == "ml_monitor"
    for name, block in blocks.items():
        ignored = isinstance(block, dict) and block.get("demo") is True and not is_demo_project
        if not ignored:
            _read_block(name, block, reading)
    for name, (path, message) in collision_findings(reading.declarations):
        reading.problems.append(reading.problem(name, path, message))
    wrong = {problem.path.split(".")[0].split("[")[0] for problem in reading.problems}
    for name in wrong & reading.declarations.keys():
        del reading.declarations[name]
    reading.problems.sort()
    return reading


def _read_block(name: Any, block: Any, reading: Reading) -> None:
    if not isinstance(block, dict):
        message = (
            "must be a mapping that declares an ML model; "
            "package-wide settings are top-level vars named ml_monitor__…"
        )
        reading.problems.append(reading.problem(name, (), message))
        return
    for path, message in name_findings(name):
        reading.problems.append(reading.problem(name, path, message))
    declaration, broken, findings = examine(block)
    for path, message in (*broken.items(), *findings):
        reading.problems.append(reading.problem(name, path, message))
    if declaration is None:
        return
    reading.readable[str(name)] = declaration
    reading.broken[str(name)] = set(broken)
    if not broken:
        reading.declarations[str(name)] = declaration


def examine(
    block: dict[Any, Any],
) -> tuple[Declaration | None, dict[Path, str], list[tuple[Path, str]]]:
    """Read one monitor's block.

    Returns
    -------
    tuple
        What can be read of it, or None; the keys that cannot, with what is wrong; and what does not
        hold between the others.
    """
    broken: dict[Path, str] = {}
    declaration: Declaration | None
    try:
        declaration = Declaration.model_validate(block)
    except ValidationError as error:
        broken = translate(block, error)
        declaration = repaired(block, broken)
    if declaration is None:
        return None, broken, []
    found = declaration_findings(declaration)
    return declaration, broken, [one for one in found if not touches(one[0], broken)]
