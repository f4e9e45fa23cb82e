"""A tiny dbt project that installs this package, on DuckDB or Postgres."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import psycopg2
import yaml

from monitor.project.nodes import render
from monitor.warehouse.dbt import invoke
from monitor.warehouse.write import WriteMode, write_frame

REPOSITORY = Path(__file__).resolve().parents[2]
Block = dict[str, Any]


class MonitoredProject:
    """A dbt project in a folder of its own; tables and results share one schema.

    Tables are loaded by `load` and named in declarations as `raw.<table>`.

    Examples
    --------
    >>> project.declare(shop={"predictions": "raw.scores", ...})  # doctest: +SKIP
    >>> project.load("scores", frame)  # doctest: +SKIP
    >>> project.build()  # doctest: +SKIP
    >>> project.query("select * from ml_monitor__drift")  # doctest: +SKIP
    """

    def __init__(self, folder: Path, output: Block) -> None:
        self.folder = folder
        self.output = output
        self.engine = str(output["type"])
        self.schema = str(output["schema"])
        self.tables: list[str] = []
        self.is_read = False
        (folder / "dbt_packages").mkdir(parents=True)
        (folder / "dbt_packages" / "ml_monitor").symlink_to(REPOSITORY, target_is_directory=True)
        profile = {"consumer": {"target": "test", "outputs": {"test": output}}}
        (folder / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")
        self.declare()

    def declare(self, **blocks: Block) -> None:
        """Write dbt_project.yml and each monitor's nodes; earlier declarations are gone.

        Runs publish no snapshot unless `is_read` is set.
        """
        project = {
            "name": "consumer",
            "version": "1.0.0",
            "profile": "consumer",
            "flags": {"send_anonymous_usage_stats": False},
            "vars": {"ml_monitor": blocks, "ml_monitor__snapshot": self.is_read},
        }
        (self.folder / "dbt_project.yml").write_text(yaml.safe_dump(project), encoding="utf-8")
        for file in self.folder.glob("models/ml_monitor/*/*"):
            file.unlink()
        for name, block in blocks.items():
            for path, text in render(name, block).items():
                (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / path).write_text(text, encoding="utf-8")

    def load(self, table: str, frame: pd.DataFrame, mode: WriteMode = "replace") -> None:
        """Write a data frame as the table `raw.<table>` of declarations."""
        with self._connection() as handle:
            schema = f'"{self.schema}"'
            write_frame(
                self.engine, handle, schema, f'{schema}."{table}"', frame, mode, '"{}"'.format
            )
        if table not in self.tables:
            self.tables.append(table)
            tables = [{"name": name} for name in self.tables]
            source = {"name": "raw", "schema": self.schema, "tables": tables}
            (self.folder / "models").mkdir(exist_ok=True)
            (self.folder / "models" / "sources.yml").write_text(
                yaml.safe_dump({"version": 2, "sources": [source]}), encoding="utf-8"
            )

    def build(self, *options: str, **variables: object) -> None:
        """Run every model; each must succeed.

        `options` are dbt's, such as `"--full-refresh"`; `variables` its `--vars`.
        """
        self._invoke("run", *options, **variables)

    def test(self, *options: str) -> None:
        """Run every data test, such as that of each table's grain; each must pass."""
        self._invoke("test", *options)

    def _invoke(self, *arguments: str, **variables: object) -> None:
        outcome = invoke(arguments, self.folder, variables=variables)
        bad = [
            f"{result.node.name}: {result.message}"
            for result in outcome.result.results
            if str(result.status) not in ("success", "pass")
        ]
        assert outcome.success, "\n".join(bad)
        assert not bad, "\n".join(bad)

    def reset(self) -> None:
        """Drop every table of the project; the declarations stay."""
        with self._connection() as handle:
            cursor = handle if self.engine == "duckdb" else handle.cursor()
            cursor.execute(f'drop schema "{self.schema}" cascade')
            cursor.execute(f'create schema "{self.schema}"')

    def execute(self, sql: str) -> None:
        """Run a statement that returns nothing."""
        with self._connection() as handle:
            cursor = handle if self.engine == "duckdb" else handle.cursor()
            cursor.execute(sql)

    def query(self, sql: str) -> pd.DataFrame:
        """Return a query's rows; tables need no schema."""
        with self._connection() as handle:
            if self.engine == "duckdb":
                return pd.DataFrame(handle.execute(sql).df())
            with handle.cursor() as cursor:
                cursor.execute(sql)
                names = [column.name for column in cursor.description]
                return pd.DataFrame(cursor.fetchall(), columns=pd.Index(names))

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self.engine == "duckdb":
            with duckdb.connect(self.output["path"]) as handle:
                handle.execute(f'create schema if not exists "{self.schema}"')
                handle.execute(f"set schema = '{self.schema}'")
                yield handle
            return
        with closing(
            psycopg2.connect(
                host=self.output["host"],
                port=self.output["port"],
                user=self.output["user"],
                dbname=self.output["dbname"],
                options=f"-c search_path={self.schema}",
            )
        ) as handle:
            yield handle
            handle.commit()


NewProject = Callable[..., MonitoredProject]
