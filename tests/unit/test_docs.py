"""Pages that are made from the registry are as it is now."""

from monitor.registry_page import page
from tests.support.project import REPOSITORY


def test_the_page_of_metrics_is_current() -> None:
    written = (REPOSITORY / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == page(), "run `make docs`"
