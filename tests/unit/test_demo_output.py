"""What the demo prints fits, and can be typed."""

import re
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from monitor.demo.show import findings_table
from monitor.project.programs import command


@pytest.mark.parametrize("width", [80, 120])
def test_findings_fit_the_narrowest_output(width: int) -> None:
    psi = "population_stability_index"
    rows = [
        ("category", "performance", psi, f"{psi}, null_rate", 0.034712, 0.2149),
        ("category", "weight", "null_rate", "null_rate", 1.0, None),
        ("delivery", "preparation_minutes", psi, psi, -12.5, 1234.5),
    ]
    columns = ["monitor", "subject", "metric", "metrics", "value", "alert_limit"]
    findings = pd.DataFrame(rows, columns=pd.Index(columns))
    findings["first_window"] = findings["last_window"] = pd.Timestamp("2026-04-30")
    with StringIO() as file:
        Console(file=file, width=width).print(findings_table(findings))
        shown = file.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    for row in (
        "  performance .* population_stability_index [+]1  30 Apr  30 Apr +0.0347 +0.215\n",
        "  preparation_m.* population_stability_index     30 Apr  30 Apr +-12.5  1.23e[+]03\n",
    ):
        assert re.search(row, shown), shown


def test_a_program_outside_path_is_called_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bin_ = tmp_path / ".venv" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "monitor").touch(mode=0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.executable", str(bin_ / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command("monitor") == ".venv/bin/monitor"
    assert command("monitor", "elsewhere") == str(bin_ / "monitor")
    assert command("dbt") == "dbt"
    monkeypatch.setenv("PATH", str(bin_))
    assert command("monitor") == "monitor"
