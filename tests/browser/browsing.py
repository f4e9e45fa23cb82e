"""A served viewer and a real browser that looks at it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

SCRIPT = "from monitor.cli import main; main()"
PATIENCE = 60
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
    "--disable-background-networking",
]  # fmt: skip
# Where a page is not the first, Streamlit's front end asks below its address too whether a server
# is there, and Chromium writes down that it is not.
_ASKED_IN_VAIN = ("/_stcore/health", "/_stcore/host-config")


@contextmanager
def served(project: Path) -> Iterator[str]:
    """Run `monitor app` on a project; yield the address it listens at, of this machine only."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["app", "--no-browser", "--port", str(port), "--project-dir", str(project)]
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the server does not answer")


@dataclass
class Looked:
    """A tab, and what it complained of."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def go(self, path: str, charts: int = 0) -> None:
        """Open a page and wait until it is drawn."""
        self.page.goto(self.address + path)
        self.drawn(charts)

    def drawn(self, charts: int = 0) -> None:
        """Wait until nothing runs and so many charts, or more, have their picture."""
        page = self.page
        page.wait_for_function(_IS_DRAWN, arg=charts, timeout=PATIENCE * 1000)
        expect(page.get_by_test_id("stException")).to_have_count(0)

    def complaints(self) -> list[str]:
        """Errors of the console and requests that left the machine."""
        return self.errors + self.outside


_IS_DRAWN = """atLeast => {
    const app = document.querySelector('[data-testid=stApp]');
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    return app && document.querySelector('[data-testid=stMain] [data-testid=stMarkdown]')
        && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-stale=true]')
        && charts.length >= atLeast
        && charts.every(chart => chart.querySelector('svg, canvas'));
}"""


@contextmanager
def tab(browser: Browser, address: str, **options: Any) -> Iterator[Looked]:
    """Open a tab of its own context, such as with `color_scheme="dark"`."""
    context = browser.new_context(**options)
    looked = Looked(context.new_page(), address)

    def told(message: Any) -> None:
        if message.type == "error" and not any(
            part in message.location.get("url", "") for part in _ASKED_IN_VAIN
        ):
            looked.errors.append(message.text)

    def asked(request: Any) -> None:
        if not request.url.startswith((address, address.replace("http", "ws"), "data:", "blob:")):
            looked.outside.append(request.url)

    looked.page.on("console", told)
    looked.page.on("pageerror", lambda error: looked.errors.append(str(error)))
    looked.page.on("request", asked)
    looked.page.on("dialog", lambda dialog: looked.errors.append(f"dialog: {dialog.message}"))
    try:
        yield looked
    finally:
        context.close()
