"""Read a policy: other limits than those that are declared, to be tried on history."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from monitor.declaration.load import examine
from monitor.declaration.places import Path, read_yaml
from monitor.declaration.problems import DeclarationError, Problem, did_you_mean, dotted
from monitor.declaration.schema import Declaration
from monitor.project.errors import MonitorError

EVERY_MONITOR = "all"
KEYS = ("thresholds", "limits", "min_rows")

Policy = dict[str, dict[str, Any]]


def read_policy(file: str | FilePath, declarations: Mapping[str, Declaration]) -> Policy:
    """Return what a policy's file says of each monitor, a key in the place of the declared one.

    Under `all` stands what holds for every monitor, but for keys of its own; thresholds there count
    where the monitor's task has the metric.

    Parameters
    ----------
    file : path
        YAML: monitors, or `all`, and of each `thresholds`, `limits` and `min_rows` as a declaration
        writes them.
    declarations : mapping of str to Declaration

    Raises
    ------
    DeclarationError
        With every mistake at once, each with its line.
    MonitorError
        The file cannot be read.
    """
    name = FilePath(file).name
    try:
        text = FilePath(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MonitorError(f"{file}: cannot be read ({error})") from error
    data, places = read_yaml(text, name)
    if not isinstance(data, dict) or not data:
        raise MonitorError(
            f"{name}:1  a policy is a mapping of monitors, or {EVERY_MONITOR}, to other "
            f"{', '.join(KEYS)}; such as {{{EVERY_MONITOR}: {{min_rows: 200}}}}"
        )
    repeated = [
        Problem(line, dotted(path), "the key is written twice; keep one", name)
        for path, line in places.repeated
    ]
    found = _misplaced(data, declarations)
    policy: Policy = {monitor: {} for monitor in declarations}
    if not found:
        for monitor in sorted(data, key=lambda one: one != EVERY_MONITOR):
            own = data[monitor]
            for one in declarations if monitor == EVERY_MONITOR else [monitor]:
                said = _that_suit(own, declarations[one]) if monitor == EVERY_MONITOR else own
                for path, message in _wrong(said, declarations[one]):
                    found.setdefault((monitor, *path), message)
                policy[one].update(said)
    problems = [
        Problem(places.line(path), dotted(path), message, name) for path, message in found.items()
    ]
    if repeated or problems:
        raise DeclarationError([*repeated, *problems])
    return {monitor: said for monitor, said in policy.items() if said}


def _misplaced(data: dict[Any, Any], declarations: Mapping[str, Declaration]) -> dict[Path, str]:
    """Find what is no monitor, and what a policy cannot say of one."""
    found: dict[Path, str] = {}
    for monitor, block in data.items():
        if monitor != EVERY_MONITOR and monitor not in declarations:
            hint = did_you_mean(monitor, [EVERY_MONITOR, *declarations])
            found[(monitor,)] = f"no monitor of this name is declared; {hint}"
        elif not isinstance(block, dict) or not block:
            found[(monitor,)] = f"must be a mapping that says other {', '.join(KEYS)}"
        else:
            for key in block:
                if key not in KEYS:
                    message = f"a policy cannot change '{key}'; {did_you_mean(key, KEYS)}"
                    found[monitor, key] = message
    return found


def _wrong(said: dict[str, Any], declaration: Declaration) -> list[tuple[Path, str]]:
    declared = declaration.model_dump(by_alias=True, exclude_unset=True)
    _, broken, findings = examine({**declared, **said})
    return [*broken.items(), *findings]


def _that_suit(said: dict[str, Any], declaration: Declaration) -> dict[str, Any]:
    """Leave out thresholds of metrics that other tasks have and this one has not."""
    thresholds = said.get("thresholds")
    if not isinstance(thresholds, dict):
        return said
    from monitor.registry import metrics

    others = {one.name for one in metrics() if declaration.task not in one.tasks}
    others -= {one.name for one in metrics() if declaration.task in one.tasks}
    kept = {metric: limits for metric, limits in thresholds.items() if metric not in others}
    return {**said, "thresholds": kept}
