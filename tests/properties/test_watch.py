"""`monitor run --watch`: a process that goes on whatever breaks, and ends when it is told to."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from queue import Queue
from threading import Event, Thread
from typing import Any

import duckdb
import pandas as pd
from click.testing import CliRunner

from monitor.cli import main
from monitor.project.build import build
from monitor.project.watch import watch
from tests.conftest import NewProject
from tests.properties.history import BLOCK, History, label, prediction
from tests.support.project import MonitoredProject

SCRIPT = "from monitor.cli import main; main()"
PATIENCE = 120


class Watched:
    """A running `monitor run --watch` and the lines it has written."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: Queue[str] = Queue()
        self.errors: list[str] = []
        for stream, take in (
            (process.stdout, self.lines.put),
            (process.stderr, self.errors.append),
        ):
            assert stream is not None
            Thread(target=lambda s=stream, t=take: [t(line) for line in s], daemon=True).start()

    def next_with(self, word: str) -> str:
        """The next line that has a word in it; lines before it are passed over."""
        end = time.monotonic() + PATIENCE
        seen = []
        while time.monotonic() < end:
            seen.append(self.lines.get(timeout=PATIENCE))
            if word in seen[-1]:
                return seen[-1]
        raise AssertionError(f"no '{word}' in {seen}")


@contextmanager
def watching(project: MonitoredProject) -> Iterator[Watched]:
    arguments = ["run", "--watch", "0.5", "--project-dir", str(project.folder)]
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Watched(process)
        finally:
            process.kill()


def arrives(history: History, number: int) -> None:
    """A prediction and a label more, written between two rounds."""
    history.now += timedelta(hours=2)
    history.predictions.append(prediction(number, 5, history.now))
    history.labels.append(label(number - 2000, history.now, 1))
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return history.write()
        except duckdb.IOException:
            assert time.monotonic() < end, "the file is never free"
            time.sleep(0.05)


def test_it_goes_on_and_ends(engine: str, new_project: NewProject) -> None:
    project = new_project(engine)
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    with watching(project) as watched:
        watched.next_with("models  none broken")
        watched.next_with("nothing new")
        arrives(history, 2001)
        watched.next_with("none broken")
        watched.next_with("nothing new")

        if engine == "duckdb":
            with _locked(project):
                watched.next_with("broken: the round")
            told = "Could not set lock"
        else:
            project.query("alter table predictions rename amount to total; select 1")
            watched.next_with("broken: shop")
            watched.next_with("broken: shop")
            told = "has no column 'amount'"
        arrives(history, 2003)
        watched.next_with("models  none broken")
        watched.next_with("nothing new")
        assert any(told in line for line in watched.errors), watched.errors

        # in the middle of a round
        arrives(history, 2005)
        time.sleep(0.7)
        number = signal.SIGTERM if engine == "duckdb" else signal.SIGINT
        watched.process.send_signal(number)
        assert watched.process.wait(timeout=PATIENCE) == 0
    assert build(project.folder).broken == {}
    status = project.query("select state, predictions from ml_monitor__status")
    assert status.to_numpy().tolist() == [["ok", 93]]


@contextmanager
def _locked(project: MonitoredProject) -> Iterator[None]:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            handle = duckdb.connect(project.output["path"])
            break
        except duckdb.IOException:
            assert time.monotonic() < end, "the file is never free"
            time.sleep(0.05)
    try:
        yield
    finally:
        handle.close()


def test_rounds_and_their_exit_code(new_project: NewProject) -> None:
    project = new_project("duckdb")
    history = History(project)
    history.write()
    project.declare(shop={**BLOCK, "features": {"numeric": ["amonut"]}})
    command = ["run", "--project-dir", str(project.folder)]
    for arguments, told in (
        (["--rounds", "2"], "--rounds needs --watch"),
        (["--watch", "0"], "0.0 is not in the range"),
    ):
        result = CliRunner().invoke(main, [*command, *arguments])
        assert (result.exit_code, told in " ".join(result.output.split())) == (2, True)
    result = CliRunner().invoke(main, [*command, "--watch", "0.01", "--rounds", "2"])
    assert result.exit_code == 1
    assert result.output.count("models  broken: shop  ") == 2
    assert result.output.count("has no column 'amonut'") == 1
    result = CliRunner().invoke(main, [*command, "--watch", "9", "--rounds", "1", "--select", "no"])
    assert (result.exit_code, "no monitor 'no' is declared" in result.output) == (1, True)

    # without a time of arrival only a run finds out what is new
    block: dict[str, Any] = {**BLOCK}
    del block["loaded_at"]
    project.declare(shop=block)
    done = [one.done for one in watch(project.folder, None, None, (), 0.01, Event(), rounds=2)]
    first, second = (one for one in done if one is not None)
    assert (first.broken, second.broken) == ({}, {})
    # the views are made once, but for those into which a run writes what it knows
    assert 0 < second.built < first.built
    views = set(project.query("select view_name from duckdb_views() where not internal").iloc[:, 0])
    assert views & set(second.seconds) == {"ml_monitor__monitors", "ml_monitor__status"}


def test_a_changed_row_is_not_missed(new_project: NewProject) -> None:
    """Neither more rows nor a later time: a row in the middle was loaded again."""
    project = new_project("duckdb")
    history = History(project)
    history.write()
    project.declare(shop=BLOCK)
    rounds = watch(project.folder, None, None, (), 0.01, Event())
    assert next(rounds).done is not None
    assert next(rounds).done is None
    newest = pd.Timestamp(history.predictions[0]["loaded_at"])
    history.predictions[3].update(loaded_at=newest - timedelta(minutes=1), region="west")
    history.write()
    assert next(rounds).done is not None
    assert next(rounds).done is None
    assert not project.query("select 1 from ml_monitor__quality where segment_value = 'west'").empty
