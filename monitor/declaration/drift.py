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
    known = {one.name for one in metrics()}
    allowed = {one.name for one in metrics() if declaration.task in one.tasks}
    for index, name in enumerate(declaration.metrics):
        path = ("metrics", index)
        if name not in known:
            yield path, f"unknown metric '{name}'; {did_you_mean(name, sorted(allowed))}"
        elif name not in allowed:
            yield path, f"a {declaration.task} model has no '{name}'; take it out"
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
            yield path, f"'{column}' is a feature, not the attribution of one; name its column"
        elif seen.setdefault(column, feature) != feature:
            yield path, f"'{column}' is the attribution of '{seen[column]}' too; name its own"
