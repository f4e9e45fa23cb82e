"""A small model with all that pages show, and pages run without a browser."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.properties.history import BLOCK, History
from tests.support.project import MonitoredProject

# Markup, a directive of Streamlit, a formula, a link, an image.
SCRIPT = "from monitor.viewer.main import main\nmain('{}')"
NASTY = "<b>x</b> **y** :red[z] $a$ [l](http://example.invalid) ![i](http://example.invalid/i.png)"


def show(project: MonitoredProject, **block: Any) -> History:
    """Build `shop`, of which a version and a category hold markup, with a snapshot."""
    project.is_read = True
    history = History(project)
    for row in history.predictions:
        if row["plan"] == "pro":
            row["plan"] = NASTY
        if row["version"] == "v2":
            row["version"] = NASTY
    history.write()
    project.declare(shop={**BLOCK, "owner": {"name": "<i>team</i>"}, **block})
    project.build()
    return history


def page(
    project: MonitoredProject, name: str, monkeypatch: pytest.MonkeyPatch, **address: str
) -> AppTest:
    """A page as a session has it, by its name and what its address says."""
    monkeypatch.chdir(project.folder)
    for variable in ("ML_MONITOR_PROJECT_DIR", "ML_MONITOR_PROFILES_DIR", "ML_MONITOR_TARGET"):
        monkeypatch.delenv(variable, raising=False)
    app = AppTest.from_string(SCRIPT.format(name), default_timeout=60)
    app.query_params.update(address)
    return app.run()


def texts(app: AppTest) -> str:
    """All that a page says in words."""
    kinds = (app.markdown, app.info, app.warning, app.error, app.success)
    return "\n".join(element.value for kind in kinds for element in kind)
