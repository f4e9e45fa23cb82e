"""Where the dbt package that belongs to this installation lies."""

from __future__ import annotations

from pathlib import Path

from monitor.project.errors import MonitorError


def package_path() -> Path:
    """Return the folder that holds the dbt_project.yml of ml_monitor.

    In a checkout this is the repository's root, in an installed wheel `monitor/dbt_package`.

    Raises
    ------
    MonitorError
        Neither is there, so the installation is incomplete.
    """
    inside = Path(__file__).resolve().parent.parent
    for folder in (inside / "dbt_package", inside.parent):
        project_file = folder / "dbt_project.yml"
        if project_file.is_file() and "ml_monitor" in project_file.read_text(encoding="utf-8"):
            return folder
    raise MonitorError(
        "the dbt package ml_monitor is not part of this installation; reinstall dbt-ml-monitor"
    )
