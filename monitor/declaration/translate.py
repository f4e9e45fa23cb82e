"""Turn pydantic's errors into sentences about the user's own keys."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from monitor.declaration import schema
from monitor.declaration.places import Path
from monitor.declaration.problems import did_you_mean

_MODELS: dict[str, type[BaseModel]] = {
    "labels": schema.Labels,
    "features": schema.Features,
    "protected": schema.Protected,
    "thresholds": schema.Threshold,
    "costs": schema.Costs,
    "constraints": schema.Constraint,
    "limits": schema.Limits,
    "multivariate": schema.Multivariate,
    "owner": schema.Owner,
}
_PATTERN_HINTS = {
    "late_by": "write a number and a unit, such as '1 hour' or '2 days'",
    "fresh_within": "write a number and a unit, such as '6 hours' or '2 days'",
    "email": "write an e-mail address, such as team@example.com",
    "predictions": "write a model or seed name, or 'source.table'",
    "relation": "write a model or seed name, or 'source.table'",
}
_ALLOWED = {
    "task": schema.TASKS,
    "window": schema.WINDOWS,
    "roll_up": schema.ROLL_UPS["hour"],
    "limits": schema.LIMIT_METHODS,
    "severity": schema.SEVERITIES,
    "constraints": schema.COLUMN_KINDS,
    "baselines": schema.BASELINES,
}
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list, such as [a, b]",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "finite_number": "a finite number",
    "too_short": "a list of at least one value",
}


def translate(block: Any, error: ValidationError) -> dict[Path, str]:
    """Turn one block's validation error into what is wrong, by the key it is about.

    Parameters
    ----------
    block : object
        What the user wrote.
    error : pydantic.ValidationError
    """
    found: dict[Path, str] = {}
    missing: dict[Path, str] = {}
    nearest: set[Path] = set()
    for item in error.errors():
        path = _written_path(block, item["loc"], item["type"])
        if item["type"] == "missing":
            key = path[-1]
            missing[path] = f"the key '{key}' is missing{_about(path)}"
        elif item["type"] == "extra_forbidden":
            allowed = _allowed_keys(path[:-1])
            hint = did_you_mean(path[-1], allowed)
            nearest.update((*path[:-1], key) for key in allowed if hint == f"did you mean '{key}'?")
            if path[0] == "reference" and path[-1] in allowed:
                hint = "keep either the relation or the period ('from' and 'to')"
                found[path] = f"a reference with a relation has no '{path[-1]}'; {hint}"
            else:
                found[path] = f"unknown key '{path[-1]}'; {hint}"
        else:
            found.setdefault(path, _sentence(path, item, _at(block, path)))
    for path, message in missing.items():
        misspelt = path in nearest or (*path[:-1], "relation") in nearest
        if not misspelt:
            found[path] = message
    return found


def _written_path(block: Any, location: tuple[int | str, ...], kind: str) -> Path:
    """Drop from pydantic's location the parts that name union branches."""
    path: list[Any] = []
    here = block
    for position, part in enumerate(location):
        is_last = position == len(location) - 1
        if isinstance(here, dict):
            key = next((k for k in here if k == part or str(k) == part), None)
            if key is not None:
                path.append(key)
                here = here[key]
            elif kind == "missing" and is_last:
                path.append(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            path.append(part)
            here = here[part]
    return tuple(path)


def _at(block: Any, path: Path) -> Any:
    for part in path:
        block = block[part]
    return block


def _allowed_keys(parent: Path) -> list[str]:
    if not parent:
        return [key for key in schema.Declaration.model_fields if key != "demo"]
    if parent[0] == "reference":
        return ["from", "to", "relation"]
    if parent[0] == "incidents":
        return ["from", "to", "reason"]
    model = _MODELS.get(str(parent[0]))
    return list(model.model_fields) if model else []


def _about(path: Path) -> str:
    if path == ("reference",):
        return "; write {from: 2026-01-01, to: 2026-02-01} or {relation: training_set}"
    if path == ("task",):
        return f"; allowed: {', '.join(schema.TASKS)}"
    if path == ("predictions",):
        return "; name the model, seed or 'source.table' that holds the predictions"
    if path and path[0] == "reference":
        return "; a reference has both 'from' and 'to'"
    if path and path[0] == "incidents":
        return "; an incident has both 'from' and 'to'"
    column = {"id": "that is unique for a prediction", "timestamp": "when it was made"}
    if len(path) == 1 and path[0] in column:
        return f"; name the column {column[path[0]]}"
    return ""


def _sentence(path: Path, item: Any, value: Any) -> str:
    kind: str = item["type"]
    if value is None:
        return "is empty; give it a value or remove the key"
    if path == ("metrics",):
        return f"is {_shown(value)}; {_metrics_hint(value)}"
    if path == ("multivariate",):
        return f"is {_shown(value)}; write true, false or a mapping, such as {{sample: 2000}}"
    if kind == "literal_error":
        allowed = _ALLOWED[str(path[0])]
        hint = did_you_mean(value, allowed)
        listed = "" if hint.startswith("allowed") else f" (allowed: {', '.join(allowed)})"
        return f"is {_shown(value)}; {hint}{listed}"
    if kind == "string_pattern_mismatch":
        return f"is {_shown(value)}; {_PATTERN_HINTS.get(str(path[-1]), 'is not allowed here')}"
    if kind == "string_too_short":
        return "is empty; name a column"
    if kind.startswith("date"):
        return f"is {_shown(value)}; write a date such as 2026-01-31, without a time"
    limits = item.get("ctx", {})
    if kind == "greater_than_equal":
        return f"is {_shown(value)}; must be at least {limits['ge']:g}"
    if kind == "greater_than":
        return f"is {_shown(value)}; must be above {limits['gt']:g}"
    if kind == "less_than_equal":
        return f"is {_shown(value)}; must be at most {limits['le']:g}"
    if path[:1] == ("positive",) or (path[:1] == ("protected",) and len(path) == 3):
        return f"must be one value (text, a number, true or false), is {_shown(value)}"
    return f"must be {_WANTED.get(kind, 'of another kind')}, is {_shown(value)}"


def _metrics_hint(value: Any) -> str:
    from monitor.registry import metrics

    optional = [one.name for one in metrics() if one.is_optional]
    if value in optional:
        return f"write a list, [{value}], or all"
    return f"write all, or a list of {', '.join(optional)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"'{value}'" if isinstance(value, str) else str(value)
