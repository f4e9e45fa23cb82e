"""What must hold of the keys that choose what drift is measured by."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.declaration.places import Path
from monitor.declaration.problems import did_you_mean
from monitor.declaration.schema import Declaration

Finding = tuple[Path, str]


def drift_findings(declaration: Declaration) -> Iterator[Finding]:
    """Check `metrics`, `baselines`, `trailing` and `attributions` of one declaration."""
    yield from _metrics(declaration)
    for index, baseline in enumerate(declaration.baselines):
        if baseline in declaration.baselines[:index]:
            yield ("baselines", index), f"'{baseline}' is listed twice; take one out"
    if declaration.trailing is not None and "trailing" not in declaration.baselines:
        yield ("trailing",), "nothing is compared with it; add trailing to baselines, or remove it"
    yield from _attributions(declaration)


def _metrics(declaration: Declaration) -> Iterator[Finding]:
    from monitor.registry import metrics

    if isinstance(declaration.metrics, str) or not declaration.metrics:
        return
    tasks: dict[str, set[str]] = {}
    for one in metrics():
        tasks.setdefault(one.name, set()).update(one.tasks)
    optional = [one.name for one in metrics() if one.is_optional]
    for index, name in enumerate(declaration.metrics):
        path = ("metrics", index)
        if name == "all":
            yield path, "write metrics: all, without a list"
        elif name not in tasks:
            yield path, f"unknown metric '{name}'; {did_you_mean(name, optional)}"
        elif declaration.task not in tasks[name]:
            yield path, f"a {declaration.task} model has no '{name}'; take it out"
        elif name not in optional:
            message = (
                f"'{name}' is no optional metric, and measured wherever it can be; take it out "
                f"(optional: {', '.join(optional)})"
            )
            yield path, message
        elif name in declaration.metrics[:index]:
            yield path, f"'{name}' is listed twice; take one out"


def _attributions(declaration: Declaration) -> Iterator[Finding]:
    features = [*declaration.features.numeric, *declaration.features.categorical]
    seen: dict[str, str] = {}
    for feature, column in declaration.attributions.items():
        path = ("attributions", feature)
        if feature not in features:
            hint = did_you_mean(feature, features) if features else "declare it there first"
            yield path, f"'{feature}' is not declared under features; {hint}"
        if column in features:
            message = (
                f"'{column}' is itself a feature; name the column that holds the attribution "
                f"(SHAP value) of '{feature}' instead, such as shap_{feature}"
            )
            yield path, message
        elif seen.setdefault(column, feature) != feature:
            yield path, f"'{column}' is the attribution of '{seen[column]}' too; name its own"
