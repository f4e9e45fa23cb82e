"""What it writes works, whatever it is made from."""

from __future__ import annotations

import subprocess
from pathlib import Path
from unittest.mock import patch

import duckdb
import jinja2
import pytest
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.cli import main
from monitor.declaration import ReferencePeriod, ReferenceRelation
from monitor.project.create import Connection, create
from monitor.project.options import InitOptions
from monitor.warehouse import working_directory
from tests.init.commands import init, only, staged, write
from tests.support.published import published


def test_car_loan_becomes_a_working_project(tmp_path: Path) -> None:
    project = tmp_path / "loan"
    result = init(
        project,
        *("--predictions", published("car_loan", "monitoring.parquet")),
        *("--reference", published("car_loan", "reference.parquet")),
    )
    assert result.exit_code == 0, result.output
    assert "row_id" in result.stdout
    loan = only(project)
    assert (loan.task, loan.score, loan.prediction) == ("binary", "y_pred_proba", "y_pred")
    assert loan.labels is not None
    assert (loan.labels.label, loan.id, loan.timestamp) == ("repaid", "row_id", "timestamp")
    assert loan.features.numeric == [
        "car_value",
        "debt_to_income_ratio",
        "loan_length",
        "driver_tenure",
    ]
    assert isinstance(loan.reference, ReferencePeriod)
    assert (str(loan.reference.start), str(loan.reference.end)) == ("2018-01-01", "2018-10-29")
    rows = staged(
        project,
        "select count(*), count(distinct row_id), max(row_id), min(timestamp)::text, "
        "typeof(any_value(repaid)), typeof(any_value(timestamp)), "
        "bool_and((row_id <= 50000) = (timestamp < '2018-10-30 18:00:00')) "
        "from main.stg_loan__predictions",
    )
    assert rows == [(100_000, 100_000, 100_000, "2018-01-01 00:00:00", "BIGINT", "TIMESTAMP", True)]
    checked = CliRunner().invoke(main, ["check", "--project-dir", str(project)])
    assert (checked.exit_code, checked.stdout) == (0, "ok: 1 monitor\n")


def test_credit_card_and_car_price(tmp_path: Path) -> None:
    for name in ("credit_card", "car_price"):
        result = init(
            tmp_path / name,
            *("--predictions", published(name, "monitoring.parquet")),
            *("--reference", published(name, "reference.parquet")),
        )
        assert result.exit_code == 0, result.output
    card, price = only(tmp_path / "credit_card"), only(tmp_path / "car_price")
    assert (card.task, card.id, card.prediction) == ("multiclass", "id", "y_pred")
    assert card.score == {
        kind: f"y_pred_proba_{kind}"
        for kind in ("highstreet_card", "prepaid_card", "upmarket_card")
    }
    assert (price.task, price.score, price.prediction) == ("regression", None, "y_pred")
    assert price.features.categorical == ["fuel", "transmission"]


def test_titanic_says_all_that_it_lacks(tmp_path: Path) -> None:
    result = init(
        tmp_path / "titanic", "--predictions", published("titanic", "titanic_analysis.csv")
    )
    assert result.exit_code == 1
    assert result.stderr == (
        "titanic_analysis.csv: no column holds the time of the prediction; say it with "
        "--timestamp\ntitanic_analysis.csv: no column holds a score or a prediction; say one with "
        "--score or --prediction\n"
    )
    assert not (tmp_path / "titanic").exists()


def test_labels_apart_text_classes_and_free_text(tmp_path: Path) -> None:
    predictions = write(
        tmp_path / "p.csv",
        "select 'c' || i as customer_id, "
        "timestamp '2026-01-01' + i * interval 1 hour as scored_at, "
        "(i % 10) / 10.0 as probability, i % 3 as visits, i % 2 = 0 as is_new, "
        "'note ' || i as remark from range(2000) t(i)",
    )
    labels = write(
        tmp_path / "l.csv",
        "select 'c' || i as customer_id, case when i % 10 > 5 then 'left' else 'stayed' end "
        "as happened, timestamp '2026-02-01' + i * interval 1 hour as known_at "
        "from range(1500) t(i)",
    )
    result = init(tmp_path / "p", "--predictions", predictions, "--labels", labels)
    assert result.exit_code == 0, result.output
    found = only(tmp_path / "p")
    assert found.labels is not None
    assert (found.labels.relation, found.labels.label) == ("stg_p__labels", "happened")
    assert (found.labels.id, found.labels.timestamp) == ("customer_id", "known_at")
    assert (found.id, found.score, found.prediction) == ("customer_id", "probability", None)
    assert (found.features.numeric, found.features.categorical) == (["visits"], ["is_new"])
    assert "'remark' is left out" in result.stdout
    proposed = "to watch its length and characters, declare it with features: {text: [remark]}"
    assert proposed in " ".join(result.stdout.split())
    assert staged(tmp_path / "p", "select count(*) from main.stg_p__labels") == [(1500,)]


def test_reference_without_times_is_a_relation_of_its_own(tmp_path: Path) -> None:
    predictions = write(
        tmp_path / "now.parquet",
        "select i as id, timestamp '2026-01-01' + i * interval 1 hour as ts, i % 7 as a, "
        "i / 7.0 as prediction from range(500) t(i)",
    )
    reference = write(
        tmp_path / "train.parquet",
        "select i as id, i::double as a, i / 7.0 as prediction from range(300) t(i)",
    )
    result = init(tmp_path / "m", "--predictions", predictions, "--reference", reference)
    assert result.exit_code == 0, result.output
    declared = only(tmp_path / "m")
    assert declared.reference == ReferenceRelation(relation="stg_m__reference")
    assert (tmp_path / "m/models/ml_monitor/m/m__reference_profile.sql").is_file()
    sql = "select count(*), count(ts), typeof(any_value(a)) from main.stg_m__reference"
    assert staged(tmp_path / "m", sql) == [(300, 0, "DOUBLE")]


def test_tables_of_a_database(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as database:
        database.execute("create schema raw")
        database.execute(
            "create table raw.scores as select i as id, (timestamp '2026-01-01' + i * "
            "interval 1 hour)::varchar as ts, (i % 10) / 10.0 as score, i % 5 as a "
            "from range(1000) t(i)"
        )
        database.execute(
            "create table raw.labels as select i::varchar as score_ref, now()::timestamp as id, "
            "i % 2 as y from range(900) t(i)"
        )
    database_option = ("--database", tmp_path / "shop.duckdb")
    result = init(tmp_path / "m", "--predictions", "raw.scores", *database_option)
    assert result.exit_code == 0, result.output
    sql = "select count(*), typeof(any_value(ts)) from main.stg_m__predictions"
    assert staged(tmp_path / "m", sql) == [(1000, "TIMESTAMP")]
    options = ("--predictions", "raw.scores", "--labels", "raw.labels", *database_option)
    result = init(tmp_path / "n", *options)
    assert result.exit_code == 0, result.output
    labels = only(tmp_path / "n").labels
    assert labels is not None
    assert (labels.id, labels.label) == ("score_ref", "y")
    assert staged(tmp_path / "n", "select count(*) from main.stg_n__labels") == [(900,)]
    flags = ("--label-loaded-at", "id", "--label", "y", "--label-id", "score_ref")
    result = init(tmp_path / "o", *options, *flags)
    assert result.exit_code == 0, result.output
    labels = only(tmp_path / "o").labels
    assert labels is not None
    assert (labels.id, labels.loaded_at, labels.timestamp) == ("score_ref", "id", None)
    typing_error = init(tmp_path / "t", "--predictions", "raw.score", *database_option)
    assert typing_error.exit_code == 1
    assert typing_error.stderr.startswith("raw.score: cannot be read as a table (duckdb: Catalog")


def test_the_printed_command_builds_with_a_profile_of_ones_own(tmp_path: Path) -> None:
    profiles = tmp_path / "my profiles"
    profiles.mkdir()
    output = {"type": "duckdb", "path": str(tmp_path / "shop.duckdb")}
    other = {**output, "path": str(tmp_path / "other.duckdb")}
    (profiles / "profiles.yml").write_text(
        yaml.safe_dump({"shop": {"target": "prod", "outputs": {"prod": other, "dev": output}}})
    )
    with duckdb.connect(output["path"]) as database:
        database.execute(
            "create table scores as select i as id, timestamp '2026-01-01' + i * interval 1 hour "
            "as ts, (i % 10) / 10.0 as score, i % 5 as a from range(1000) t(i)"
        )
    folder = tmp_path / "m"
    result = init(
        *(folder, "--predictions", "main.scores", "--profile", "shop"),
        *("--profiles-dir", profiles, "--target", "dev"),
    )
    assert result.exit_code == 0, result.output
    printed = result.stdout.splitlines()[-1].replace(" build ", " run --select staging ")
    done = subprocess.run(["sh", "-c", printed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    with duckdb.connect(output["path"]) as database:
        rows = database.execute("select count(*) from stg_m__predictions").fetchall()
    assert rows == [(1000,)]


def test_times_of_nanoseconds_with_a_zone(tmp_path: Path) -> None:
    data = write(
        tmp_path / "d.parquet",
        "select i as id, (timestamp '2026-01-01' + i * interval 1 hour)::timestamptz_ns as ts, "
        "(i % 10) / 10.0 as score, i % 5 as a from range(1000) t(i)",
    )
    result = init(tmp_path / "m", "--predictions", data)
    assert result.exit_code == 0, result.output
    sql = "select cast(min(ts) as varchar), count(*) from main.stg_m__predictions"
    ((first, n),) = staged(tmp_path / "m", sql)
    assert (str(first)[:19], n) == ("2026-01-01 00:00:00", 1000)


_ODD = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=("Cs", "Cc")),
    min_size=1,
    max_size=8,
)
_NAMES = st.lists(
    _ODD | st.sampled_from(["select", "Group", 'a"b', "a'b", "{{ x }}", "{%", "a b", "no", "1"]),
    min_size=7,
    max_size=7,
    unique_by=lambda name: name.casefold(),
)


@given(_NAMES)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_column_names_give_valid_yaml_and_sql(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    tmp_path = tmp_path_factory.mktemp("odd")
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    values = (
        "i",
        "timestamp '2026-01-01' + i * interval 1 hour",
        "(i % 10) / 10.0",
        "i % 2",
        "i % 2",
        "i * 1.5",
        "case when i % 3 = 0 then 'a' else 'b' end",
    )
    listed = ", ".join(f"{value} as {name}" for value, name in zip(values, quoted, strict=True))
    data = write(tmp_path / "d.parquet", f"select {listed} from range(400) t(i)")
    kept = [row[0] for row in duckdb.execute(f"describe select * from '{data}'").fetchall()]
    project = tmp_path / "p"
    options = InitOptions(
        predictions=str(data),
        id=kept[0],
        timestamp=kept[1],
        score=(kept[2],),
        prediction=kept[3],
        label=kept[4],
        numeric=(kept[5],),
        categorical=(kept[6],),
    )
    with patch("monitor.project.create.invoke"):
        create(project, options, Connection())
    declared = only(project)
    assert (declared.id, declared.timestamp, declared.score) == tuple(kept[:3])
    assert declared.features.numeric == [kept[5]]
    for file in project.rglob("*.yml"):
        yaml.safe_load(file.read_text())
    template = (project / "models/staging/stg_p__predictions.sql").read_text()
    with working_directory(project):
        rows = (
            duckdb.connect().execute(jinja2.Template(template).render(config=lambda **_: "")).df()
        )
    assert list(rows.columns) == kept
    assert len(rows) == 400
