"""Which project the viewer shows: told by `monitor app` to the pages of its process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_VARIABLES = ("ML_MONITOR_PROJECT_DIR", "ML_MONITOR_PROFILES_DIR", "ML_MONITOR_TARGET")


@dataclass(frozen=True)
class Place:
    """Which project, in dbt's words, the server shows."""

    project_dir: str
    profiles_dir: str | None
    target: str | None

    @classmethod
    def from_environment(cls) -> Place:
        """Return the place that `monitor app` has set, else the working directory."""
        project, profiles, target = (os.environ.get(name) for name in _VARIABLES)
        return cls(project or ".", profiles, target)

    def to_environment(self) -> None:
        """Set the place for the pages of this process."""
        project = str(Path(self.project_dir).resolve())
        for name, value in zip(_VARIABLES, (project, self.profiles_dir, self.target), strict=True):
            if value is not None:
                os.environ[name] = value
