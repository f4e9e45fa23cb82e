"""dbt, run inside this process: quiet, without telemetry, with errors one can read."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from monitor.project.errors import MonitorError, no_project

_QUIET = (
    *("--quiet", "--no-use-colors", "--log-level", "none", "--log-level-file", "none"),
    "--no-send-anonymous-usage-stats",
)


@contextmanager
def working_directory(path: Path) -> Iterator[None]:
    """Work in `path`: relative paths in profiles and SQL mean the project's folder."""
    before = Path.cwd()
    os.chdir(path)
    try:
        yield
    finally:
        os.chdir(before)


def invoke(
    args: Sequence[str],
    project_dir: str | Path,
    profiles_dir: str | Path | None = None,
    target: str | None = None,
    variables: dict[str, Any] | None = None,
    manifest: Any = None,
) -> Any:
    """Run one dbt command in this process and return dbt's own result object.

    Parameters
    ----------
    args : sequence of str
        The command and its options, such as `["run", "--select", "tag:nightly"]`.
    project_dir : path
    profiles_dir : path, optional
        Where profiles.yml is; else dbt's own search.
    target : str, optional
    variables : dict, optional
        Passed as `--vars`.
    manifest : object, optional
        What `parse` returned: the project is not parsed again.

    Returns
    -------
    object
        `dbtRunnerResult`: `success`, `result` and `exception`. Nodes that failed are in
        `result`; they do not raise.

    Raises
    ------
    MonitorError
        dbt could not start, parse or select.
    """
    import json

    from dbt.cli.main import dbtRunner

    project = Path(project_dir).resolve()
    if not (project / "dbt_project.yml").is_file():
        raise no_project(project)
    options = [*args, *_QUIET, "--project-dir", str(project)]
    if profiles_dir is not None:
        options += ["--profiles-dir", str(Path(profiles_dir).resolve())]
    elif (project / "profiles.yml").is_file():
        options += ["--profiles-dir", str(project)]
    elif "DBT_PROFILES_DIR" not in os.environ and not (Path.home() / ".dbt").is_dir():
        raise MonitorError(
            f"{project}: there is no profiles.yml here nor in {Path.home() / '.dbt'}; "
            "write one, or give its folder with --profiles-dir"
        )
    if target is not None:
        options += ["--target", target]
    if variables:
        options += ["--vars", json.dumps(variables, default=str)]
    with working_directory(project):
        try:
            outcome = dbtRunner(manifest=manifest).invoke(options)
        finally:
            release()
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if isinstance(outcome.exception, PermissionError):
        raise MonitorError(
            f"dbt {args[0]}: {outcome.exception.filename} cannot be written; let DBT_LOG_PATH and "
            "DBT_TARGET_PATH name folders that can"
        )
    if outcome.exception is not None:
        raise MonitorError(f"dbt {args[0]}: {first_line(outcome.exception)}")
    return outcome


def release() -> None:
    """Close what dbt left open: a DuckDB file's lock, and the file itself.

    dbt-duckdb keeps one database a process and finds it by its path as written, so that another
    project with the same relative path would be given this one's database.
    """
    from dbt.adapters.factory import cleanup_connections

    cleanup_connections()
    duckdb = sys.modules.get("dbt.adapters.duckdb.connections")
    if duckdb is not None:
        duckdb.DuckDBConnectionManager.close_all_connections()


def first_line(error: object) -> str:
    r"""Return the line of a dbt error that says what is wrong, without dbt's heading.

    Examples
    --------
    >>> first_line("Runtime Error in model a (models/a.sql)\n  Binder Error: no column x\n  LINE")
    'Binder Error: no column x'
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    headings = 0
    while headings < len(lines) - 1 and _is_heading(lines[headings]):
        headings += 1
    if not lines:
        return "an error without a message"
    # A line that ends in a colon announces the one that says what is wrong.
    is_announced = lines[headings].endswith(":") and headings + 1 < len(lines)
    return " ".join(lines[headings : headings + 2]) if is_announced else lines[headings]


def _is_heading(line: str) -> bool:
    words = line.split(" in ", 1)[0].split()
    return len(words) <= 2 and bool(words) and words[-1] == "Error" and ":" not in line
