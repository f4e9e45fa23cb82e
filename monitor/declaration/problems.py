"""One mistake in a declaration: its place, what is wrong, and the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from monitor.project.errors import MonitorError


@dataclass(frozen=True, order=True)
class Problem:
    """A mistake, printed as `dbt_project.yml:12  churn.features: what; fix`."""

    line: int
    path: str
    message: str
    file_name: str = "dbt_project.yml"

    def __str__(self) -> str:
        return f"{self.file_name}:{self.line}  {self.path}: {self.message}"


class DeclarationError(MonitorError):
    """Every mistake that was found, one a line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(word: object, known: Iterable[Any]) -> str:
    """Name the nearest known word, or all that are allowed if none is near.

    Examples
    --------
    >>> did_you_mean("numerc", ["numeric", "categorical"])
    "did you mean 'numeric'?"
    >>> did_you_mean("x", ["numeric", "categorical"])
    'allowed: numeric, categorical'
    """
    names = [str(name) for name in known]
    by_lower_case = {name.lower(): name for name in reversed(names)}
    near = difflib.get_close_matches(str(word).lower(), by_lower_case, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{by_lower_case[near[0]]}'?"
    if not names:
        return "nothing is allowed here"
    shown = ", ".join(names[:30])
    return f"allowed: {shown}" + (", …" if len(names) > 30 else "")


def dotted(path: Iterable[Any]) -> str:
    """Write a path as people do: `churn.segments[2]`.

    Examples
    --------
    >>> dotted(("churn", "segments", 2))
    'churn.segments[2]'
    """
    text = ""
    for part in path:
        if isinstance(part, int) and not isinstance(part, bool):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else str(part)
    return text
