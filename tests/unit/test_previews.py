"""Every SQL client previews a relation with a LIMIT: each of ours must answer it at once."""

from __future__ import annotations

import threading

import duckdb
import numpy as np
import pandas as pd

from tests.support.project import NewProject

SECONDS = 20


def test_every_relation_answers_a_preview(new_project: NewProject) -> None:
    rng = np.random.default_rng(1)
    n = 200_000
    frame = pd.DataFrame({"id": range(n), "score": rng.random(n), "region": rng.choice(["a"], n)})
    frame["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) * 4 // n, unit="D")
    labels = frame[["id"]].assign(label=(rng.random(n) < frame["score"]).astype(int))
    project = new_project("duckdb")
    project.load("rows", frame)
    project.load("outcomes", labels)
    (project.folder / "models" / "staged.sql").write_text(
        "{{ config(materialized='view') }} select * from {{ source('raw', 'rows') }}"
    )
    project.declare(
        watched={
            "predictions": "staged",
            "id": "id",
            "timestamp": "at",
            "task": "binary",
            "score": "score",
            "labels": {"relation": "raw.outcomes", "label": "label"},
            "reference": {"from": "2026-01-01", "to": "2026-01-02"},
            "segments": ["region"],
        }
    )
    project.build()
    with duckdb.connect(project.output["path"]) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = ?",
            [project.schema],
        ).fetchall()
        assert ("watched__labelled",) in names
        for (name,) in names:
            timer = threading.Timer(SECONDS, connection.interrupt)
            timer.start()
            found = connection.execute(f'select * from "{project.schema}"."{name}" limit 1')
            column = found.description[0][0]
            found.fetchall()
            # an engine that leaves out what nobody reads may go other ways
            one = f'select "{column}" from "{project.schema}"."{name}" limit 1'
            connection.execute(one).fetchall()
            timer.cancel()
