"""What the alarm benchmark found, as Markdown, with its bars."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np
import numpy.typing as npt

from benchmarks.alarms.judgement import OURS, Judgement
from benchmarks.alarms.plain_rules import RULES
from benchmarks.alarms.streams import BLOCK, Fault, Setting, features

Booleans = npt.NDArray[np.bool_]
MOST_OPENED, MOST_WINDOWS = 1.0, 0.0005  # alerts a model-quarter, share of feature-windows
EVEN = "__prediction__"  # the column of two categories of one half each
# What has to be found in the first window, where: the least share of features.
FOUND = (
    (Fault("shift", 0.5), "numeric", 0.95),
    (Fault("null", 0.05), "every", 0.95),
    (Fault("category", 0.2), "categorical", 0.95),
    (Fault("category", 0.2), "50/50", 0.80),
    (Fault("beyond", 0.02), "numeric", 0.95),
)
NAMES = {
    "shift": "shift by {} sd",
    "scale": "scale by {}",
    "beyond": "{:.0%} of rows beyond the extremes",
    "category": "{:.0%} of rows change category",
    "null": "NULLs at {:.0%}",
    "accuracy": "accuracy falls by {}",
}


@dataclass(frozen=True)
class Bar:
    """A number and the bar that it has to meet."""

    what: str
    engine: str
    measured: str
    asked: str
    is_met: bool


@dataclass
class Report:
    """Gathers what scenarios found."""

    bars: list[Bar] = field(default_factory=list)
    healthy: list[str] = field(default_factory=list)
    faulty: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    seen: dict[str, Booleans] = field(default_factory=dict)

    def add(
        self,
        engine: str,
        name: str,
        setting: Setting,
        found: Judgement,
        is_barred: bool = False,
    ) -> str:
        """Add what was found in streams of features; return it in one line."""
        kind = "faults" if setting.faults else "no fault"
        self._compare(f"{name}, {kind}", found.alerts[OURS])
        if is_barred:
            bars = _found_bars if setting.faults else _false_bars
            self.bars += bars(engine, name, setting, found)
        if setting.faults:
            lines, told = self.faulty, _detection(name, setting, found)
        else:
            lines, told = self.healthy, [_false_alerts(name, found)]
        if engine == "duckdb":
            lines += told
        return "\n".join(told)

    def is_met(self) -> bool:
        """Whether every bar is."""
        return all(bar.is_met for bar in self.bars)

    def _compare(self, name: str, alerts: Booleans) -> None:
        if name in self.seen:
            differ = int((self.seen[name] != alerts).sum())
            self.same.append(f"| {name} | {alerts.size:,} | {int(alerts.sum()):,} | {differ} |")
        self.seen[name] = alerts

    def text(self) -> str:
        """All of it as Markdown."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
        rules = " | ".join(RULES)
        bars = [
            f"| {bar.what} | {bar.engine} | {bar.measured} | {bar.asked} | "
            f"{'yes' if bar.is_met else 'NO'} |"
            for bar in self.bars
        ]
        return f"""# False alerts and missed faults

Made by `make alarms` on {os.cpu_count()} cores and {memory:.0f} GiB, Python
{platform.python_version()}, DuckDB {duckdb.__version__}, {platform.system()} {platform.machine()}.

Streams of 10 numeric and 10 categorical features (score and prediction among them), of a reference
of 30 days and 90 judged days unless said otherwise, drawn as counts, written as profiles and judged
by the package's SQL: features move by 0.05 standard deviations from day to day and by 0.1 over the
week, NULLs about 0.5 %. A reference of 56 days is long enough for the season as a baseline.
An alert is what `ml_monitor__alerts` makes of one version's verdicts; a plain rule's, consecutive
windows of one feature. Plain rules are computed beside them on the same counts: a population
stability index above 0.1; above mean + 3 standard deviations of the reference's days; the
Kolmogorov-Smirnov test (categories: chi-square) at 5 %.

Performance is that of a binary model with labels: the classes' distance and the scores move as
features do, and so does the logit of the share of positives; realized and estimated metrics
together are one alert. Its fault draws a part of the labels anew, so that accuracy falls and scores
do not move.

## Bars

| what | engine | measured | asked for | met |
|---|---|---|---|---|
{chr(10).join(bars)}

## No fault: alerts opened per model-quarter

With the standard error of their mean, and the share of feature-windows in alert.

| streams | seeds | {OURS} | in alert | {rules} |
|---|---|---|---|{"---|" * len(RULES)}
{chr(10).join(self.healthy)}

## Faults: share of features in alert in the first window

Each lasts {BLOCK} days. Delay: mean days until the first alert of those that are found in them.

| streams | seeds | fault | features | {OURS} | found | delay | {rules} |
|---|---|---|---|---|---|---|{"---|" * len(RULES)}
{chr(10).join(self.faulty)}

## The same streams on Postgres

| streams | verdicts | in alert | differ from DuckDB's |
|---|---|---|---|
{chr(10).join(self.same)}
"""


def _with_error(opened: npt.NDArray[np.int64]) -> str:
    return f"{opened.mean():.2f} ± {opened.std(ddof=1) / np.sqrt(len(opened)):.2f}"


def _false_bars(engine: str, name: str, _: Setting, found: Judgement) -> Iterator[Bar]:
    opened, share = found.opened[OURS].mean(), found.alerts[OURS].mean()
    yield Bar(
        f"{name}: false alerts opened per model-quarter",
        engine,
        f"{opened:.2f}",
        f"at most {MOST_OPENED:g}",
        bool(opened <= MOST_OPENED),
    )
    yield Bar(
        f"{name}: feature-windows in alert",
        engine,
        f"{share:.3%}",
        f"at most {MOST_WINDOWS:.2%}",
        bool(share <= MOST_WINDOWS),
    )


def _found_bars(engine: str, name: str, setting: Setting, found: Judgement) -> Iterator[Bar]:
    for fault, kind, least in FOUND:
        first = alerts_of(setting, fault, kind, found, OURS)[..., 0].mean()
        yield Bar(
            f"{name}: {_name(fault)}, {kind}, first window",
            engine,
            f"{first:.1%}",
            f"at least {least:.0%}",
            bool(first >= least),
        )


def _false_alerts(name: str, found: Judgement) -> str:
    plain = " | ".join(
        f"{found.opened[rule].mean():.1f}" if rule in found.opened else "" for rule in RULES
    )
    ours = f"{_with_error(found.opened[OURS])} | {found.alerts[OURS].mean():.3%}"
    return f"| {name} | {len(found.alerts[OURS])} | {ours} | {plain} |"


def _detection(name: str, setting: Setting, found: Judgement) -> list[str]:
    lines = []
    for fault in setting.faults:
        for kind in _kinds(fault):
            ours = alerts_of(setting, fault, kind, found, OURS)
            plain = " | ".join(
                f"{alerts_of(setting, fault, kind, found, rule)[..., 0].mean():.1%}"
                if rule in found.alerts
                else ""
                for rule in RULES
            )
            lines.append(
                f"| {name} | {len(ours)} | {_name(fault)} | {kind} | "
                f"{ours[..., 0].mean():.1%} | {ours.any(axis=-1).mean():.1%} | "
                f"{_delay(ours):.2f} | {plain} |"
            )
    return lines


def _kinds(fault: Fault) -> tuple[str, ...]:
    if fault.kind == "shift":
        return ("numeric", "categorical")
    if fault.kind == "category":
        return ("categorical", "50/50")
    return {"null": ("every",), "accuracy": ("performance",)}.get(fault.kind, ("numeric",))


def _name(fault: Fault) -> str:
    return NAMES[fault.kind].format(fault.size)


def alerts_of(setting: Setting, fault: Fault, kind: str, found: Judgement, rule: str) -> Booleans:
    """A rule's alerts by seed, feature and day of the fault."""
    is_numeric = {feature.name: feature.is_numeric for feature in features(setting)}
    subjects = [
        number
        for number, name in enumerate(found.subjects)
        if kind in ("every", "performance")
        or (name == EVEN if kind == "50/50" else is_numeric[name] == (kind == "numeric"))
    ]
    first = setting.healthy_days + BLOCK * setting.faults.index(fault)
    return found.alerts[rule][:, 0, subjects, first : first + BLOCK]


def _delay(in_alert: Booleans) -> float:
    """Mean days until the first alert, of those that have one."""
    is_found = in_alert.any(axis=-1)
    return float(in_alert.argmax(axis=-1)[is_found].mean()) if is_found.any() else float("nan")
