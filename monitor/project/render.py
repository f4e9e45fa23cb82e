"""The text of every file of a project that `monitor init` makes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from monitor.declaration.schema import NAME_PATTERN
from monitor.project.classes import Classes, as_type
from monitor.project.errors import MonitorError
from monitor.project.features import FeatureLists
from monitor.project.identity import Identity
from monitor.project.inputs import Input
from monitor.project.periods import Periods
from monitor.project.roles import Inputs, Roles
from monitor.project.staging import (
    Carried,
    Part,
    common_type,
    sources_yaml_tables,
    staging_sql,
)

_DBT_NAMES = ("dbt", "ml_monitor", "dbt_duckdb", "dbt_postgres")
STAGING = Path("models") / "staging"


def monitor_name(text: str) -> str:
    """Make a monitor's name from a folder's or table's.

    Examples
    --------
    >>> monitor_name("Car Loan"), monitor_name("2026-run")
    ('car_loan', 'model_2026_run')
    """
    name = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]+", "_", text.lower())).strip("_")
    name = name if re.fullmatch(NAME_PATTERN, name) else f"model_{name}".rstrip("_")
    return name + "_model" if name == "ml_monitor" else name


def project_name(name: str) -> str:
    """Return a dbt project name that is not one of dbt's own packages."""
    return f"{name}_project" if name in _DBT_NAMES else name


def block(
    name: str,
    inputs: Inputs,
    roles: Roles,
    identity: Identity,
    classes: Classes,
    periods: Periods,
    features: FeatureLists,
) -> dict[str, Any]:
    """Return the monitor's block for `vars: ml_monitor:`."""
    found: dict[str, Any] = {
        "predictions": f"stg_{name}__predictions",
        "id": identity.column,
        "timestamp": roles.timestamp,
        "loaded_at": roles.loaded_at,
        "task": roles.task,
        "version": roles.version,
        "score": roles.score,
        "prediction": roles.prediction,
        "positive": classes.positive if roles.task == "binary" else None,
    }
    if isinstance(roles.score, dict):
        found["score"] = {as_type(key, classes.type): col for key, col in roles.score.items()}
    if roles.label is not None:
        labels = {"relation": f"stg_{name}__labels", "id": roles.label_id}
        found["labels"] = {
            **(labels if inputs.labels is not None else {}),
            "label": roles.label,
            **({"timestamp": roles.label_timestamp} if roles.label_timestamp else {}),
            **({"loaded_at": roles.label_loaded_at} if roles.label_loaded_at else {}),
        }
    found["reference"] = {"relation": f"stg_{name}__reference"}
    if periods.start is not None:
        found["reference"] = {"from": periods.start, "to": periods.end}
    found["window"] = periods.window
    found["features"] = {"numeric": features.numeric, "categorical": features.categorical}
    found["segments"] = features.segments or None
    found["protected"] = {column: {} for column in features.protected} or None
    return {key: value for key, value in found.items() if value is not None}


def project_yaml(name: str, profile: str, declaration: dict[str, Any]) -> str:
    """Return dbt_project.yml with the monitor's block."""
    dumped = yaml.dump(
        {name: declaration},
        Dumper=_Dumper,
        sort_keys=False,
        default_flow_style=None,
        allow_unicode=True,
        width=100,
    )
    indented = "".join(f"    {line}" for line in dumped.splitlines(keepends=True))
    return (
        f"name: {project_name(name)}\n"
        'version: "1.0.0"\n'
        f"profile: {yaml.safe_dump(profile).splitlines()[0]}\n"
        'model-paths: ["models"]\n'
        "flags:\n"
        "  send_anonymous_usage_stats: false\n\n"
        "vars:\n"
        "  ml_monitor:\n"
        f"{indented}"
    )


def profiles_yaml(profile: str, database: str) -> str:
    """Return a profiles.yml for a DuckDB file."""
    output = {
        "type": "duckdb",
        "path": database,
        "threads": 1,
        "settings": {"TimeZone": "UTC"},
        # A reader, such as a dashboard, may hold the file for a moment.
        "retries": {"connect_attempts": 5, "retryable_exceptions": ["IOException"]},
    }
    return yaml.safe_dump(
        {profile: {"target": "dev", "outputs": {"dev": output}}},
        sort_keys=False,
        allow_unicode=True,
    )


def packages_yaml(package: Path) -> str:
    """Return a packages.yml that takes ml_monitor from this installation."""
    return yaml.safe_dump({"packages": [{"local": str(package)}]}, allow_unicode=True)


def staging_files(
    name: str,
    inputs: Inputs,
    roles: Roles,
    identity: Identity,
    classes: Classes,
    periods: Periods,
) -> dict[Path, str]:
    """Return the staging models, their documentation and the sources by path."""
    is_period = periods.start is not None
    sources = inputs.scored
    columns = [
        Carried(column.name, _type_of(column.name, sources, roles, classes, inputs, identity))
        for column in inputs.predictions.columns
    ]
    row_id = identity.column if identity.is_row_order else None
    is_table = inputs.predictions.row_number is not None
    models: dict[str, tuple[str, str]] = {}
    parts = [Part("predictions", inputs.predictions)]
    if inputs.reference is not None and is_period:
        parts.insert(0, Part("reference", inputs.reference))
    heading = f"Predictions of {name}, one row each."
    models["predictions"] = (heading, staging_sql(heading, parts, columns, row_id, is_table))
    if inputs.reference is not None and not is_period:
        heading = f"Reference rows of {name}, such as its training set."
        part = Part("reference", inputs.reference)
        own = [one for one in columns if one.name != roles.label]
        if roles.label is not None and inputs.reference.has(roles.label):
            own.append(Carried(roles.label, classes.type))
        models["reference"] = (heading, staging_sql(heading, [part], own, row_id, is_table))
    if inputs.labels is not None:
        heading = f"Labels of {name}: the true outcomes by id."
        sql = _labels_sql(heading, inputs, roles, identity, classes, is_period)
        models["labels"] = (heading, sql)
    files = {STAGING / f"stg_{name}__{kind}.sql": sql for kind, (_, sql) in models.items()}
    documented = [
        {"name": f"stg_{name}__{kind}", "description": heading}
        for kind, (heading, _) in models.items()
    ]
    files[STAGING / "staging.yml"] = _dump({"version": 2, "models": documented})
    tables = sources_yaml_tables(
        one for one in (inputs.predictions, inputs.labels, inputs.reference) if one is not None
    )
    if tables:
        files[STAGING / "sources.yml"] = _dump({"version": 2, "sources": _sources(tables)})
    return files


def _labels_sql(
    heading: str,
    inputs: Inputs,
    roles: Roles,
    identity: Identity,
    classes: Classes,
    is_period: bool,
) -> str:
    if inputs.labels is None or roles.label is None or roles.label_id is None:
        raise MonitorError("labels need a column for the label and one for the id")
    id_type = _id_type(inputs.scored, identity.column, inputs.labels, roles.label_id)
    columns = [Carried(roles.label_id, id_type), Carried(roles.label, classes.type)]
    for column in (roles.label_timestamp, roles.label_loaded_at):
        if column is not None:
            columns.append(Carried(column, "timestamp"))
    parts = [Part("labels", inputs.labels)]
    reference = inputs.reference
    # Where the reference's rows become predictions, their labels become labels.
    if is_period and reference is not None and reference.has(roles.label):
        renamed = ((roles.label_id, identity.column),)
        parts.insert(0, Part("reference", reference, renamed))
    is_table = inputs.labels.row_number is not None
    return staging_sql(heading, parts, columns, is_table=is_table)


def _id_type(scored: list[Input], id_column: str, labels: Input, label_id: str) -> str | None:
    columns = [one.by_name[id_column] for one in scored if one.has(id_column)]
    columns.append(labels.by_name[label_id])
    if len({column.type for column in columns}) == 1:
        return None
    return "bigint" if {column.kind for column in columns} == {"integer"} else "text"


def _type_of(
    name: str,
    sources: list[Input],
    roles: Roles,
    classes: Classes,
    inputs: Inputs,
    identity: Identity,
) -> str | None:
    if name in (roles.timestamp, roles.loaded_at):
        return "timestamp"
    if name == roles.prediction or (name == roles.label and inputs.labels is None):
        return classes.type
    if name == identity.column and inputs.labels is not None and roles.label_id is not None:
        return _id_type(sources, name, inputs.labels, roles.label_id)
    return common_type(name, sources)


def _sources(tables: dict[tuple[str | None, str], list[str]]) -> list[dict[str, Any]]:
    listed = []
    for (database, schema), names in tables.items():
        entry: dict[str, Any] = {"name": schema or "raw"}
        if schema:
            entry["schema"] = schema
        else:
            entry["schema"] = "{{ target.schema }}"
        if database is not None:
            entry["database"] = database
        entry["tables"] = [{"name": table} for table in names]
        listed.append(entry)
    return listed


def _dump(data: Any) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


class _Dumper(yaml.SafeDumper):
    """Writes every block in full: an alias would surprise the reader."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True
