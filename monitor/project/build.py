"""Build the monitors so that a broken one stops only itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from monitor.declaration import (
    Declaration,
    did_you_mean,
    load,
    relations,
)
from monitor.declaration.problems import dotted
from monitor.project import multivariate
from monitor.project.errors import MonitorError
from monitor.project.nodes import node_names, state
from monitor.project.significance import fill
from monitor.warehouse import first_line, invoke

MONITORS = "ml_monitor__monitors"
RESULTS_TAG = "ml_monitor_results"
RESULTS = f"tag:{RESULTS_TAG}"
VIEW = "ml_monitor_view"
AS_OF = "ml_monitor__as_of"
# What these macros know of a run is written into the views that call them, and so is the moment of
# a replay; guards only look at it.
OF_A_RUN = ("macro.ml_monitor.last_runs", "macro.ml_monitor.monitors_with_labels")
OF_A_REPLAY = "macro.ml_monitor.as_of"
GUARDS = ("macro.ml_monitor.keep_off_production", "macro.ml_monitor.replay_schema")
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
    seconds : dict of str to float
        How long each dbt model took.
    """

    built: int = 0
    broken: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed:
    """A project as dbt has parsed it; it can be built more than once.

    Attributes
    ----------
    manifest : object
        dbt's own.
    unknown : list of str
        Relations that monitors read and dbt does not know.
    broken : dict of str to str
        The monitors that read them.
    """

    manifest: Any
    unknown: list[str]
    broken: dict[str, str]


def parse(
    project_dir: str | Path,
    profiles_dir: str | None = None,
    target: str | None = None,
    variables: dict[str, Any] | None = None,
    options: Sequence[str] = (),
) -> Parsed:
    """Parse a project; what a monitor reads and dbt does not know stops only that monitor.

    Raises
    ------
    MonitorError
        The project does not parse for another reason.
    """
    declarations = load(project_dir)
    parsed = Parsed(None, [], {})
    while True:
        given = _with_unknown(variables, parsed)
        try:
            outcome = invoke(["parse", *options], project_dir, profiles_dir, target, given)
        except MonitorError as error:
            _leave_out_readers(error, declarations, parsed)
        else:
            return replace(parsed, manifest=outcome.result)


def check_names(project_dir: str | Path, select: Sequence[str]) -> dict[str, Declaration]:
    """Return the declarations of a project that has one for each name of `select`.

    Raises
    ------
    MonitorError
        There is no project, its declarations are wrong, or a name is not declared.
    """
    declarations = load(project_dir)
    for name in select:
        if name not in declarations:
            hint = did_you_mean(name, declarations) if declarations else "declare it first"
            raise MonitorError(f"--select: no monitor '{name}' is declared; {hint}")
    return declarations


def build(
    project_dir: str | Path,
    profiles_dir: str | None = None,
    target: str | None = None,
    select: Sequence[str] = (),
    is_full_refresh: bool = False,
    variables: dict[str, Any] | None = None,
    parsed: Parsed | None = None,
    options: Sequence[str] = (),
    with_views: bool = True,
) -> Built:
    """Build the models of each monitor, then the shared results.

    Two invocations of dbt: within one, a broken model would skip the results of all. The first also
    notes, in `ml_monitor__monitors`, which monitors it was to profile. A third where dbt
    runs no Python models, and what they would have found is new.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    select : sequence of str
        Monitors to build; all if empty. Results are always built.
    is_full_refresh : bool
    variables : dict, optional
        Passed to dbt as vars.
    parsed : Parsed, optional
        The project, if it has been parsed with the same options and with vars that place models
        alike.
    options : sequence of str
        Of dbt, such as `["--no-write-json"]`.
    with_views : bool
        Whether to make views again that stand: those that say the same until the project changes,
        whatever a run knows of itself.

    Raises
    ------
    MonitorError
        A name is not declared, or the project does not parse for another reason than that dbt does
        not know what a monitor reads.
    """
    declarations = check_names(project_dir, select)
    owners = _owners(declarations)
    done = Built()
    chosen: list[str] = []
    for name, declaration in declarations.items():
        if select and name not in select:
            continue
        # The demo's models stand beside its data.
        states = {} if declaration.demo else state(Path(project_dir), name, declaration.block)
        missing = [str(path) for path, is_now in states.items() if is_now == "missing"]
        if any(path.endswith(".sql") for path in missing):
            done.broken[name] = f"{', '.join(missing)}: missing; run `monitor add {name}`"
        else:
            chosen += [node for node, owner in owners.items() if owner == name]
    if parsed is None:
        parsed = parse(project_dir, profiles_dir, target, variables, options)
    for name, message in parsed.broken.items():
        done.broken.setdefault(name, message)
    given = _with_unknown(variables, parsed)
    refresh = ["--full-refresh"] if is_full_refresh else []
    standing = set() if with_views else _standing_views(parsed.manifest, AS_OF in given)
    results = [RESULTS] if with_views else _results(parsed.manifest)
    for selection in ([*chosen, MONITORS], results):
        kept = [
            node
            for node in selection
            if owners.get(node) not in done.broken and node not in standing
        ]
        arguments = ["run", *refresh, *options, "--select", *kept]
        manifest = parsed.manifest
        outcome = invoke(arguments, project_dir, profiles_dir, target, given, manifest)
        _count(outcome.result, owners, done)
    if "results" not in done.broken:
        try:
            classified = multivariate.classify(parsed.manifest, project_dir)
            if multivariate.fit(parsed.manifest, project_dir) or classified:
                arguments = ["run", *options, "--select", multivariate.READERS]
                outcome = invoke(
                    arguments, project_dir, profiles_dir, target, given, parsed.manifest
                )
                _count(outcome.result, owners, done)
            fill(parsed.manifest, project_dir)
        except MonitorError as error:
            done.broken["results"] = f"the Python layer: {error}"
    return done


def _standing_views(manifest: Any, is_replay: bool) -> set[str]:
    changing = {*OF_A_RUN, OF_A_REPLAY} if is_replay else {*OF_A_RUN}
    return {
        str(node.name)
        for node in manifest.nodes.values()
        if node.config.materialized == VIEW
        and _called(manifest, node.depends_on.macros).isdisjoint(changing)
    }


def _called(manifest: Any, macros: Sequence[str]) -> set[str]:
    """Return the macros that these call, and theirs, themselves included; guards are left out."""
    called: set[str] = set()
    left = list(macros)
    while left:
        macro = left.pop()
        if macro not in called and macro not in GUARDS:
            called.add(macro)
            left += manifest.macros[macro].depends_on.macros
    return called


def _results(manifest: Any) -> list[str]:
    return [str(node.name) for node in manifest.nodes.values() if RESULTS_TAG in node.tags]


def _with_unknown(variables: dict[str, Any] | None, parsed: Parsed) -> dict[str, Any]:
    unknown = {UNKNOWN_RELATIONS: parsed.unknown} if parsed.unknown else {}
    return {**(variables or {}), **unknown}


def _leave_out_readers(
    error: MonitorError, declarations: dict[str, Declaration], parsed: Parsed
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
    if name is None or not readers or name in parsed.unknown:
        raise error
    parsed.unknown.append(name)
    for monitor, place in readers:
        message = (
            f"{place}: dbt knows no model, seed or source '{name}'; "
            "correct the name in the declaration, or add it to the project"
        )
        parsed.broken.setdefault(monitor, message)


def _owners(declarations: dict[str, Declaration]) -> dict[str, str]:
    return {
        node: name
        for name, declaration in declarations.items()
        for node in node_names(name, declaration.block)
    }


def _count(result: Any, owners: dict[str, str], done: Built) -> None:
    for node in result.results:
        outcome = str(getattr(node.status, "value", node.status))
        if outcome == "success":
            done.built += 1
            done.seconds[str(node.node.name)] = float(node.execution_time)
        elif outcome in ("error", "fail"):
            name = str(node.node.name)
            message = f"{name}: {first_line(node.message)}"
            done.broken.setdefault(owners.get(name, "results"), message)
