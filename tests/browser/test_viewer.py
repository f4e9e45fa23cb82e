"""The viewer in a real browser, on the demo: every page, in both themes, wide and narrow."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Browser, expect, sync_playwright

from monitor.cli import main
from tests.browser.browsing import CHROMIUM, FLAGS, Looked, served, tab
from tests.conftest import NewProject
from tests.support.checkout import check_out
from tests.support.project import REPOSITORY
from tests.viewer.shown import NASTY, show

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium to look with: apt-get install chromium"
)
# Pages and how many charts each has of the credit model.
PAGES = {
    "/": 3,
    "/alerts": 0,
    "/performance?monitor=credit&period=90+windows": 7,
    "/drift?monitor=credit": 3,
    "/quality?monitor=credit": 2,
}
OPEN_ALERTS = 7
WIDTHS = {"wide": 1300, "narrow": 400}
PICTURES = REPOSITORY / "target" / "pictures"
LOCK = """
import duckdb, sys, time
with duckdb.connect(sys.argv[1]) as connection:
    print("locked", flush=True)
    time.sleep(float(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, built in a folder of its own."""
    folder = check_out(tmp_path_factory.mktemp("demo") / "checkout")
    result = CliRunner().invoke(main, ["demo", "--project-dir", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def address(demo: Path) -> Iterator[str]:
    with served(demo) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def looked(browser: Browser, address: str) -> Iterator[Looked]:
    with tab(browser, address, viewport={"width": 1300, "height": 900}) as opened:
        yield opened


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page(browser: Browser, address: str, theme: str, width: str) -> None:
    size = {"width": WIDTHS[width], "height": 900}
    with tab(browser, address, color_scheme=theme, viewport=size) as looked:
        for path, charts in PAGES.items():
            looked.go(path, charts)
            found = Axe().run(looked.page).response["violations"]
            grave = [
                (one["id"], [node["html"] for node in one["nodes"]])
                for one in found
                if one["impact"] in ("serious", "critical")
            ]
            assert grave == [], path
            # nothing is wider than the screen
            wide = looked.page.evaluate("() => document.documentElement.scrollWidth")
            assert wide <= WIDTHS[width], path
            _picture(looked, f"{path.strip('/').split('?')[0] or 'overview'}-{theme}-{width}")
        assert looked.complaints() == []


def _picture(looked: Looked, name: str) -> None:
    """Keep a picture of the whole page, to be looked at."""
    page = looked.page
    size = page.viewport_size
    assert size is not None
    high = page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('[data-testid=stMain]')]"
        ".map(element => element.scrollHeight))"
    )
    page.set_viewport_size({"width": size["width"], "height": min(int(high) + 60, 5000)})
    page.wait_for_timeout(300)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.set_viewport_size(size)


def test_from_an_alert_to_its_distributions(looked: Looked) -> None:
    page = looked.page
    looked.go("/", 3)
    page.get_by_role("link", name="Alerts").nth(1).click()
    page.wait_for_url(re.compile(r"/alerts\?monitor="))
    looked.go("/alerts")
    row = page.get_by_test_id("stMarkdownContainer").filter(has_text="income of credit has moved")
    expect(row).to_be_visible()
    page.get_by_role("button", name="Look").first.click()
    page.wait_for_url(re.compile(r"/alerts\?.*alert=[0-9a-f]+"))
    expect(page.get_by_text("times the limit")).to_be_visible()
    page.get_by_role("link", name="See its distributions").click()
    page.wait_for_url(re.compile(r"/drift\?"))
    looked.drawn(3)
    expect(page.get_by_role("heading", name="income: its distributions")).to_be_visible()

    # the link shows what I see, also to somebody else
    link = page.url
    assert "feature=income" in link
    assert "monitor=credit" in link
    shown = page.get_by_test_id("stMarkdownContainer").all_inner_texts()
    page.goto("about:blank")
    page.goto(link)
    looked.drawn(3)
    assert page.get_by_test_id("stMarkdownContainer").all_inner_texts() == shown
    assert page.url == link
    assert looked.complaints() == []


def test_a_cell_shows_its_distributions(looked: Looked) -> None:
    page = looked.page
    looked.go("/drift?monitor=credit", 3)
    heading = page.get_by_role("heading", name=re.compile("its distributions"))
    assert heading.inner_text() != "housing: its distributions"
    cells = page.get_by_test_id("stVegaLiteChart").first.locator("path[aria-label*='housing']")
    told = cells.nth(4).get_attribute("aria-label") or ""
    window = re.findall(r"window: ([0-9-]+ [0-9:]+)", told)[0]
    cells.nth(4).click()
    expect(heading).to_have_text("housing: its distributions")
    expect(page.get_by_text(f"{window} beside reference")).to_be_visible()
    page.wait_for_url(re.compile("feature=housing"))
    # one step back is what was seen before
    looked.drawn(3)
    page.go_back()
    expect(heading).not_to_have_text("housing: its distributions")
    page.go_forward()
    expect(heading).to_have_text("housing: its distributions")
    # what is chosen by hand later counts
    looked.drawn(3)
    features = page.get_by_role("combobox", name="Feature")
    # its list closes while the page still scrolls
    features.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    features.click()
    page.get_by_role("option", name="purpose", exact=True).click()
    expect(heading).to_have_text("purpose: its distributions")
    assert looked.complaints() == []


def test_windows_are_the_same_in_every_time_zone(browser: Browser, address: str) -> None:
    shown = []
    for zone in ("UTC", "America/New_York"):
        with tab(browser, address, timezone_id=zone) as looked:
            looked.go("/drift?monitor=credit", 3)
            charts = looked.page.get_by_test_id("stVegaLiteChart")
            shown.append([chart.inner_text() for chart in charts.all()])
    assert shown[0] == shown[1]
    assert "Apr" in "".join(shown[0])


def test_by_keyboard_alone(looked: Looked) -> None:
    page = looked.page
    looked.go("/", 3)
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent").strip().endswith("Drift"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/drift*")
    looked.drawn(3)
    page.get_by_role("combobox", name="Model").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"monitor="))
    looked.drawn(2)
    assert looked.complaints() == []


def test_sql_and_rows_are_behind_each_chart(looked: Looked, demo: Path) -> None:
    page = looked.page
    looked.go("/drift?monitor=credit", 3)
    page.get_by_role("button", name="SQL").first.click()
    sql = page.get_by_test_id("stCode").first.inner_text()
    with duckdb.connect(str(demo / "demo.duckdb"), read_only=True) as connection:
        rows = connection.execute(sql).df()
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").first.click()
    import pandas as pd

    saved = pd.read_csv(download.value.path())
    assert list(saved) == list(rows)
    assert len(saved) == len(rows) > 100
    assert saved["value"].tolist() == pytest.approx(rows["value"].tolist(), nan_ok=True)


def test_markup_in_names_is_text(browser: Browser, new_project: NewProject) -> None:
    project = new_project("duckdb")
    show(project)
    with served(project.folder) as address, tab(browser, address) as looked:
        looked.go("/", 1)
        expect(looked.page.get_by_text("<i>team</i>")).to_be_visible()
        for path in ("/performance", "/drift?feature=plan", "/quality", "/alerts"):
            looked.go(path)
            assert looked.page.locator("a[href*='example.invalid']").count() == 0
            assert looked.page.locator("img[src*='example.invalid']").count() == 0
        looked.go("/drift?feature=plan", 3)
        looked.page.get_by_role("combobox", name="Version").click()
        expect(looked.page.get_by_role("option", name=NASTY, exact=True)).to_be_visible()
        assert looked.complaints() == []


def test_acknowledging_waits_for_a_build(looked: Looked, demo: Path) -> None:
    page = looked.page
    looked.go("/alerts")
    rows = page.get_by_role("button", name="Look")
    expect(rows).to_have_count(OPEN_ALERTS)
    rows.last.click()
    page.wait_for_url(re.compile("alert="))
    page.get_by_role("textbox", name="Your name").fill("somebody")
    page.get_by_role("textbox", name="Note").fill("known; it's nothing")
    file = demo / "demo.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", LOCK, str(file), "3"], stdout=subprocess.PIPE, text=True
    ) as build:
        assert build.stdout is not None
        assert build.stdout.readline() == "locked\n"
        page.get_by_role("button", name="Acknowledge").click()
        expect(page.get_by_text("is waited for")).to_be_visible()
        assert build.wait(timeout=60) == 0
    expect(page.get_by_text("acknowledged", exact=True).first).to_be_visible(timeout=30_000)
    looked.go("/alerts")
    expect(page.get_by_role("button", name="Look")).to_have_count(OPEN_ALERTS - 1)
    with duckdb.connect(str(file)) as connection:
        said = connection.execute("select action, author, note from ml_monitor__feedback")
        assert said.fetchall() == [("acknowledge", "somebody", "known; it's nothing")]
    assert looked.complaints() == []
