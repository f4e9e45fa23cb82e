"""What a person tells `monitor init`; everything else is inferred."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

# What columns tell apart; a ranking looks like scores of classes and is declared by hand.
INFERRED_TASKS = ("binary", "multiclass", "regression")


@dataclass(frozen=True)
class InitOptions:
    """Answers given on the command line; None or empty means: infer it."""

    predictions: str
    labels: str | None = None
    reference: str | None = None
    name: str | None = None
    task: str | None = None
    id: str | None = None
    timestamp: str | None = None
    loaded_at: str | None = None
    version_column: str | None = None
    score: tuple[str, ...] = ()
    prediction: str | None = None
    label: str | None = None
    label_id: str | None = None
    label_timestamp: str | None = None
    label_loaded_at: str | None = None
    positive: str | None = None
    numeric: tuple[str, ...] | None = None
    categorical: tuple[str, ...] | None = None
    segments: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    window: str | None = None
    reference_from: datetime.date | None = None
    reference_to: datetime.date | None = None


@dataclass(frozen=True)
class Guess:
    """One decision of `monitor init`, with the flag that changes it."""

    key: str
    value: str
    reason: str
    flag: str
    is_given: bool = False


@dataclass
class Report:
    """All decisions, in the order they were made, what else to know, and what is wrong."""

    guesses: list[Guess] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, key: str, value: object, reason: str, flag: str) -> None:
        """Record one decision."""
        is_given = reason == "given"
        self.guesses.append(Guess(key, str(value), reason, flag, is_given))
