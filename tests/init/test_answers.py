"""What is given wins, what is missing is asked for, and mistakes are told."""

from __future__ import annotations

from pathlib import Path

from monitor.declaration import load
from tests.init.commands import SCORED, init, only, write


def test_given_answers_win(tmp_path: Path) -> None:
    data = write(
        tmp_path / "d.parquet",
        "select i as id, timestamp '2026-01-01' + i * interval 1 hour as ts, "
        "(i % 10) / 10.0 as score, i % 2 as y, i % 5 as zip, 'x' as r from range(3000) t(i)",
    )
    result = init(
        *(tmp_path / "m", "--predictions", data, "--name", "lead", "--categorical", "zip,r"),
        *("--label", "y", "--positive", "0", "--segments", "r,zip,r*zip", "--protected", "zip"),
        *("--window", "month", "--reference-from", "2026-01-01", "--reference-to", "2026-03-01"),
    )
    assert result.exit_code == 0, result.output
    found = load(tmp_path / "m")["lead"]
    assert found.features.categorical == ["zip", "r"]
    assert found.segments == ["r", "zip", ["r", "zip"]]
    assert (found.positive, found.window, list(found.protected)) == (0, "month", ["zip"])
    wrong = init(tmp_path / "n", "--predictions", data, "--label", "why")
    assert (wrong.exit_code, wrong.stderr) == (
        1,
        "--label: d.parquet has no column 'why'; allowed: id, ts, score, y, zip, r\n",
    )


def test_no_folder_is_overwritten_and_bad_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    data = write(tmp_path / "d.parquet", "select 1 as id")
    assert "is not an empty folder" in init(tmp_path / "full", "--predictions", data).stderr
    (tmp_path / "bad.parquet").write_text("no parquet")
    bad = init(tmp_path / "n", "--predictions", tmp_path / "bad.parquet")
    assert (bad.exit_code, "cannot be read as Parquet" in bad.stderr) == (1, True)
    assert init(tmp_path / "n").exit_code == 2


def test_every_mistake_of_the_command_line_at_once(tmp_path: Path) -> None:
    predictions = write(tmp_path / "p.parquet", SCORED)
    result = init(
        *(
            tmp_path / "m",
            "--predictions",
            predictions,
            "--timestamp",
            "region",
            "--id",
            "customer",
        ),
        *("--label", "happend", "--numeric", "vists,region", "--segments", "region*plan"),
    )
    assert result.exit_code == 1
    assert [line.split(";")[0] for line in result.stderr.splitlines()] == [
        "--timestamp: 'region' of p.parquet holds 'north', which is no time",
        "--label: p.parquet has no column 'happend'",
        "--id: p.parquet has no column 'customer'",
        "--numeric: p.parquet has no column 'vists'",
        "--numeric: 'region' of p.parquet is VARCHAR, not a number",
        "--segments: p.parquet has no column 'plan'",
    ]
    files = init(
        tmp_path / "m", "--predictions", tmp_path / "a.csv", "--labels", tmp_path / "b.csv"
    )
    assert files.stderr.count("no such file\n") == 2


def test_a_monitor_without_features_is_asked_for(tmp_path: Path) -> None:
    data = write(
        tmp_path / "d.parquet",
        "select i as id, timestamp '2026-01-01' + i * interval 1 hour as ts, 0.5 as score, "
        "'text ' || i as remark from range(500) t(i)",
    )
    result = init(tmp_path / "m", "--predictions", data)
    assert result.exit_code == 1
    assert "no column is left as a feature: 'remark' is left out: 500 different" in result.stderr
    asked = init(tmp_path / "m", "--predictions", data, "--numeric", "")
    assert asked.exit_code == 0, asked.output
    assert "so performance stays unknown" in " ".join(asked.stdout.split())


def test_windows_hold_enough_labelled_rows(tmp_path: Path) -> None:
    def window(labelled: int) -> tuple[str, str]:
        data = write(
            tmp_path / "d.parquet",
            "select i as id, timestamp '2026-01-05' + i * interval 10 minute as ts, i % 9 as f, "
            f"(i % 10) / 10.0 as score, case when i % 100 < {labelled} then i % 2 end as label "
            "from range(12000) t(i)",
        )
        folder = tmp_path / str(labelled)
        said = init(folder, "--predictions", data, "--name", "m").stdout
        return only(folder).window, " ".join(said.split())

    few = "labelled predictions, fewer than the 100"
    chosen, said = window(100)
    assert (chosen, few in said) == ("week", False)
    chosen, said = window(2)
    assert f"A {chosen} has about 20 {few}" in said


def test_a_ranking_is_declared_by_hand(tmp_path: Path) -> None:
    refused = init(tmp_path / "search", "--predictions", "items.csv", "--task", "ranking")
    assert refused.exit_code == 2
    assert "'ranking' is not one of 'binary', 'multiclass', 'regression'" in refused.output
