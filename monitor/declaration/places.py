"""YAML with the line of every key, so that a mistake can be shown where it stands."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import yaml

from monitor.project.errors import MonitorError

Path = tuple[Any, ...]


@dataclass
class Places:
    """Lines (from 1) of the keys of one YAML file, and the keys written twice."""

    lines: dict[Path, int] = field(default_factory=dict)
    repeated: list[tuple[Path, int]] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of `path`, or of its nearest parent that is written down."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return 1


def read_yaml(text: str, file_name: str) -> tuple[Any, Places]:
    """Parse YAML text once into its data and the places of its keys.

    Parameters
    ----------
    text : str
    file_name : str
        Named in errors.

    Raises
    ------
    MonitorError
        The text is not valid YAML.
    """
    loader = yaml.SafeLoader(text)
    places = Places()
    try:
        node = loader.get_single_node()
        if node is None:
            return None, places
        _walk(loader, node, (), places, frozenset())
        return loader.construct_document(node), places
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = error.problem or "not valid YAML"
        raise MonitorError(f"{file_name}:{line}  not valid YAML: {problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise MonitorError(f"{file_name}:1  not valid YAML: {error}") from error
    finally:
        loader.dispose()


def _walk(
    loader: yaml.SafeLoader, node: yaml.Node, path: Path, places: Places, above: frozenset[int]
) -> None:
    if id(node) in above:
        raise yaml.constructor.ConstructorError(
            None, None, "an anchor refers to itself", node.start_mark
        )
    above = above | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            places.lines.setdefault((*path, index), item.start_mark.line + 1)
            _walk(loader, item, (*path, index), places, above)
    elif isinstance(node, yaml.MappingNode):
        own = [pair for pair in node.value if pair[0].tag != "tag:yaml.org,2002:merge"]
        merged = [pair for pair in node.value if pair[0].tag == "tag:yaml.org,2002:merge"]
        seen: set[Any] = set()
        for key_node, value_node in own:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key must be a scalar", key_node.start_mark
                )
            key_path = (*path, key)
            line = key_node.start_mark.line + 1
            if key in seen:
                places.repeated.append((key_path, line))
            seen.add(key)
            places.lines.setdefault(key_path, line)
            _walk(loader, value_node, key_path, places, above)
        for _, value_node in merged:
            sources = (
                value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
            )
            for source in sources:
                _walk(loader, source, path, places, above)
