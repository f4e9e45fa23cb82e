"""The one-line dbt models that make a monitor part of a project's DAG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from monitor.project.errors import MonitorError

FOLDER = Path("models") / "ml_monitor"
Block = Mapping[str, Any]

_DESCRIPTIONS = {
    "grid": "Bins of every feature and of the score of {name}, fitted once on the reference.",
    "feature_profile": (
        "Counts and centred sums of {name} by window, version, segment, feature and bin."
    ),
    "labelled": "One row per version and id of {name} with its current label: the label join.",
    "outcome_profile": (
        "Counts, sums and losses of {name} by window, version, segment, group, class, "
        "score bin, predicted and actual."
    ),
    "label_profile": "Labelled predictions of {name} by window, version and delay in days.",
    "effect_profile": (
        "What came true in {name} by window, version, feature and bin, counted once a window "
        "is mature."
    ),
    "embedding_profile": (
        "Sums of {name}'s vectors by window, version, feature and dimension: their centroids."
    ),
    "reference_profile": "The profile of the relation that is {name}'s reference.",
    "row_profile": "Repeated rows, replayed ids and entities of {name} by window and version.",
    "sample": "A small, even sample of each window's rows of {name}, features only.",
    "segment_profile": (
        "Outcomes of {name} by window, version and values of all segment columns together."
    ),
}
# Never NULL in any row: they are grain or delete keys of the profiles.
_KEYS = {
    "grid": ["monitor"],
    "feature_profile": ["window_key"],
    "labelled": [],
    "outcome_profile": ["window_key"],
    "label_profile": ["window_key"],
    "effect_profile": ["window_key"],
    "embedding_profile": ["window_key"],
    "reference_profile": [],
    "row_profile": ["window_key"],
    "sample": ["window_key"],
    "segment_profile": ["window_key"],
}


# Nodes that a monitor has only where its block declares what they are for.
_OPTIONAL: Mapping[str, Callable[[Block], bool]] = {
    "effect_profile": lambda block: bool(block.get("effects")),
    "embedding_profile": lambda block: bool((block.get("features") or {}).get("embedding")),
    "reference_profile": lambda block: "relation" in (block.get("reference") or {}),
    "row_profile": lambda block: bool(block.get("repeats") or block.get("entity")),
    "sample": lambda block: bool(block.get("multivariate")),
    "segment_profile": lambda block: bool(block.get("find_segments")),
}


def node_kinds(block: Block) -> list[str]:
    """Return the kinds of nodes that a monitor has by its block of the declaration."""
    return [kind for kind in _DESCRIPTIONS if kind not in _OPTIONAL or _OPTIONAL[kind](block)]


def node_names(name: str, block: Block) -> list[str]:
    """Return the names of a monitor's dbt models.

    Examples
    --------
    >>> node_names("churn", {})[0]
    'churn__grid'
    """
    return [f"{name}__{kind}" for kind in node_kinds(block)]


def all_node_names(name: str) -> list[str]:
    """Return the names that a monitor's dbt models may have, whatever it declares."""
    return [f"{name}__{kind}" for kind in _DESCRIPTIONS]


def render(name: str, block: Block) -> dict[Path, str]:
    """Return a monitor's files by their path inside the project."""
    folder = FOLDER / name
    kinds = node_kinds(block)
    files = {
        folder / f"{name}__{kind}.sql": f"{{{{ ml_monitor.{kind}('{name}') }}}}\n" for kind in kinds
    }
    files[folder / f"{name}.yml"] = _properties(name, kinds)
    return files


def _properties(name: str, kinds: list[str]) -> str:
    lines = ["version: 2", "", "models:"]
    for kind in kinds:
        lines += [
            f"  - name: {name}__{kind}",
            "    description: >-",
            f"      {_DESCRIPTIONS[kind].format(name=name)}",
        ]
        for position, column in enumerate(_KEYS[kind]):
            lines += ["    columns:"] if position == 0 else []
            lines += [f"      - name: {column}", "        data_tests: [not_null]"]
    return "\n".join(lines) + "\n"


def state(project_dir: Path, name: str, block: Block) -> Mapping[Path, str]:
    """Compare a monitor's files with what `monitor add` would write.

    Returns
    -------
    Mapping of Path to str
        `missing`, `changed`, `outdated` (as it was written for another declaration) or `current`,
        by path inside the project.
    """
    states: dict[Path, str] = {}
    for path, text in render(name, block).items():
        file = project_dir / path
        if not file.is_file():
            states[path] = "missing"
            continue
        written = file.read_text(encoding="utf-8").strip()
        if written == text.strip():
            states[path] = "current"
        else:
            kinds = [kind for kind in _DESCRIPTIONS if f"- name: {name}__{kind}\n" in written]
            is_ours = written == _properties(name, kinds).strip()
            states[path] = "outdated" if is_ours else "changed"
    return states


def write(project_dir: Path, name: str, block: Block, force: bool = False) -> list[Path]:
    """Write a monitor's missing and outdated files; changed ones only with `force`.

    Returns
    -------
    list of Path
        The files written, inside the project; empty if all were there.

    Raises
    ------
    MonitorError
        A file was changed by hand and `force` is not set; nothing is written then.
    """
    states = state(project_dir, name, block)
    changed = [str(path) for path, is_now in states.items() if is_now == "changed"]
    if changed and not force:
        raise MonitorError(
            f"{', '.join(changed)}: changed by hand or written by another version; "
            "nothing was written; use --force to overwrite"
        )
    files = render(name, block)
    written = [path for path, is_now in states.items() if is_now != "current"]
    for path in written:
        (project_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (project_dir / path).write_text(files[path], encoding="utf-8")
    return written
