"""What people say of alerts: the one way in which the table of feedback is written."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_exponential

from monitor.project.alerts import Alert, find, read_alerts
from monitor.project.errors import MonitorError, WarehouseLockedError
from monitor.project.results import result_relation
from monitor.warehouse import Warehouse
from monitor.warehouse.snapshot import publish_again

FEEDBACK = "ml_monitor__feedback"
SECONDS_TO_WAIT = 60.0

Action = Literal["acknowledge", "snooze", "unhelpful", "reopen"]

# Of the alert as it stands now, for it may change later.
_OF_ALERT = (
    "alert_id",
    "monitor",
    "family",
    "subject",
    "metric",
    "first_window",
    "last_window_end",
)
_OF_FEEDBACK = ("action", "snoozed_until", "note", "author", "recorded_at")


def record(
    project_dir: str | Path,
    profiles_dir: str | None,
    target: str | None,
    alerts: Sequence[str],
    action: Action,
    *,
    note: str | None = None,
    author: str | None = None,
    snoozed_until: datetime | None = None,
    is_incident: bool = False,
) -> list[Alert]:
    """Write what somebody says of alerts into production's table of feedback, all or nothing.

    While a build holds the lock of a DuckDB file, it waits; then readers are given a new snapshot.

    Parameters
    ----------
    project_dir : path
    profiles_dir, target : str, optional
    alerts : sequence of str
        Their ids, or unique beginnings of them; with `is_incident` an incident's too.
    action : {"acknowledge", "snooze", "unhelpful", "reopen"}
        An alert that is resolved may still be acknowledged (it did happen, and its windows never
        teach a limit) or marked unhelpful, but not snoozed. Reopening takes back all that has been
        said of it before.
    note : str, optional
    author : str, optional
        The login name if absent.
    snoozed_until : datetime, optional
        UTC; for a snooze.
    is_incident : bool
        Whether each alert stands for all of its incident; a snooze then leaves out the resolved.

    Returns
    -------
    list of Alert
        As they stood before.

    Raises
    ------
    MonitorError
        An alert is not known, or cannot be snoozed; the moment is not in the future; the tables are
        not there; or the file stays locked.
    """
    said = _said(action, note, author, snoozed_until)
    with Warehouse.from_project(project_dir, profiles_dir, target) as warehouse:
        return _record(warehouse, alerts, action, is_incident, said)


def record_in(
    warehouse: Warehouse,
    alerts: Sequence[str],
    action: Action,
    *,
    note: str | None = None,
    author: str | None = None,
    snoozed_until: datetime | None = None,
    is_incident: bool = False,
) -> list[Alert]:
    """Do what `record` does in a warehouse that is open."""
    said = _said(action, note, author, snoozed_until)
    return _record(warehouse, alerts, action, is_incident, said)


def _said(
    action: Action, note: str | None, author: str | None, snoozed_until: datetime | None
) -> tuple[object, ...]:
    """Return the values of `_OF_FEEDBACK`."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    if action == "snooze" and (snoozed_until is None or snoozed_until <= now):
        raise MonitorError(
            f"{snoozed_until} is not in the future, until which an alert is snoozed (it is "
            f"{now:%Y-%m-%d %H:%M:%S} UTC); give a later moment"
        )
    return (action, snoozed_until, note or None, author or _login_name(), now)


def _record(
    warehouse: Warehouse,
    alerts: Sequence[str],
    action: Action,
    is_incident: bool,
    said: tuple[object, ...],
) -> list[Alert]:
    patience = Retrying(
        retry=retry_if_exception_type(WarehouseLockedError),
        stop=stop_after_delay(SECONDS_TO_WAIT),
        wait=wait_exponential(multiplier=0.1, max=2),
        reraise=True,
    )
    try:
        meant: list[Alert] = patience(_write, warehouse, alerts, action, is_incident, said)
    except WarehouseLockedError as error:
        raise MonitorError(
            f"nothing was recorded, for another process has held the database's lock for "
            f"{SECONDS_TO_WAIT:.0f} seconds; try again when its run is over ({error})"
        ) from error
    publish_again(warehouse)
    return meant


def _write(
    warehouse: Warehouse,
    given: Sequence[str],
    action: Action,
    is_incident: bool,
    said: tuple[object, ...],
) -> list[Alert]:
    known = read_alerts(warehouse)
    relation = result_relation(warehouse, FEEDBACK, (*_OF_ALERT, *_OF_FEEDBACK))
    meant: dict[str, Alert] = {}
    for one in given:
        found = find(known, one, is_incident)
        if action == "snooze":
            found = _unresolved(found)
        meant.update({alert.alert_id: alert for alert in found})
    values: list[object] = []
    for alert in meant.values():
        values += [*(getattr(alert, column) for column in _OF_ALERT), *said]
    row = "(" + ", ".join([warehouse.placeholder] * (len(_OF_ALERT) + len(said))) + ")"
    # one statement, hence one transaction
    warehouse.execute(
        f"insert into {relation} ({', '.join((*_OF_ALERT, *_OF_FEEDBACK))}) "
        f"values {', '.join([row] * len(meant))}",
        values,
    )
    return list(meant.values())


def _unresolved(alerts: Sequence[Alert]) -> list[Alert]:
    left = [one for one in alerts if one.state != "resolved"]
    if not left:
        what = "is" if len(alerts) == 1 else "and its whole incident are"
        raise MonitorError(
            f"{alerts[0].alert_id} {what} resolved already, there is nothing to snooze; "
            "`monitor alerts` lists what is open"
        )
    return left


def _login_name() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return None
