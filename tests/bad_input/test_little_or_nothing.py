"""Tables without rows, with one row, and references without rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bad_input.tables import (
    DOUBLE,
    block,
    counts,
    quality,
    run,
    status,
    write_table,
)
from tests.support.project import MonitoredProject, NewProject

FEATURES = {"numeric": ["amount"], "categorical": ["plan"]}
LABELS = {"label": "label"}


def _rows(*days: str) -> dict[str, Any]:
    n = len(days)
    return {
        "id": ("bigint", range(n)),
        "at": ("timestamp", days),
        "score": (DOUBLE, [k / 20 for k in range(n)]),
        "amount": (DOUBLE, range(n)),
        "plan": ("text", ["a", "b"] * (n // 2) + ["a"] * (n % 2)),
        "label": ("bigint", [0, 1] * (n // 2) + [1] * (n % 2)),
    }


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    made = new_project(request.param)
    tables = {
        "no_rows": (),
        "one_row": ("2026-01-01",),
        "one_after": (*["2026-01-01"] * 10, "2026-01-02"),
        "late": ["2026-01-02"] * 10,
    }
    for name, days in tables.items():
        write_table(made, name, _rows(*days))
    made.declare(
        **{name: block(name, features=FEATURES, labels=LABELS) for name in tables},
        late_forever=block(
            "late", features=FEATURES, labels=LABELS, reference={"relation": "no_rows"}
        ),
        nothing_known=block("late", features=FEATURES, labels={"relation": "no_rows", **LABELS}),
    )
    run(made)
    return made


def _verdicts(project: MonitoredProject, monitor: str) -> dict[str, set[str]]:
    found = project.query(
        "select family, verdict from ml_monitor__metrics "
        f"where monitor = '{monitor}' and window_start >= '2026-01-02'"
    )
    return {str(family): set(rows["verdict"]) for family, rows in found.groupby("family")}


def test_nothing_declared(new_project: NewProject, engine: str) -> None:
    nothing = new_project(engine)
    run(nothing)
    names = nothing.query(
        "select table_name from information_schema.tables "
        f"where table_schema = '{nothing.schema}' and table_name <> 'ml_monitor__metric_registry'"
    )["table_name"]
    found = {name: nothing.query(f"select * from {name}") for name in names}
    assert [name for name, rows in found.items() if len(rows)] == []
    for family in ("drift", "quality", "performance", "metrics"):
        assert "verdict" in found[f"ml_monitor__{family}"].columns


def test_empty_table(project: MonitoredProject) -> None:
    row = status(project, "no_rows")
    assert row["state"] == "empty"
    assert row["message"].startswith("There are no predictions yet.")
    assert (row["windows"], row["predictions"], row["labelled"]) == (0, 0, 0)
    assert quality(project, "no_rows") == {}


def test_one_row(project: MonitoredProject) -> None:
    row = status(project, "one_row")
    assert (row["state"], row["windows"], row["predictions"]) == ("waiting", 1, 1)
    assert row["message"].startswith(
        "The bins wait for the reference to end: no prediction on or after 2026-01-02 has been "
        "seen; to fit them now run dbt with the var ml_monitor__refit: true."
    )
    assert counts(project, "one_row", "__row__") == {("01", 0): 1}
    assert status(project, "one_after")["predictions"] == 11
    found = quality(project, "one_after")
    assert found["02", "amount", "mean"] == (10, "not_applicable")
    assert found["02", "amount", "out_of_range_rate"] == (1, "insufficient_data")
    verdicts = _verdicts(project, "one_after")
    assert set(verdicts) == {"drift", "quality", "performance"}
    for family, seen in verdicts.items():
        assert seen == {"insufficient_data", "not_applicable"}, family


@pytest.mark.parametrize(
    ("monitor", "named"), [("late", "from 2026-01-01 to 2026-01-02"), ("late_forever", "no_rows")]
)
def test_empty_reference(project: MonitoredProject, monitor: str, named: str) -> None:
    row = status(project, monitor)
    assert row["state"] == "attention"
    assert row["message"].startswith(
        f"The reference {named} holds no predictions, so nothing can be compared with it: "
        "correct reference in the declaration, or load its rows and run dbt with the var "
        "ml_monitor__refit: true."
    )
    assert (row["predictions"], row["labelled"]) == (10, 10)
    assert sum(counts(project, monitor, "amount").values()) == 10
    assert sum(counts(project, monitor, "plan").values()) == 10
    for family, seen in _verdicts(project, monitor).items():
        assert seen <= {"insufficient_data", "not_applicable"}, family
    accuracy = project.query(
        "select value, n from ml_monitor__performance "
        f"where monitor = '{monitor}' and metric = 'accuracy' and source = 'realized'"
    )
    # every score is below a half, so that the five negatives are right
    assert accuracy.to_numpy().tolist() == [[0.5, 10]]


def test_empty_labels(project: MonitoredProject) -> None:
    row = status(project, "nothing_known")
    assert (row["predictions"], row["labelled"]) == (10, 0)
    assert _verdicts(project, "nothing_known")["performance"] == {
        "insufficient_data",
        "not_applicable",
    }


def test_a_reference_that_comes_after_all(new_project: NewProject) -> None:
    project = new_project("duckdb")
    project.declare(shop=block("scores", features=FEATURES))
    nodes = ("--select", "scores", "shop__grid", "shop__feature_profile")
    write_table(project, "scores", _rows(*["2026-01-02"] * 10))
    run(project, *nodes)
    write_table(project, "scores", _rows(*["2026-01-01"] * 10, *["2026-01-02"] * 10))
    run(project, *nodes, ml_monitor__refit=True)
    bins = project.query(
        "select window_start, bin, n from shop__feature_profile where feature = 'plan'"
    )
    assert {(f"{day:%d}", bin_, n) for day, bin_, n in bins.itertuples(index=False, name=None)} == {
        ("01", 0, 5), ("01", 1, 5), ("02", 0, 5), ("02", 1, 5),
    }  # fmt: skip
