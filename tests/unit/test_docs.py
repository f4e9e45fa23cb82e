"""Pages that are made from the registry are as it is now; the .yml files are sound."""

from monitor.declaration.places import read_yaml
from monitor.registry_page import page
from tests.support.project import REPOSITORY


def test_the_page_of_metrics_is_current() -> None:
    written = (REPOSITORY / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == page(), "run `make docs`"


def test_no_key_of_a_yml_is_written_twice() -> None:
    """dbt warns of it in the project of everyone who installs the package."""
    files = [
        REPOSITORY / "dbt_project.yml",
        *(
            file
            for folder in ("models", "macros")
            for file in REPOSITORY.glob(f"{folder}/**/*.yml")
        ),
    ]
    assert len(files) > 40
    for file in files:
        assert read_yaml(file.read_text(encoding="utf-8"), file.name)[1].repeated == [], file.name
