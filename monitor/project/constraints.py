"""What must hold of a monitor's data, from the table ml_monitor__constraints, as YAML to adopt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from monitor.declaration import Declaration
from monitor.declaration.schema import Constraint
from monitor.project.results import result_relation
from monitor.warehouse import Warehouse

COLUMNS = ("feature", "constraint_type", "value", "value_text")
WHOLE_NUMBERS = ("minimum_rows", "maximum_rows")
TRUTHS = ("unique", "monotone")
RANGES = (("minimum", "maximum"), ("minimum_rows", "maximum_rows"))

Constraints = dict[str, dict[str, Any]]


def read_constraints(warehouse: Warehouse, monitor: str, declaration: Declaration) -> Constraints:
    """Return what is learned or declared of each feature, and of `__row__`, the rows themselves.

    Parameters
    ----------
    warehouse : Warehouse
    monitor : str
    declaration : Declaration
        Its own constraints are returned as they are written.
    """
    relation = result_relation(warehouse, "ml_monitor__constraints", COLUMNS)
    grid = result_relation(warehouse, "ml_monitor__grid")
    rows = warehouse.frame(
        f"select {', '.join(COLUMNS)} from {relation} where monitor = '{monitor}' "
        "and source = 'learned' order by feature, constraint_type"
    )
    categories = warehouse.frame(
        f"select feature, category from {grid} where part = 'category' and monitor = '{monitor}'"
    )
    domains = categories.groupby("feature")["category"].agg(sorted).to_dict()
    found: Constraints = {}
    for row in rows.to_dict("records"):
        feature, name = str(row["feature"]), str(row["constraint_type"])
        found.setdefault(feature, {})[name] = _value(name, row, domains.get(feature, []))
    for feature, wanted in declaration.constraints.items():
        of_feature, own = found.setdefault(feature, {}), wanted.model_dump(exclude_none=True)
        of_feature.update(own)
        for low, high in RANGES:
            if low in of_feature and high in of_feature and of_feature[low] > of_feature[high]:
                # the data has left what is declared: what it would suggest is of no use
                del of_feature[high if low in own else low]
    names = list(Constraint.model_fields)
    return {
        feature: {name: wanted[name] for name in names if name in wanted}
        for feature, wanted in found.items()
    }


def _value(name: str, row: Mapping[Any, Any], domain: list[str]) -> Any:
    if name == "domain":
        return domain
    if name in TRUTHS:
        return True
    if name in WHOLE_NUMBERS:
        return int(row["value"])
    if name in ("type", "fresh_within"):
        return str(row["value_text"])
    number = float(row["value"])
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def as_yaml(constraints: Constraints) -> str:
    """Return the block `constraints:` of a declaration.

    Examples
    --------
    >>> print(as_yaml({"income": {"minimum": 0}, "__row__": {"unique": True}}), end="")
    constraints:
      income: {minimum: 0}
      __row__: {unique: true}
    """
    lines = ["constraints:"]
    for feature, wanted in constraints.items():
        block = yaml.safe_dump(
            wanted, default_flow_style=True, sort_keys=False, width=10**9, allow_unicode=True
        )
        name = yaml.safe_dump(feature, width=10**9, allow_unicode=True).splitlines()[0]
        lines.append(f"  {name}: {block.strip()}")
    return "\n".join(lines) + "\n"
