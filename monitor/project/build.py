"""Build the monitors so that a broken one stops only itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from monitor.declaration import (
    Declaration,
    ReferenceRelation,
    did_you_mean,
    load,
    relations,
)
from monitor.declaration.problems import dotted
from monitor.project.errors import MonitorError
from monitor.project.nodes import node_names, state
from monitor.warehouse import first_line, invoke

MONITORS = "ml_monitor__monitors"
RESULTS = "tag:ml_monitor_results"
UNKNOWN_RELATIONS = "ml_monitor__unknown_relations"


@dataclass
class Built:
    """What a run did.

    Attributes
    ----------
    built : int
        Number of dbt models built.
    broken : dict of str to str
        The first error of each broken monitor, and of the results.
    """

    built: int = 0
    broken: dict[str, str] = field(default_factory=dict)


def build(
    project_dir: str | Path,
    profiles_dir: str | None = None,
    target: str | None = None,
    select: Sequence[str] = (),
    is_full_refresh: bool = False,
    variables: dict[str, Any] | None = None,
) -> Built:
    """Build the models of each monitor, then the shared results.

    Two invocations of dbt: within one, a broken model would skip the results of all. The first also
    notes, in `ml_monitor__monitors`, which monitors it was to profile.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    select : sequence of str
        Monitors to build; all if empty. Results are always built.
    is_full_refresh : bool
    variables : dict, optional
        Passed to dbt as vars.

    Raises
    ------
    MonitorError
        A name is not declared, or the project does not parse for another reason than that dbt does
        not know what a monitor reads.
    """
    declarations = load(project_dir)
    for name in select:
        if name not in declarations:
            hint = did_you_mean(name, declarations) if declarations else "declare it first"
            raise MonitorError(f"--select: no monitor '{name}' is declared; {hint}")
    options = ["--full-refresh"] if is_full_refresh else []
    owners = _owners(declarations)
    done = Built()
    chosen: list[str] = []
    for name, declaration in declarations.items():
        if select and name not in select:
            continue
        # The demo's models stand beside its data.
        is_relation = isinstance(declaration.reference, ReferenceRelation)
        states = {} if declaration.demo else state(Path(project_dir), name, is_relation)
        missing = [str(path) for path, is_now in states.items() if is_now == "missing"]
        if any(path.endswith(".sql") for path in missing):
            done.broken[name] = f"{', '.join(missing)}: missing; run `monitor add {name}`"
        else:
            chosen += [node for node, owner in owners.items() if owner == name]
    dbt = partial(invoke, project_dir=project_dir, profiles_dir=profiles_dir, target=target)
    given = dict(variables or {})
    for selection in ([*chosen, MONITORS], [RESULTS]):
        outcome = None
        while outcome is None:
            kept = [node for node in selection if owners.get(node) not in done.broken]
            try:
                outcome = dbt(["run", *options, "--select", *kept], variables=given)
            except MonitorError as error:
                _leave_out_readers(error, declarations, given, done)
        _count(outcome.result, owners, done)
    return done


def _leave_out_readers(
    error: MonitorError,
    declarations: dict[str, Declaration],
    variables: dict[str, Any],
    done: Built,
) -> None:
    """Call broken whoever reads what dbt does not know; raise the error if it is another."""
    found = re.search(r"depends on a (?:node|source) named '(.+)' which was not found", str(error))
    name = found.group(1) if found else None
    readers = [
        (monitor, dotted(path))
        for monitor, declaration in declarations.items()
        for path, relation in relations(declaration)
        if relation == name
    ]
    unknown = variables.get(UNKNOWN_RELATIONS, [])
    if not readers or name in unknown:
        raise error
    variables[UNKNOWN_RELATIONS] = [*unknown, name]
    for monitor, place in readers:
        message = (
            f"{place}: dbt knows no model, seed or source '{name}'; "
            "correct the name in the declaration, or add it to the project"
        )
        done.broken.setdefault(monitor, message)


def _owners(declarations: dict[str, Declaration]) -> dict[str, str]:
    return {
        node: name
        for name, declaration in declarations.items()
        for node in node_names(name, isinstance(declaration.reference, ReferenceRelation))
    }


def _count(result: Any, owners: dict[str, str], done: Built) -> None:
    for node in result.results:
        outcome = str(getattr(node.status, "value", node.status))
        if outcome == "success":
            done.built += 1
        elif outcome in ("error", "fail"):
            name = str(node.node.name)
            message = f"{name}: {first_line(node.message)}"
            done.broken.setdefault(owners.get(name, "results"), message)
