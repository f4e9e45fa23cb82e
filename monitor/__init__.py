"""ML monitoring that lives in the SQL warehouse."""

from typing import TYPE_CHECKING, Any

from monitor.project.package import package_path

if TYPE_CHECKING:
    from monitor.reading import read

__all__ = ["package_path", "read"]


def __getattr__(name: str) -> Any:
    """Load what reads tables when it is asked for: pandas and dbt take seconds."""
    if name != "read":
        raise AttributeError(f"module 'monitor' has no attribute '{name}'")
    from monitor.reading import read

    return read
