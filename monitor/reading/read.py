"""Result tables as data frames, for notebooks."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pandas as pd

from monitor.declaration import did_you_mean
from monitor.project.errors import MonitorError
from monitor.reading.query import ask
from monitor.reading.source import Source, open_source

_PREFIX = "ml_monitor__"


def read(
    table: str,
    *,
    monitor: str | None = None,
    version: str | None = None,
    since: str | date | datetime | None = None,
    until: str | date | datetime | None = None,
    project_dir: str | Path = ".",
    profiles_dir: str | None = None,
    target: str | None = None,
) -> pd.DataFrame:
    """Return the rows of a result table that the viewer shows too.

    On DuckDB they come from the snapshot that the last run published, and no build is disturbed.

    Parameters
    ----------
    table : str
        Such as `"drift"` for ml_monitor__drift; the full name is understood too.
    monitor : str, optional
        Only rows of this monitor.
    version : str, optional
        Only rows of this model version; `"all"` are all of them together.
    since, until : str, date or datetime, optional
        Only windows that begin at `since` or later, and before `until`; UTC.
    project_dir : path
        Folder of the dbt project.
    profiles_dir, target : str, optional
        As dbt's.

    Raises
    ------
    MonitorError
        There is no such table, or it has not what is asked for; or the project does not parse.
    NotBuiltError
        It is not built yet.
    UnreachableError
        The warehouse does not answer.

    Examples
    --------
    >>> import monitor
    >>> monitor.read("drift", monitor="churn", since="2026-03-01")  # doctest: +SKIP
    """
    source = open_source(project_dir, profiles_dir, target)
    try:
        return _rows(source, table, monitor, version, since, until)
    finally:
        source.close()


def _rows(
    source: Source,
    table: str,
    monitor: str | None,
    version: str | None,
    since: str | date | datetime | None,
    until: str | date | datetime | None,
) -> pd.DataFrame:
    table = str(table)
    name = table if table.startswith(_PREFIX) else _PREFIX + table
    if name not in source.relations and name in source.undeclared:
        raise MonitorError(
            f"'{table}' is not built: no monitor declares what it is of, or it is of a replay"
        )
    if name not in source.relations:
        known = [one.removeprefix(_PREFIX) for one in source.relations]
        raise MonitorError(f"'{table}' is no result table; {did_you_mean(table, known)}")
    first, last = _moment(since, "since"), _moment(until, "until")
    if first is not None and last is not None and first >= last:
        raise MonitorError(f"since: {first} is not before until, which is {last}")
    columns = [str(one) for one in source.frame(ask(f"select * from {name} limit 0"))]
    conditions, values = [], {}
    for value, key, column, comparison in (
        (monitor, "monitor", "monitor", "="),
        (version, "version", "model_version", "="),
        (first, "since", "window_start", ">="),
        (last, "until", "window_start", "<"),
    ):
        if value is None:
            continue
        if column not in columns:
            raise MonitorError(f"{key}: {name} has no column {column}; it has {', '.join(columns)}")
        conditions.append(f"{column} {comparison} :{key}")
        values[key] = value
    if monitor is not None:
        known = source.frame(ask("select monitor from ml_monitor__monitors"))["monitor"].tolist()
        if monitor not in known:
            raise MonitorError(
                f"monitor: no '{monitor}' is declared; {did_you_mean(monitor, known)}"
            )
    if version is not None:
        known = _versions(source, monitor)
        if version not in known:
            raise MonitorError(
                f"version: no prediction is of '{version}'; {did_you_mean(version, known)}"
            )
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return source.frame(ask(f"select * from {name}{where}", **values))


def _versions(source: Source, monitor: str | None) -> list[str]:
    """Return the versions that predictions of one monitor are of, or of any."""
    seen = source.frame(
        ask(
            "select distinct monitor, model_version from ml_monitor__quality "
            "where metric = 'null_rate'"
        )
    )
    if monitor is not None:
        seen = seen[seen["monitor"] == monitor]
    return sorted(seen["model_version"].unique())


def _moment(value: str | date | datetime | None, key: str) -> datetime | None:
    if value is None:
        return None
    try:
        # a number would be nanoseconds since 1970
        moment = pd.Timestamp(str(value) if isinstance(value, int) else value)
    except ValueError:
        raise MonitorError(f"{key}: '{value}' is no date; write one such as 2026-03-01") from None
    if moment.tzinfo is not None:
        moment = moment.tz_convert("UTC").tz_localize(None)
    return moment.to_pydatetime()
