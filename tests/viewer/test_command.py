"""`monitor app` before there is anything to browse."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from monitor.cli import main


def test_a_folder_that_is_no_project_is_told_in_a_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["app", "--project-dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "holds no dbt_project.yml" in result.output
    assert result.output.count("\n") == 1


def test_an_address_that_is_not_of_this_machine_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: shop\n")
    for address in ("nowhere.invalid", "192.0.2.1"):
        result = CliRunner().invoke(
            main, ["app", "--project-dir", str(tmp_path), "--address", address]
        )
        assert result.exit_code == 1
        assert f"--address: '{address}' is no address of this machine" in result.output
        assert result.output.count("\n") == 1


def test_a_port_that_is_none_is_refused() -> None:
    result = CliRunner().invoke(main, ["app", "--port", "0"])
    assert result.exit_code == 2
    assert "0 is not in the range" in result.output
