"""The one exception that the command line turns into a clear line and exit code 1."""


class MonitorError(Exception):
    """Something the user can mend; the message says what, where and how."""


class WarehouseLockedError(MonitorError):
    """Another process has the database to itself; what was tried may be tried again."""


class NotBuiltError(MonitorError):
    """A table that dbt builds is not there yet, or an older version of the package built it."""


TO_BUILD = (
    "it is not built yet, or by an older version of the package: run `dbt build` or `monitor run`"
)
"""What to do about a `NotBuiltError`."""


class UnreachableError(MonitorError):
    """The warehouse does not answer; it may later."""


def no_project(folder: object) -> MonitorError:
    """Return the error for a folder that is no dbt project."""
    return MonitorError(
        f"{folder}: holds no dbt_project.yml; "
        "run this in a dbt project or give its folder with --project-dir"
    )
