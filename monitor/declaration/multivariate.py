"""What must hold of the features that a declaration watches together."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.declaration.places import Path
from monitor.declaration.problems import did_you_mean
from monitor.declaration.schema import MOST_COMBINED_FEATURES, MOST_JOINT_FEATURES, Declaration

JOINT_METRICS_FAMILY = "joint"


def multivariate_findings(declaration: Declaration) -> Iterator[tuple[Path, str]]:
    """Check `multivariate`, and that thresholds of what it computes have it."""
    yield from _thresholds(declaration)
    if not declaration.multivariate:
        return
    known = [*declaration.features.numeric, *declaration.features.categorical]
    features, combinations = declaration.joint_features, declaration.joint_combinations
    for key, names, allowed in (
        ("features", features if features != known else [], known),
        ("combinations", combinations, features),
    ):
        for index, name in enumerate(names):
            path = ("multivariate", key, index)
            if name not in allowed:
                where = "features" if key == "features" else "the features watched together"
                hint = did_you_mean(name, allowed) if allowed else "declare it there first"
                yield path, f"'{name}' is not one of {where}; {hint}"
            elif name in names[:index]:
                yield path, f"'{name}' is listed twice; take one out"
    if len(features) < 2:
        there = "is one" if features else "are none"
        yield (
            ("multivariate",),
            f"needs at least two features, there {there}; declare more under features, "
            "or take multivariate out",
        )
    elif len(features) > MOST_JOINT_FEATURES:
        yield (
            ("multivariate",),
            f"takes at most {MOST_JOINT_FEATURES} features, there are {len(features)}; "
            "name those that belong together under multivariate.features",
        )
    if combinations and not 2 <= len(combinations) <= MOST_COMBINED_FEATURES:
        message = f"needs two to {MOST_COMBINED_FEATURES} features, has {len(combinations)}"
        yield ("multivariate", "combinations"), message


def _thresholds(declaration: Declaration) -> Iterator[tuple[Path, str]]:
    if declaration.multivariate or not declaration.thresholds:
        return
    from monitor.registry import metrics

    joint = {metric.name for metric in metrics() if metric.family == JOINT_METRICS_FAMILY}
    for name in declaration.thresholds:
        if name in joint:
            message = f"'{name}' is of features together; declare multivariate: true as well"
            yield ("thresholds", name), message
