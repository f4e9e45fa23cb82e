"""What must hold between the constraints of a declaration and its features."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.declaration.places import Path
from monitor.declaration.problems import did_you_mean
from monitor.declaration.schema import Constraint, Declaration

CONSTRAINTS = {
    "numeric": ("type", "null_rate", "minimum", "maximum", "monotone"),
    "categorical": ("type", "null_rate", "domain"),
    "derived": ("null_rate", "minimum", "maximum", "monotone"),
    "row": ("unique", "minimum_rows", "maximum_rows", "fresh_within"),
}
"""What may be declared of each kind of feature, and of the rows themselves.

Derived are the numbers that stand for a column of another kind, and attributions: their columns
have other names.
"""
ROWS = "__row__"


def constraint_findings(declaration: Declaration) -> Iterator[tuple[Path, str]]:
    """Check that each constraint suits what it is declared of."""
    kinds = _kinds(declaration)
    for feature, wanted in declaration.constraints.items():
        path = ("constraints", feature)
        kind = kinds.get(feature)
        if kind is None:
            hint = _instead(declaration, feature) or did_you_mean(feature, kinds)
            message = f"'{feature}' is neither a feature nor {ROWS}; {hint}"
            yield path, message
            continue
        allowed = CONSTRAINTS[kind]
        for name in wanted.model_dump(exclude_none=True):
            if name not in allowed:
                subject = "the rows have" if kind == "row" else f"a {kind} feature has"
                yield (*path, name), f"{subject} only {', '.join(allowed)}; take it out"
        yield from _ranges(path, wanted)


def _ranges(path: Path, wanted: Constraint) -> Iterator[tuple[Path, str]]:
    for low, high in (("minimum", "maximum"), ("minimum_rows", "maximum_rows")):
        least, most = getattr(wanted, low), getattr(wanted, high)
        if least is not None and most is not None and least > most:
            yield (
                (*path, low),
                f"{least:g} lies above {high} ({most:g}); nothing could satisfy both",
            )


def _instead(declaration: Declaration, column: str) -> str | None:
    """Name the features that stand for a column, if it is one of another kind."""
    derived = [name for name, of in declaration.features.derived.items() if of == column]
    return f"its numbers are: {', '.join(derived)}" if derived else None


def _kinds(declaration: Declaration) -> dict[str, str]:
    kinds = dict.fromkeys(declaration.features.numeric, "numeric")
    kinds.update(dict.fromkeys(declaration.features.categorical, "categorical"))
    kinds.update(dict.fromkeys(declaration.features.derived, "derived"))
    kinds.update({f"__attribution__{name}": "derived" for name in declaration.attributions})
    if declaration.task == "regression":
        kinds["__prediction__"] = "numeric"
    elif declaration.score is not None:
        kinds["__score__"] = "numeric"
    if declaration.task in ("binary", "multiclass"):
        kinds["__prediction__"] = "categorical"
    return {**kinds, ROWS: "row"}
