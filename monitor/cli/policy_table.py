"""What a policy would have made of history, side by side with the present limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from monitor.cli.tables import shown, table

if TYPE_CHECKING:
    from monitor.project.policy import Comparison, Episode, Pair


def differences(comparison: Comparison) -> Table:
    """Return a row for each subject and time.

    The first window in alert and how many are, by either limits (and in how many alerts, if not in
    one); by how many windows the policy opens earlier or later; and whether it was marked
    unhelpful, lies in a known incident, or both.
    """
    rows = [
        (
            pair.monitor,
            _about(pair),
            _opened(pair.present),
            _opened(pair.other),
            _difference(pair),
            _said(pair),
        )
        for pair in comparison.pairs
    ]
    columns = ("monitor", "about", "present", "policy", "opens", "said")
    return table(columns, rows, folded=("monitor", "about"))


def totals(comparison: Comparison) -> Table:
    """Return how many alerts each of the two opens, and how many of them are doubtful."""
    sides = [comparison.episodes(side) for side in ("present", "other")]
    rows = [
        ("alerts", *(len(side) for side in sides)),
        ("windows in alert", *(sum(one.windows for one in side) for side in sides)),
        ("marked unhelpful", *(sum(one.is_unhelpful for one in side) for side in sides)),
        ("in no known incident", *(sum(not one.is_known for one in side) for side in sides)),
    ]
    return table(("in_all", "present", "policy"), rows, right=("present", "policy"))


def _about(pair: Pair) -> str:
    where = "" if pair.segment == "overall" else f" ({pair.segment} {pair.segment_value})"
    is_whole = pair.concern == "performance" and pair.subject == "all"
    rule = " (constraint)" if pair.concern == "constraint" else ""
    return ("performance" if is_whole else pair.subject) + rule + where


def _opened(episodes: list[Episode]) -> str:
    if not episodes:
        return "none"
    windows = sum(one.windows for one in episodes)
    parts = "" if len(episodes) == 1 else f" in {len(episodes)}"
    return f"{shown(episodes[0].first_window)} ×{windows}{parts}"  # noqa: RUF001


def _difference(pair: Pair) -> str:
    if not pair.other:
        return "gone"
    if not pair.present:
        return "new"
    later = pair.windows_later or 0
    return f"{abs(later)} {'later' if later > 0 else 'earlier'}" if later else "same"


def _said(pair: Pair) -> str:
    both = (*pair.present, *pair.other)
    is_unhelpful = any(one.is_unhelpful for one in both)
    if any(one.is_known for one in both):
        return "both" if is_unhelpful else "incident"
    return "unhelpful" if is_unhelpful else ""
