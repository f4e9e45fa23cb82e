"""Find the node of a dbt manifest that a declaration names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_REFERABLE = ("model", "seed", "snapshot")
_PACKAGE = "ml_monitor"
# Folders of the package's models that hold no values of single predictions.
_RESULTS = ("results", "significance", "alerts")
_BESIDE = ("ml_monitor__monitors", "ml_monitor__windows", "ml_monitor__known_incidents")


def find_node(manifest: Any, name: str) -> Any | None:
    """Return the node of a model, seed or snapshot, or of the source "source.table".

    The root project's own node wins over a package's node of the same name.
    """
    if "." in name:
        source, table = name.split(".", 1)
        for node in manifest.sources.values():
            if (node.source_name, node.name) == (source, table):
                return node
        return None
    found = [node for node in _referable(manifest) if node.name == name]
    root = manifest.metadata.project_name
    return next(iter(sorted(found, key=lambda node: node.package_name != root)), None)


def known_names(manifest: Any) -> list[str]:
    """Return every name that a declaration may use, the root project's first."""
    root = manifest.metadata.project_name
    nodes = sorted(_referable(manifest), key=lambda node: (node.package_name != root, node.name))
    names = [str(node.name) for node in nodes if not node.name.startswith("ml_monitor__")]
    return names + [f"{node.source_name}.{node.name}" for node in manifest.sources.values()]


def result_names(manifest: Any) -> list[str]:
    """Return the names of the package's models that people read: results, and what they rest on."""
    return sorted(
        str(node.name)
        for node in _referable(manifest)
        if node.package_name == _PACKAGE and (node.fqn[1] in _RESULTS or node.name in _BESIDE)
    )


def disabled_names(manifest: Any) -> set[str]:
    """Return the names of the package's models that nothing declared asks for."""
    return {
        str(node.name)
        for several in manifest.disabled.values()
        for node in several
        if node.package_name == _PACKAGE
    }


def _referable(manifest: Any) -> Iterator[Any]:
    for node in manifest.nodes.values():
        if str(getattr(node.resource_type, "value", node.resource_type)) in _REFERABLE:
            yield node
