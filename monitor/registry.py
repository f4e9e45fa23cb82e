"""The metric registry: what every metric means, read from the macros that SQL reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jinja2
import yaml

from monitor.declaration.schema import TASKS
from monitor.project.package import package_path

# What `macros/performance/metric_rows.sql` computes for one task only.
_BINARY = frozenset({"gini", "ks_separation", "lift_at_10", "expected_calibration_error"})
_REGRESSION = frozenset({
    *("mae", "rmse", "mse", "mape", "wmape", "smape", "msle", "rmsle", "r2", "mean_error"),
    *("median_absolute_error", "error_quantile_05", "error_quantile_25", "error_quantile_50"),
    *("error_quantile_75", "error_quantile_95"),
})  # fmt: skip

Direction = Literal["higher_is_worse", "lower_is_worse", "both"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of one result table.

    Attributes
    ----------
    name, family : str
        `family` is the result table that has it: drift, quality, performance.
    formula, unit, source : str
        Definition in words, unit of the value, and where the definition comes from.
    lower, upper : float or None
        Range of the value; None where it has no bound.
    direction : str
        `higher_is_worse`, `lower_is_worse` or `both`.
    warn_at, alert_at : float or None
        Worsening that is judged by default; None where the metric is evidence only.
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

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks whose models have the metric; drift and quality suit every one."""
        if self.family != "performance":
            return TASKS
        if self.name in _REGRESSION:
            return ("regression",)
        if self.name.endswith(("_macro", "_micro", "_weighted")):
            return ("multiclass",)
        return ("binary",) if self.name in _BINARY else ("binary", "multiclass")


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
    return tuple(Metric(**entry) for file in files for entry in _entries(file))


def _entries(file: Path) -> list[dict[str, Any]]:
    """Run the macro that bears the file's name, with dbt's `return` and `fromyaml`."""
    returned: list[dict[str, Any]] = []
    environment = jinja2.Environment(autoescape=False)  # noqa: S701
    environment.globals.update({"return": returned.extend, "fromyaml": yaml.safe_load})
    getattr(environment.from_string(file.read_text(encoding="utf-8")).module, file.stem)()
    return returned
