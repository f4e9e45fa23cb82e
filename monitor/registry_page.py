"""The metric registry as a page: `python -m monitor.registry_page > docs/metrics.md`."""

from __future__ import annotations

from itertools import groupby

from monitor.registry import Metric, metrics

_HEAD = """# Metrics

Made from `macros/registry/` by `make docs`; the warehouse has the same as `ml_monitor__metric_registry`.
`warn` and `alert` are the worsenings that are judged unless a declaration's `thresholds` say otherwise; without one a metric is evidence only.
A metric marked *optional* is in the results of a monitor that names it under `metrics` (or says `metrics: all`) or under `thresholds`.
"""  # noqa: E501


def page() -> str:
    """Return the page, in Markdown: one table per family."""
    parts = [_HEAD]
    for family, entries in groupby(metrics(), key=lambda metric: metric.family):
        parts.append(f"\n## {family}\n")
        parts.append("| metric | formula | unit | range | worse | warn | alert | source |")
        parts.append("|---|---|---|---|---|---|---|---|")
        parts.extend(_row(metric) for metric in entries)
    return "\n".join(parts) + "\n"


def _row(metric: Metric) -> str:
    span = f"{_number(metric.lower, '-∞')} … {_number(metric.upper, '∞')}"
    worse = metric.direction.removesuffix("_is_worse")
    cells = (
        f"`{metric.name}`" + (" *optional*" if metric.is_optional else ""),
        metric.formula,
        metric.unit,
        span,
        worse,
        _number(metric.warn_at),
        _number(metric.alert_at, "learned" if metric.learned else ""),
        metric.source,
    )
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def _number(value: float | None, absent: str = "") -> str:
    return absent if value is None else f"{value:g}"


if __name__ == "__main__":
    print(page(), end="")
