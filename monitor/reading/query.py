"""A question to the result tables: SQL for every engine, with its values always apart from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlglot
from sqlglot import exp

from monitor.project.errors import MonitorError

# The dialect that questions are written in.
_WRITTEN_IN = "duckdb"


@dataclass(frozen=True)
class Query:
    """SQL over result tables by their plain names, with `:name` where a value stands.

    Make one with `ask`.

    Attributes
    ----------
    sql : str
    values : tuple of (str, object)
        What each name stands for.
    """

    sql: str
    values: tuple[tuple[str, Any], ...]

    def bound(self, engine: str, relations: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
        """Return SQL for the driver of an engine, and the values that it takes by name.

        Parameters
        ----------
        engine : str
            A dialect of sqlglot; dbt's adapters bear the same names.
        relations : mapping of str to str
            Each table's full name, quoted.

        Raises
        ------
        MonitorError
            A table is asked for that `relations` does not hold.
        """
        sql = _placed(self.sql, engine, relations).sql(engine)
        if engine == "postgres":
            sql = re.sub(r"%(?!\()", "%%", sql)
        return sql, dict(self.values)

    def copyable(self, engine: str, relations: Mapping[str, str]) -> str:
        """Return SQL that a person can run as it stands: over lines, the values written in."""
        values = dict(self.values)

        def written(node: exp.Expr) -> exp.Expr:
            return exp.convert(values[node.name]) if isinstance(node, exp.Placeholder) else node

        return _placed(self.sql, engine, relations).transform(written).sql(engine, pretty=True)


def ask(sql: str, **values: Any) -> Query:
    """Make a question.

    Parameters
    ----------
    sql : str
        One `select` in DuckDB's SQL, as far as sqlglot translates it.
    **values : object
        What stands for each `:name`. A list or tuple stands where SQL has a list, as in
        `feature in (:features)`; an empty one is of no row.

    Examples
    --------
    >>> one = ask("select value from ml_monitor__drift where feature in (:of)", of=["age", "fee"])
    >>> one.bound("postgres", {"ml_monitor__drift": '"ml"."ml_monitor__drift"'})
    ('SELECT value FROM "ml"."ml_monitor__drift" WHERE feature IN (%(of_0)s, %(of_1)s)', \
{'of_0': 'age', 'of_1': 'fee'})
    """
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, (list, tuple)):
            several = list(value) or [None]
            names = [f"{name}_{place}" for place in range(len(several))]
            sql = re.sub(rf":{name}\b", ", ".join(f":{one}" for one in names), sql)
            flat |= dict(zip(names, several, strict=True))
        else:
            flat[name] = value
    return Query(sql, tuple(flat.items()))


@lru_cache(maxsize=512)
def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, read=_WRITTEN_IN)


def _placed(sql: str, engine: str, relations: Mapping[str, str]) -> exp.Expr:
    """Return the question with every table by its full name."""
    tree = _parsed(sql).copy()
    defined = {one.alias for one in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name in defined:
            continue
        if table.name not in relations:
            raise MonitorError(
                f"{table.name} is no result table of this project; "
                f"there are {', '.join(sorted(relations))}"
            )
        full = sqlglot.to_table(relations[table.name], dialect=engine)
        for part in ("this", "db", "catalog"):
            table.set(part, full.args.get(part))
    return tree
