"""The warehouse of a dbt project: queries, columns, tables, and dbt itself."""

from monitor.warehouse.connection import Warehouse
from monitor.warehouse.dbt import first_line, invoke, working_directory
from monitor.warehouse.kinds import ColumnType, Kind, kind_of
from monitor.warehouse.relations import disabled_names, find_node, known_names, result_names

__all__ = [
    "ColumnType",
    "Kind",
    "Warehouse",
    "disabled_names",
    "find_node",
    "first_line",
    "invoke",
    "kind_of",
    "known_names",
    "result_names",
    "working_directory",
]
