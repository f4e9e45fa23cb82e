"""How to call the programs of this installation from the shell."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path


def command(name: str, folder: str | Path | None = None) -> str:
    """Return what to type for a program: its name, or its path where PATH has another or none.

    Parameters
    ----------
    name : str
        `monitor` or `dbt`.
    folder : path, optional
        Where it will be typed; a path is relative to the working directory if absent, absolute
        else.
    """
    beside = Path(sys.executable).parent / name
    found = shutil.which(name)
    if not beside.is_file() or (found is not None and Path(found).samefile(beside)):
        return name
    path = str(beside)
    if folder is None and beside.is_relative_to(Path.cwd()):
        path = os.path.relpath(path)
    return shlex.quote(path)
