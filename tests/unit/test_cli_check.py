"""`monitor check`, `add`, `run` and `status` on a small project with a real DuckDB."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from monitor.cli import main
from monitor.cli.group import COMMANDS

PROJECT = """\
name: shop
version: "1.0.0"
profile: shop
vars:
  ml_monitor:
    churn:
      predictions: scores
      id: id
      timestamp: ts
      task: binary
      score: p
      labels: {relation: raw.outcomes, label: churned}
      reference: {from: 2026-01-01, to: 2026-02-01}
      features: {numeric: [tenure], categorical: [plan]}
    lead:
      predictions: scores
      id: id
      timestamp: ts
      task: binary
      score: p
      reference: {from: 2026-01-01, to: 2026-02-01}
"""
PROFILES = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n"
SCORES = (
    "select 1 as id, '2026-01-01 10:00:00' as ts, 0.5::double as p, 'long' as tenure, 'a' as plan"
)
SOURCES = "sources:\n  - name: raw\n    schema: raw\n    tables: [{name: outcomes}]\n"
KINDS = ("grid", "feature_profile", "labelled", "outcome_profile", "label_profile")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with a stub of the package: every node is a table, `lead`'s grid is broken."""
    files = {
        "dbt_project.yml": PROJECT,
        "profiles.yml": PROFILES,
        "models/scores.sql": SCORES,
        "models/sources.yml": SOURCES,
        "dbt_packages/ml_monitor/dbt_project.yml": 'name: ml_monitor\nversion: "1.0.0"\n',
        "dbt_packages/ml_monitor/models/ml_monitor__status.sql": (
            "{{ config(tags=['ml_monitor_results'], materialized='table') }}\n"
            "select 'churn' as monitor, 'ok' as state, timestamp '2026-01-02' as last_window, "
            "timestamp '2026-01-02 13:45:10' as last_loaded_at, 1234567 as predictions, "
            "null as labelled, 'Scores run from -4 to 9, which is outside 0 to 1: log loss, Brier "
            "score and calibration do not mean what they should.' as message"
        ),
        "dbt_packages/ml_monitor/macros/nodes.sql": "".join(
            f"{{% macro {kind}(name) %}}{{{{ config(tags=['ml_monitor_profiles']) }}}}"
            + ("select {{ 'nothing_here' if name == 'lead' else 1 }} as monitor, 1 as window_key")
            + "{% endmacro %}\n"
            for kind in KINDS
        ),
        "packages.yml": "packages: [{local: dbt_packages/ml_monitor}]\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def monitor(command: str, project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [command, *arguments, "--project-dir", str(project)])


def in_database(project: Path, sql: str) -> None:
    with duckdb.connect(str(project / "shop.duckdb")) as database:
        database.execute(sql)


def test_help_has_an_example() -> None:
    for command in COMMANDS:
        result = CliRunner().invoke(main, [command, "--help"])
        assert result.exit_code == 0
        assert re.search(r"^ +Examples?:$", result.output, re.MULTILINE), command


def test_add_is_idempotent_and_keeps_changes(shop: Path) -> None:
    first = monitor("add", shop, "churn")
    assert (first.exit_code, first.output.count("wrote ")) == (0, 6)
    grid = shop / "models/ml_monitor/churn/churn__grid.sql"
    assert grid.read_text() == "{{ ml_monitor.grid('churn') }}\n"
    assert "nothing to do" in monitor("add", shop, "churn").output
    grid.write_text("select 1")
    (shop / "models/ml_monitor/churn/churn__labelled.sql").unlink()
    refused = monitor("add", shop, "churn")
    assert refused.exit_code == 1
    assert "churn__grid.sql: changed by hand" in refused.stderr
    assert grid.read_text() == "select 1"
    assert monitor("add", shop, "churn", "--force").exit_code == 0
    assert grid.read_text() == "{{ ml_monitor.grid('churn') }}\n"
    # what else is declared adds a node to what nobody has changed
    project = shop / "dbt_project.yml"
    project.write_text(project.read_text().replace("score: p", "score: p\n      repeats: true", 1))
    assert "churn__row_profile.sql: missing" in monitor("check", shop, "--offline").stderr
    more = monitor("add", shop, "churn")
    assert (more.exit_code, more.output.count("wrote ")) == (0, 2), more.output
    assert "churn__row_profile" in (grid.parent / "churn.yml").read_text()
    unknown = monitor("add", shop, "chrun")
    assert (unknown.exit_code, "did you mean 'churn'?" in unknown.stderr) == (1, True)


def test_check_of_a_ranking(shop: Path) -> None:
    text = PROJECT[: PROJECT.index("    lead:")].replace("task: binary", "task: ranking")
    grouped = text.replace("score: p\n", "score: p\n      group: query\n      k: 5\n")
    file = shop / "dbt_project.yml"
    file.write_text(text)
    assert "churn.task: a ranking needs 'group'" in monitor("check", shop, "--offline").stderr
    assert "churn.task: a ranking needs 'group'" in monitor("add", shop, "churn").stderr
    file.write_text(grouped)
    assert monitor("add", shop, "churn").exit_code == 0
    numbers = SCORES.replace("'long'", "1")
    in_database(shop, f"create view scores as {numbers}")
    in_database(shop, "create schema raw; create table raw.outcomes (id int, churned varchar)")
    assert monitor("check", shop).stderr.splitlines() == [
        "dbt_project.yml:12  churn.group: 'scores' has no column 'query'; allowed: id, ts, p, "
        "tenure, plan",
        "dbt_project.yml:14  churn.labels.label: 'churned' of 'raw.outcomes' is VARCHAR, neither a "
        "number nor a boolean; cast it in the model",
    ]
    right = grouped.replace("group: query", "group: plan").replace(", categorical: [plan]", "")
    file.write_text(right)
    in_database(shop, "alter table raw.outcomes alter churned type boolean")
    assert monitor("check", shop).stdout.splitlines()[-1] == "ok: 1 monitor"


def test_check_names_every_mistake(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_WRITE_JSON", "true")
    offline = monitor("check", shop, "--offline")
    assert offline.exit_code == 1
    assert offline.stderr == (
        "models/ml_monitor/churn: not there; run `monitor add churn`\n"
        "models/ml_monitor/lead: not there; run `monitor add lead`\n"
    )
    for name in ("churn", "lead"):
        monitor("add", shop, name)
    assert monitor("check", shop, "--offline").stdout == "ok: 2 monitors\n"
    unbuilt = monitor("check", shop)
    assert not (shop / "target/manifest.json").exists()
    assert unbuilt.stdout.count("'scores' is not built yet") == 2
    assert unbuilt.stderr == (
        "dbt_project.yml:12  churn.labels.relation: the table of source 'raw.outcomes' is not in "
        "the database; load it or correct the source\n"
    )
    in_database(shop, f"create view scores as {SCORES}")
    in_database(shop, "create schema raw; create table raw.outcomes (id int, churnd int)")
    assert monitor("check", shop).stderr.splitlines() == [
        "dbt_project.yml:12  churn.labels.label: 'raw.outcomes' has no column 'churned'; "
        "did you mean 'churnd'?",
        "dbt_project.yml:14  churn.features.numeric[0]: 'tenure' of 'scores' is VARCHAR, not a "
        "number; list it under categorical or cast it in the model",
    ]
    in_database(shop, "alter table raw.outcomes rename churnd to churned")
    in_database(
        shop,
        "create or replace view scores as select 1 as id, 'soon' as ts, 0.5 as p, 1 as tenure, "
        "'a' as plan",
    )
    wrong_time = monitor("check", shop).stderr
    assert "churn.timestamp: 'ts' of 'scores' is text that is no time" in wrong_time
    # Mistakes of the schema do not hide those of the warehouse, not even in the same monitor.
    text = PROJECT.replace("predictions: scores", "predictions: score", 1)
    text = text.replace("      score: p\n", "      score: q\n      windw: day\n")
    (shop / "dbt_project.yml").write_text(text)
    mixed = monitor("check", shop)
    assert mixed.exit_code == 1
    assert mixed.stderr.splitlines() == [
        "dbt_project.yml:7  churn.predictions: dbt knows no model, seed or source 'score'; "
        "did you mean 'scores'?",
        "dbt_project.yml:12  churn.windw: unknown key 'windw'; did you mean 'window'?",
        "dbt_project.yml:19  lead.timestamp: 'ts' of 'scores' is text that is no time; "
        "cast it in the model (duckdb: Conversion Error: "
        + mixed.stderr.split("Conversion Error: ")[1].splitlines()[0],
        "dbt_project.yml:21  lead.score: 'scores' has no column 'q'; "
        "allowed: id, ts, p, tenure, plan",
        "dbt_project.yml:22  lead.windw: unknown key 'windw'; did you mean 'window'?",
    ]


def test_check_compares_labels_with_predictions(shop: Path) -> None:
    text = PROJECT.replace("[tenure]", "[]").replace(
        "reference: {from: 2026-01-01, to: 2026-02-01}", "reference: {relation: training}", 1
    )
    (shop / "dbt_project.yml").write_text(text)
    (shop / "models/training.sql").write_text("select 'a' as \"PLAN\"")
    for name in ("churn", "lead"):
        monitor("add", shop, name)
    in_database(shop, "create schema raw; create table scores as " + SCORES)
    # A training set need hold no scores; a name in another case is the same one.
    in_database(shop, "create table training as select 'a' as \"PLAN\"")

    def check(labels: str) -> list[str]:
        in_database(shop, f"create or replace table raw.outcomes as {labels}")
        result = monitor("check", shop)
        assert result.exit_code == (0 if result.stdout == "ok: 2 monitors\n" else 1)
        return result.stderr.splitlines()

    # A number and a text of digits are one id.
    assert check("select '1.0' as id, true as churned") == []
    assert check("select 2 as id, 1 as churned where false") == []
    assert check("select 7 as id, 'yes' as churned union all select 8, 'no'") == [
        "warning: dbt_project.yml:12  churn.labels.label: the positive class '1' (the default) "
        "never occurs in 'churned' of 'raw.outcomes', which holds 'no', 'yes'; "
        "name the right one with the key positive",
        "warning: dbt_project.yml:12  churn.labels.id: no label belongs to any prediction: 'id' of "
        "'raw.outcomes' and 'id' of 'scores' have no value in common; "
        "name the column that holds the prediction's id, unless they are still to come",
    ]
    assert check("select 'c1' as id, 1 as churned") == [
        "dbt_project.yml:12  churn.labels.id: 'id' of 'raw.outcomes' is VARCHAR and 'id' of "
        "'scores' is INTEGER; 'id' of 'raw.outcomes' holds no number, so they are never the same; "
        "name the column that holds the prediction's id"
    ]
    assert check("select date '2026-01-01' as id, 1 as churned") == [
        "dbt_project.yml:12  churn.labels.id: 'id' of 'raw.outcomes' is DATE and 'id' of "
        "'scores' is INTEGER, which are never the same; "
        "name the column that holds the prediction's id"
    ]


def test_check_tells_of_classes_that_are_not_declared(shop: Path) -> None:
    text = PROJECT.replace("      score: p\n", "      prediction: plan\n      positive: a\n", 1)
    text = text.replace("{numeric: [tenure], categorical: [plan]}", "{categorical: [tenure]}")
    (shop / "dbt_project.yml").write_text(text)
    for name in ("churn", "lead"):
        monitor("add", shop, name)
    in_database(shop, "create schema raw; create table scores as " + SCORES)
    for plan in ("b", "B", "B", ""):
        in_database(shop, f"insert into scores select 2, '2026-01-01', 0.5, 'long', '{plan}'")
    labels = "select 1 as id, 'a' as churned union all select 2, 'no' union all select 3, 'maybe'"
    in_database(shop, f"create table raw.outcomes as {labels}")
    told = "each counts as negative; map them or set them to NULL in the model"
    checked = monitor("check", shop).stderr.splitlines()
    assert [line.split(".", 2)[2] for line in checked if "besides" in line] == [
        f"labels.label: besides 'a', 'churned' of 'raw.outcomes' holds 'maybe', 'no'; {told}",
        f"prediction: besides 'a', 'plan' of 'scores' holds 'B', '', 'b'; {told}",
    ]


def test_check_compares_the_reference_with_predictions(shop: Path) -> None:
    (shop / "dbt_project.yml").write_text(
        PROJECT.replace("[tenure]", "[]")
        .replace("from: 2026-01-01", "from: 2025-01-01", 1)
        .replace("to: 2026-02-01", "to: 2025-02-01", 1)
        .replace(
            "      task: binary\n", "      task: binary\n      protected: {plan: {reference: b}}\n"
        )
    )
    for name in ("churn", "lead"):
        monitor("add", shop, name)
    in_database(shop, "create schema raw; create table raw.outcomes (id int, churned int)")
    in_database(shop, "create table scores as " + SCORES)
    unlike = monitor("check", shop)
    assert (unlike.exit_code, unlike.stdout) == (0, "ok: 2 monitors\n")
    assert unlike.stderr.splitlines() == [
        "warning: dbt_project.yml:14  churn.reference: no prediction lies in it, from 2025-01-01 "
        "to 2025-02-01; those of 'scores' run from 2026-01-01 to 2026-01-01; correct it, "
        "unless they are still to come",
        "warning: dbt_project.yml:11  churn.protected.plan.reference: 'b' never occurs in "
        "'scores', which holds 'a'; correct it",
        "warning: dbt_project.yml:21  lead.protected.plan.reference: 'b' never occurs in "
        "'scores', which holds 'a'; correct it",
    ]
    in_database(shop, "insert into scores select 2, '2025-01-31 23:59:59', 0.5, 'long', 'b'")
    assert monitor("check", shop).stderr == ""


def test_a_broken_monitor_stops_only_itself(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("churn", "lead"):
        monitor("add", shop, name)
    result = monitor("run", shop)
    assert result.exit_code == 1
    assert result.stderr.startswith("lead is broken: lead__")
    assert "nothing_here" in result.stderr
    assert result.stderr.count("is broken") == 1
    assert "built 6 models" in result.stdout
    for width in (80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        shown = monitor("status", shop).output
        assert "churn    ok     2026-01-02   2026-01-02 13:45    1,234,567" in shown
        assert max(map(len, shown.splitlines())) <= width
        assert "calibration do not mean what they should." in " ".join(shown.split())
    selected = monitor("run", shop, "--select", "churn", "--full-refresh", "--vars", "{a: 1}")
    assert (selected.exit_code, selected.stdout) == (0, "built 6 models\n")
    (shop / "models/ml_monitor/churn/churn__grid.sql").unlink()
    missing = monitor("run", shop, "--select", "churn")
    assert "run `monitor add churn`" in missing.stderr
    assert monitor("run", shop, "--select", "chrun").exit_code == 1
    assert monitor("run", shop, "--vars", "[1]").exit_code == 2


def test_check_finds_what_a_monitor_left_behind(shop: Path) -> None:
    for name in ("churn", "lead"):
        monitor("add", shop, name)
    left = shop / "models/ml_monitor/gone/gone__grid.sql"
    left.parent.mkdir()
    left.write_text("{{ ml_monitor.grid('gone') }}\n")
    result = monitor("check", shop, "--offline")
    assert result.exit_code == 1
    assert result.stderr == (
        "models/ml_monitor/gone: no monitor 'gone' is declared; take the folder away, or declare "
        "the monitor again\n"
    )


def test_status_of_nothing(shop: Path) -> None:
    in_database(shop, "create table ml_monitor__status (monitor text, state text)")
    shown = monitor("status", shop)
    assert (shown.exit_code, shown.stdout.splitlines()) == (
        0,
        [
            "No monitor is declared; declare one under vars.ml_monitor in dbt_project.yml and run "
            "`monitor add`."
        ],
    )


def test_status_before_the_first_build(shop: Path) -> None:
    result = monitor("status", shop)
    assert (result.exit_code, "is not built yet" in result.stderr) == (1, True)
    for command in ("status", "check", "run"):
        nowhere = monitor(command, shop / "models")
        assert (nowhere.exit_code, nowhere.stdout) == (1, "")
        assert nowhere.stderr.startswith(f"{shop / 'models'}: holds no dbt_project.yml; run this")


def test_no_profile_anywhere(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (shop / "profiles.yml").unlink()
    monkeypatch.delenv("DBT_PROFILES_DIR", raising=False)
    monkeypatch.setenv("HOME", str(shop))
    assert "there is no profiles.yml here nor in" in monitor("status", shop).stderr
