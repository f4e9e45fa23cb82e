"""What a run would find new: a cheap look at the relations that monitors read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.declaration import Declaration, load, relations
from monitor.warehouse import Warehouse

_TEXT_FILES = (".sql", ".yml", ".yaml", ".py", ".csv")
_NOT_SOURCES = ("target", "logs", ".git", ".venv")


@dataclass(frozen=True)
class Inputs:
    """What monitors read, as it was at one moment.

    Attributes
    ----------
    shape : tuple
        The relations with their columns.
    rows : tuple or None
        How many rows each had, and when they were loaded; None where a monitor's rows do not tell
        when they arrived, so that only a run finds out.
    """

    shape: tuple[Any, ...]
    rows: tuple[Any, ...] | None


def project_files(project_dir: str | Path) -> tuple[tuple[str, int], ...]:
    """Return the files that make up a dbt project, with the times they were written."""
    found: list[tuple[str, int]] = []
    folders = [Path(project_dir)]
    while folders:
        for path in folders.pop().iterdir():
            if path.is_dir() and not path.is_symlink() and path.name not in _NOT_SOURCES:
                folders.append(path)
            elif path.suffix in _TEXT_FILES and path.is_file():
                found.append((str(path), path.stat().st_mtime_ns))
    return tuple(sorted(found))


def look(manifest: Any, project_dir: str | Path, select: Sequence[str] = ()) -> Inputs:
    """Look at what the declared monitors read, or only those of `select`.

    Raises
    ------
    MonitorError
        The warehouse does not answer.
    """
    shapes: list[Any] = []
    rows: list[Any] = []
    with Warehouse.of_manifest(manifest, project_dir) as warehouse:
        for name, declaration in load(project_dir).items():
            if select and name not in select:
                continue
            for relation_name, loaded_at in _read(declaration):
                relation = warehouse.relation(relation_name)
                columns = warehouse.columns(relation) if relation is not None else None
                shapes.append((relation_name, columns))
                kinds = {column.name.lower(): column.kind for column in columns or []}
                if kinds.get((loaded_at or "").lower()) != "timestamp":
                    rows.append(None)
                    continue
                moment = warehouse.quote(_as_written(columns or [], str(loaded_at)))
                # A changed row has another loaded_at, which need not be the newest.
                counted = warehouse.rows(
                    f"select count(*), count({moment}), cast(max({moment}) as varchar(40)), "
                    f"sum(cast(extract(epoch from {moment}) as decimal(24, 6))) from {relation}"
                )
                rows.append((relation_name, counted))
    return Inputs(tuple(shapes), None if None in rows else tuple(rows))


def _read(declaration: Declaration) -> Iterator[tuple[str, str | None]]:
    """Name the relations of a monitor, each with the column that tells when a row arrived."""
    labels = declaration.labels
    for path, name in relations(declaration):
        # A reference of its own is counted once, whatever comes later.
        if path[0] == "labels":
            yield name, labels.loaded_at if labels is not None else None
        elif path[0] == "predictions":
            yield name, declaration.loaded_at


def _as_written(columns: Sequence[Any], name: str) -> str:
    found = [column.name for column in columns if column.name.lower() == name.lower()]
    return name if name in found else str(found[0])
