"""The metric registry: what every metric means, read from the macros that SQL reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2
import yaml

from monitor.declaration.schema import TASKS
from monitor.project.package import package_path

FAMILIES = ("drift", "joint", "quality", "performance")

Direction = Literal["higher_is_worse", "lower_is_worse", "both"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of one result table.

    Attributes
    ----------
    name, family : str
        `family` is the result table that has it: drift, joint (joint_drift), quality, performance.
    formula, unit, source : str
        Definition in words, unit of the value, and where the definition comes from.
    lower, upper : float or None
        Range of the value; None where it has no bound.
    direction : str
        `higher_is_worse`, `lower_is_worse` or `both`.
    warn_at, alert_at : float or None
        Worsening that is judged by default; None where the metric is evidence only.
    tasks : tuple of str
        The tasks whose models have the metric.
    features : str
        The features that have it: `all`, `numeric`, `categorical`, `row`, the rows themselves,
        `score`, `embedding`, `attributions`, the ranking of all of them,
        `joint`, all of them together, `pair`, every two, or `classifier`, where one is declared.
    is_optional : bool
        Whether results hold it only where a declaration names it, under `metrics` or `thresholds`.
    needs : str
        The key of a declaration without which a monitor does not have the metric; empty if none.
    learned : bool
        Whether it is judged by default without an `alert_at`, by a rule of its own.
    """

    name: str
    family: str
    formula: str
    unit: str
    lower: float | None
    upper: float | None
    direction: Direction
    warn_at: float | None
    alert_at: float | None
    source: str
    tasks: tuple[str, ...] = TASKS
    features: str = "all"
    is_optional: bool = False
    needs: str = ""
    learned: bool = False


@cache
def metrics() -> tuple[Metric, ...]:
    """Return every metric, family by family.

    Examples
    --------
    >>> [metric.unit for metric in metrics() if metric.name == "population_stability_index"]
    ['nats']
    """
    folder = package_path() / "macros" / "registry"
    files = sorted(folder.glob("*_metrics.sql"))
    entries = (entry for file in files for entry in _returned(file))
    ordered = sorted(entries, key=lambda entry: FAMILIES.index(entry["family"]))
    return tuple(Metric(**_as_tuple(entry)) for entry in ordered)


def _as_tuple(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "tasks": tuple(entry.get("tasks", TASKS))}


@cache
def segment_limits() -> Mapping[str, int]:
    """Return how many segments there may be.

    Examples
    --------
    >>> segment_limits()["of_combination"]
    1000
    """
    limits: Mapping[str, int] = _returned(
        package_path() / "macros" / "registry" / "segment_limits.sql"
    )
    return limits


def _returned(file: Path) -> Any:
    """Run the macro that bears the file's name, with dbt's `return` and `fromyaml`."""
    returned: list[Any] = []
    environment = jinja2.Environment(autoescape=False)  # noqa: S701
    environment.globals.update({"return": returned.append, "fromyaml": yaml.safe_load})
    getattr(environment.from_string(file.read_text(encoding="utf-8")).module, file.stem)()
    return returned[0]
