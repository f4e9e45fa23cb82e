"""ML monitoring that lives in the SQL warehouse."""

from monitor.project.package import package_path

__all__ = ["package_path"]
