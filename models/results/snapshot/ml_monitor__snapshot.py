"""Publishes what people read beside a DuckDB file, last of all: the viewer reads that copy.

Where the package `monitor` is not installed beside dbt nothing is published, nor is a viewer there.
"""


def model(dbt, session):  # noqa: ANN001, ANN201, D103
    relations = dbt.ref("ml_monitor", "ml_monitor__published").fetchall()
    try:
        from monitor.warehouse.snapshot import publish
    except ImportError:
        path = None
    else:
        path = publish(session.cursor(), relations, dbt.this.schema)
    return session.sql("select cast($path as varchar) as path", params={"path": path})
