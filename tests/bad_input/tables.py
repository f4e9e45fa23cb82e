"""Tables of any SQL type, with NULL, NaN and names that a data frame cannot hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from monitor.warehouse import invoke
from tests.support.project import Block, MonitoredProject

DOUBLE = "double precision"
Columns = Mapping[str, tuple[str, Sequence[Any]]]
REFERENCE = {"from": "2026-01-01", "to": "2026-01-02"}


def block(predictions: str, **changes: Any) -> Block:
    """Return a declaration of a binary monitor whose reference is the first of January."""
    return {
        "predictions": predictions,
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "score": "score",
        "reference": REFERENCE,
        "min_rows": 5,
        **changes,
    }


def write_table(project: MonitoredProject, name: str, columns: Columns) -> None:
    """Write a model `name` that makes a table: column -> (SQL type, values), None being NULL."""
    aliases = [f"c{index}" for index in range(len(columns))]
    casts = ",\n    ".join(
        f"cast({alias} as {kind}) as {quoted(column)}"
        for alias, (column, (kind, _)) in zip(aliases, columns.items(), strict=True)
    )
    rows = list(zip(*(values for _, values in columns.values()), strict=True))
    # without rows a VALUES list still needs one to have columns
    shown = rows or [(None,) * len(columns)]
    values = ",\n    ".join(f"({', '.join(_literal(value) for value in row)})" for row in shown)
    file = project.folder / "models" / f"{name}.sql"
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        "{{ config(materialized='table') }}\n"
        f"select\n    {casts}\nfrom (values\n    {values}\n) as listed({', '.join(aliases)})\n"
        f"where {'1 = 1' if rows else '1 = 0'}\n",
        encoding="utf-8",
    )


def quoted(name: str) -> str:
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, float) and math.isinf(value):
        return "'Infinity'" if value > 0 else "'-Infinity'"
    return "'" + str(value).replace("'", "''") + "'"


def failures(project: MonitoredProject, *options: str, **variables: object) -> dict[str, str]:
    """Run every model and return the message of each that failed."""
    outcome = invoke(["run", *options], project.folder, variables=variables)
    return {
        str(result.node.name): str(result.message)
        for result in outcome.result.results
        if str(result.status) == "error"
    }


def run(project: MonitoredProject, *options: str, **variables: object) -> None:
    """Run every model; none may fail."""
    failed = failures(project, *options, **variables)
    assert not failed, "\n".join(f"{name}: {message}" for name, message in failed.items())


def status(project: MonitoredProject, monitor: str) -> dict[str, Any]:
    """Return the row of ml_monitor__status."""
    found = project.query(f"select * from ml_monitor__status where monitor = '{monitor}'")
    return dict(found.iloc[0])


def counts(project: MonitoredProject, monitor: str, feature: str) -> dict[tuple[str, int], int]:
    """Return the overall counts of a feature per day of the month and bin."""
    found = project.query(
        "select window_start, bin, sum(n) as n from ml_monitor__feature_profile "
        f"where monitor = '{monitor}' and segment = 'overall' and feature = '{feature}' "
        "group by window_start, bin"
    )
    return {
        (f"{start:%d}", int(bin_)): int(n)
        for start, bin_, n in found.itertuples(index=False, name=None)
    }


def quality(project: MonitoredProject, monitor: str) -> dict[tuple[str, str, str], Any]:
    """Return (value, verdict) of each overall quality metric by day of the month."""
    found = project.query(
        "select window_start, feature, metric, value, verdict from ml_monitor__quality "
        f"where monitor = '{monitor}' and segment = 'overall' and model_version = 'all'"
    )
    return {
        (f"{start:%d}", feature, metric): (value, verdict)
        for start, feature, metric, value, verdict in found.itertuples(index=False, name=None)
    }
