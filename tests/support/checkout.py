"""A copy of what the demo needs of the repository, so that its database is its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.project import REPOSITORY


def check_out(folder: Path) -> Path:
    """Copy the dbt project into a new folder, and return it."""
    folder.mkdir()
    for name in ("models", "macros"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / name, folder / name)
    return folder
