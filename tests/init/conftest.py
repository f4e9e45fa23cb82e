"""What every project of `monitor init` here is made with."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def package(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt package of that name whose macros do nothing, so that projects parse."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "macros").mkdir()
    (folder / "dbt_project.yml").write_text('name: ml_monitor\nversion: "0.0.1"\n')
    kinds = ("grid", "feature_profile", "labelled", "outcome_profile", "label_profile")
    (folder / "macros" / "nodes.sql").write_text(
        "".join(
            f"{{% macro {kind}(name) %}}select '{{{{ name }}}}' as monitor{{% endmacro %}}\n"
            for kind in (*kinds, "reference_profile")
        )
    )
    monkeypatch.setattr("monitor.project.create.package_path", lambda: folder)
    return folder
