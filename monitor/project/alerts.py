"""The alerts of a project, and the one that a person means by the beginning of its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal

from monitor.declaration import did_you_mean
from monitor.declaration.schema import SEVERITIES
from monitor.project.errors import MonitorError
from monitor.project.results import result_relation
from monitor.warehouse import Warehouse

ALERTS = "ml_monitor__alerts"
STATES = ("open", "acknowledged", "snoozed", "resolved")
SHORTEST_PREFIX = 4

State = Literal["open", "acknowledged", "snoozed", "resolved"]


@dataclass(frozen=True)
class Alert:
    """One row of ml_monitor__alerts, by its columns' names."""

    alert_id: str
    incident_id: str
    monitor: str
    severity: str
    state: State
    family: str
    subject: str
    metric: str
    first_window: datetime
    last_window_end: datetime
    is_cleared: bool
    summary: str


def read_alerts(warehouse: Warehouse) -> list[Alert]:
    """Return every alert of the declared monitors, the gravest first, then by their beginning.

    Raises
    ------
    MonitorError
        The table is not there, or of an older version.
    """
    columns = [field.name for field in fields(Alert)]
    relation = result_relation(warehouse, ALERTS, columns)
    rows = warehouse.rows(f"select {', '.join(columns)} from {relation}")
    found = [Alert(*row) for row in rows]
    return sorted(
        found,
        key=lambda one: (-SEVERITIES.index(one.severity), one.first_window, one.alert_id),
    )


def find(alerts: Sequence[Alert], given: str, is_incident: bool = False) -> list[Alert]:
    """Return the alert that is meant by its alert_id or a beginning of it.

    Parameters
    ----------
    alerts : sequence of Alert
    given : str
        At least four characters, unless it is the whole name.
    is_incident : bool
        All alerts of its incident instead, but for those that no verdict supports any more; `given`
        may then be an incident_id too.

    Raises
    ------
    MonitorError
        None is meant, or more than one.
    """
    wanted = given.strip().lower()
    if is_incident and wanted in {one.incident_id for one in alerts}:
        return _of_incident(alerts, wanted)
    exact = [one for one in alerts if one.alert_id == wanted]
    if not exact and len(wanted) < SHORTEST_PREFIX:
        raise MonitorError(
            f"'{given}': give at least {SHORTEST_PREFIX} characters of an alert's id; "
            "`monitor alerts` lists them"
        )
    meant = exact or [one for one in alerts if one.alert_id.startswith(wanted)]
    if not meant:
        hint = did_you_mean(wanted, (one.alert_id for one in alerts)) if alerts else ""
        near = f"{hint} " if hint.startswith("did you mean") else ""
        raise MonitorError(
            f"'{given}': no alert has this id; {near}`monitor alerts --all` lists all"
        )
    if len(meant) > 1:
        ids = ", ".join(one.alert_id for one in meant)
        raise MonitorError(f"'{given}': {len(meant)} alerts begin so ({ids}); give more characters")
    return _of_incident(alerts, meant[0].incident_id) if is_incident else meant


def _of_incident(alerts: Sequence[Alert], incident_id: str) -> list[Alert]:
    incident = [one for one in alerts if one.incident_id == incident_id]
    return [one for one in incident if not one.is_cleared] or incident
