"""Set aside the broken keys of a block, so that the other mistakes are found at once too."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from monitor.declaration.places import Path
from monitor.declaration.schema import TASKS, Declaration

_ABSENT = "\N{NULL}"
# A relation's name is held to a pattern; no dbt model is likely to bear these.
_ABSENT_RELATIONS = {"predictions": "absent_predictions__", "reference": "absent_reference__"}


def repaired(block: dict[Any, Any], broken: Iterable[Path]) -> Declaration | None:
    """Return the block without its broken keys, or None if too little is left to check.

    Parameters
    ----------
    block : dict
        What the user wrote.
    broken : iterable of Path
        Keys with a mistake of their own. A misspelt `task` is read as the one that is meant; any
        other broken one leaves nothing to compare with.
    """
    paths = sorted(set(broken), key=len, reverse=True)
    rest = copy.deepcopy(block)
    if ("task",) in paths:
        meant = get_close_matches(str(block.get("task")), TASKS, n=1)
        if not meant:
            return None
        rest["task"] = meant[0]
        paths.remove(("task",))
    for path in paths:
        _set_aside(rest, path)
    for key in ("id", "timestamp"):
        rest.setdefault(key, f"{_ABSENT}{key}")
    rest.setdefault("predictions", _ABSENT_RELATIONS["predictions"])
    rest.setdefault("reference", {"relation": _ABSENT_RELATIONS["reference"]})
    if isinstance(rest.get("labels"), dict):
        rest["labels"].setdefault("label", f"{_ABSENT}label")
    try:
        return Declaration.model_validate(rest)
    except ValidationError:
        return None


def touches(path: Path, broken: Iterable[Path]) -> bool:
    """Say whether `path` is a broken key, lies below or above one, or is judged by one."""
    judged_by = (
        (("score",), ("prediction",), ("group",)) if path in (("task",), ("threshold",)) else ()
    )
    # A metric's name is right or wrong whatever its limits are.
    is_metric = path[:1] == ("thresholds",) and len(path) == 2
    return any(
        path[: len(other)] == other
        or (other[: len(path)] == path and not is_metric)
        or other[:1] in judged_by
        for other in broken
    )


def is_absent(value: str) -> bool:
    """Say whether a value stands in for one that is missing or broken."""
    return value.startswith(_ABSENT) or value in _ABSENT_RELATIONS.values()


def _set_aside(block: Any, path: Path) -> None:
    if path[0] == "thresholds" and len(path) > 1 and isinstance(block.get("thresholds"), dict):
        block["thresholds"][path[1]] = {"warn_at": 1, "alert_at": 1}
        return
    if path[0] in ("reference", "owner", "thresholds", "protected"):
        block.pop(path[0], None)
        return
    for part in path[:-1]:
        try:
            block = block[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(block, list) and path[-1] < len(block):
        block[path[-1]] = f"{_ABSENT}{path[-1]}"
    elif isinstance(block, dict):
        block.pop(path[-1], None)
