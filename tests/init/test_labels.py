"""How it finds what identifies a prediction, its labels and its reference."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.init.commands import LABELLED, SCORED, init, only, staged, write


def test_labels_meet_predictions_by_their_values(tmp_path: Path) -> None:
    """Not by a time, nor a counter that both have; corrected and repeated rows are no obstacle."""
    predictions = write(tmp_path / "p.parquet", f"{SCORED} union all ({SCORED} limit 25)")
    labels = write(
        tmp_path / "l.parquet",
        f"select *, row_number() over () as n from ({LABELLED} union all {LABELLED})",
    )
    result = init(
        *(tmp_path / "m", "--predictions", predictions, "--labels", labels, "--label", "happened")
    )
    assert result.exit_code == 0, result.output
    found = only(tmp_path / "m")
    assert found.labels is not None
    assert (found.id, found.labels.id, found.labels.label) == (
        "CustomerRef",
        "CUSTOMER",
        "happened",
    )
    assert (found.labels.timestamp, found.labels.loaded_at) == ("KnownAt", "LoadedAt")
    said = " ".join(result.stdout.split())
    assert "'CustomerRef' is not unique in p.parquet: 25 of 12,025 rows repeat one" in said
    # Prediction and label are both true or false: nothing to say of types.
    assert "cast to" not in said


def test_a_number_that_identifies_and_the_only_time_of_a_label(tmp_path: Path) -> None:
    predictions = write(
        tmp_path / "p.parquet",
        'select i * 7 as "orderNo", i // 10 as house_number, i % 9 as rooms, '
        "timestamp '2026-01-01' + i * interval 1 hour as ts, (i % 10) / 10.0 as score "
        "from range(500) t(i)",
    )
    result = init(tmp_path / "m", "--predictions", predictions)
    assert result.exit_code == 0, result.output
    assert (only(tmp_path / "m").id, only(tmp_path / "m").features.numeric) == (
        "orderNo",
        ["house_number", "rooms"],
    )
    labels = write(
        tmp_path / "l.parquet",
        'select i * 7 as "orderNo", i % 2 as y, date \'2026-03-01\' as "closedOn" '
        "from range(300) t(i)",
    )
    result = init(tmp_path / "n", "--predictions", predictions, "--labels", labels)
    assert result.exit_code == 0, result.output
    found = only(tmp_path / "n").labels
    assert found is not None
    assert (found.label, found.timestamp) == ("y", "closedOn")


def test_ids_of_two_types_and_labels_of_nobody(tmp_path: Path) -> None:
    columns = "now()::timestamp as ts, i % 2 as pred, i / 2 as f from range(500) t(i)"
    predictions = write(tmp_path / "p.csv", f"select i as order_no, {columns}")
    text = write(tmp_path / "l.parquet", "select i || '.0' as nr, i % 2 as y from range(300) t(i)")
    result = init(tmp_path / "m", "--predictions", predictions, "--labels", text)
    assert result.exit_code == 0, result.output
    found = only(tmp_path / "m")
    assert found.labels is not None
    assert (found.id, found.labels.id) == ("order_no", "nr")
    keyed = write(
        tmp_path / "k.csv", "select i as id, i + 100 as prediction_id, 1 as y from range(9) t(i)"
    )
    known = write(tmp_path / "o.csv", f"select i as id, {columns}")
    result = init(tmp_path / "k", "--predictions", known, "--labels", keyed)
    assert result.exit_code == 0, result.output
    found = only(tmp_path / "k")
    assert found.labels is not None
    assert (found.id, found.labels.id) == ("id", "prediction_id")
    strangers = write(tmp_path / "s.csv", "select 'x' || i as nr, 1 as y from range(9) t(i)")
    refused = init(tmp_path / "n", "--predictions", predictions, "--labels", strangers)
    assert refused.stderr == (
        "s.csv: no column shares values with an id of p.csv; "
        "name its id with --label-id and the predictions' with --id\n"
    )


@pytest.mark.parametrize("has_label", [True, False])
def test_a_reference_brings_its_labels(tmp_path: Path, has_label: bool) -> None:
    predictions = write(tmp_path / "p.parquet", SCORED)
    labels = write(tmp_path / "l.parquet", LABELLED)
    label = f"will_churn as {'happened' if has_label else 'other'}"
    rows = f"({SCORED} limit 900) union all ({SCORED} limit 9)"
    reference = write(
        tmp_path / "r.parquet", f'select * exclude ("ScoredAt"), {label} from ({rows})'
    )
    result = init(
        *(tmp_path / "m", "--predictions", predictions, "--labels", labels),
        *("--reference", reference, "--label", "happened"),
    )
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert (
        "Performance has no reference: r.parquet has no column 'happened'." in said
    ) is not has_label
    assert "is not unique" not in said
    staged(tmp_path / "m", "select 1")
    # The tables are there for a reader in any folder, and hold the reference's labels.
    with duckdb.connect(str(tmp_path / "m" / "m.duckdb")) as database:
        assert database.execute("select count(*) from stg_m__labels").fetchall() == [(9000,)]
        columns = [row[0] for row in database.execute("describe stg_m__reference").fetchall()]
        assert ("happened" in columns) is has_label
