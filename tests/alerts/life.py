"""Four runs of a project whose alerts open, are spoken of, and end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import pandas as pd
from click.testing import CliRunner

from monitor.cli import main
from monitor.project.build import build
from monitor.project.feedback import Action, record
from tests.alerts.stream import (
    FLIPPED_DAYS,
    JOINED_DAY,
    KINDS,
    LATE_DAY,
    LOCAL,
    NO_DAY,
    SHOP,
    classes,
    outcomes,
    plans,
    predictions,
)
from tests.support.project import MonitoredProject

SNOOZED_DAYS = 2
# What alerts and incidents are made of; the last two runs make every model.
ALERTS = ("--select", "+ml_monitor__incidents")


@dataclass
class Life:
    """A project, and its tables after each step."""

    project: MonitoredProject
    alerts: dict[str, pd.DataFrame] = field(default_factory=dict)
    incidents: dict[str, pd.DataFrame] = field(default_factory=dict)
    log: dict[str, pd.DataFrame] = field(default_factory=dict)
    feedback: dict[str, pd.DataFrame] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    def keep(self, step: str) -> None:
        for kept, table in (
            (self.alerts, "alerts"),
            (self.incidents, "incidents"),
            (self.log, "alert_log"),
            (self.feedback, "feedback"),
        ):
            kept[step] = self.project.query(f"select * from ml_monitor__{table}")

    def about(self, step: str, subject: str, **also: object) -> list[dict[str, Any]]:
        """The alerts about a subject, in order."""
        frame = self.alerts[step]
        frame = frame[frame["subject"] == subject]
        for column, value in also.items():
            frame = frame[frame[column] == value]
        return frame.sort_values("first_window").to_dict("records")  # type: ignore[return-value]

    def one(self, step: str, subject: str, **also: object) -> dict[str, Any]:
        (found,) = self.about(step, subject, **also)
        return found


def command(project: MonitoredProject, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--project-dir", str(project.folder)])
    assert result.exit_code == 0, result.output
    return result.output


def live(project: MonitoredProject) -> Life:
    """Build, speak of alerts, correct, break a monitor, remove it, and speak again."""
    lived = Life(project)
    days = [number for number in range(JOINED_DAY) if number not in (LATE_DAY, NO_DAY)]
    project.load("scores", pd.concat(map(predictions, days)))
    project.load("outcomes", pd.concat(map(outcomes, days)))
    project.load("classes", classes())
    project.load("plans", plans())
    project.declare(shop=SHOP, kinds=KINDS, local=LOCAL)
    project.build(*ALERTS)
    lived.keep("built")

    def told(verb: str, subject: str, *options: str) -> None:
        alert = lived.about("built", subject)[0]["alert_id"]
        command(project, verb, alert[:8], *options)

    told("ack", "noted", "--note", "it's known; really", "--author", "someone")
    told("ack", "kept")
    told("snooze", "quiet", "--days", str(SNOOZED_DAYS))
    told("unhelpful", "gap")
    lived.keep("told")

    # a day that was missing comes late, labels are corrected, a day is added
    project.load("scores", predictions(LATE_DAY, JOINED_DAY), "append")
    project.load("scores", predictions(JOINED_DAY), "append")
    for number in (LATE_DAY, *FLIPPED_DAYS):
        project.load("outcomes", outcomes(number, JOINED_DAY), "append")
    project.load("outcomes", outcomes(JOINED_DAY), "append")
    project.build("--full-refresh", *ALERTS)
    lived.keep("refreshed")

    # a run in which one monitor is broken
    project.load("classes", classes().rename(columns={"p_x": "p_other"}))
    lived.broken = list(build(project.folder).broken)
    soon = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(seconds=0.5)
    quiet = lived.one("refreshed", "quiet")["alert_id"]
    record(project.folder, None, None, [quiet], "snooze", snoozed_until=soon)
    time.sleep(0.5)
    lived.keep("broken")

    project.declare(shop=SHOP, local=LOCAL)
    project.build()
    project.test()
    lived.keep("removed")

    def say(action: Action, seconds: float = 0) -> None:
        until = datetime.now(timezone.utc).replace(tzinfo=None) + timedelta(seconds=seconds)
        record(project.folder, None, None, [quiet], action, snoozed_until=until)
        said = project.query(f"select state from ml_monitor__alerts where alert_id = '{quiet}'")
        lived.states += said["state"].tolist()

    say("acknowledge")
    say("snooze", 3600)
    say("snooze", 0.3)
    time.sleep(0.3)
    say("unhelpful")
    say("reopen")
    return lived
