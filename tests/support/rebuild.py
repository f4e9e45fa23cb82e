"""Options of a later build: what has not changed since the last one is left out."""

from __future__ import annotations

WITHOUT_VIEWS = ("--exclude", "config.materialized:ml_monitor_view")


def unchanged(*monitors: str, views: bool = True) -> tuple[str, ...]:
    """Return options that leave out the nodes of `monitors`, whose tables are as they were.

    Views are left out too unless `views` is false: a declaration has changed, or the status counts.
    """
    excluded = (f"path:models/ml_monitor/{name}" for name in monitors)
    return (*(WITHOUT_VIEWS if views else ("--exclude",)), *excluded)
