"""Weights that are missing, negative, no numbers, too great, or in a column that is not there."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from tests.bad_input.tables import DOUBLE, failures, write_table
from tests.support.project import Block, MonitoredProject, NewProject

BINARY: Block = {"task": "binary", "score": "score", "labels": {"label": "label"}}
AMOUNT: Block = {"task": "regression", "prediction": "guess", "labels": {"label": "amount"}}
BAD = [None, -1.0, math.nan, math.inf, 1e13]


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def odd(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    """A day of odd weights, a day of nothing but these; a training set that has no weights."""
    project = new_project(request.param)
    weights: list[float | None] = [*[2.0] * 4, 0.0, 0.0, *BAD, *BAD, 0.0]
    days = ["2026-01-02"] * 11 + ["2026-01-03"] * 6
    scores = [0.9, 0.8, 0.3, 0.2, 0.1, 0.1, *[0.9] * 11]
    labels = [1, 1, 1, 0, 1, 1, *[0] * 11]
    write_table(
        project,
        "cases",
        {
            "id": ("integer", list(range(17))),
            "at": ("timestamp", days),
            "score": (DOUBLE, scores),
            "label": ("integer", labels),
            "cases": (DOUBLE, weights),
            "guess": (DOUBLE, scores),
            "amount": (DOUBLE, [float(label) for label in labels]),
            "kind": ("text", [str(label) for label in labels]),
            "rest": (DOUBLE, [1 - score for score in scores]),
        },
    )
    training = [k / 20 for k in range(1, 21)]
    write_table(
        project,
        "training",
        {
            "score": (DOUBLE, training),
            "label": ("integer", [int(score > 0.45) for score in training]),
            "guess": (DOUBLE, training),
            "amount": (DOUBLE, [2 * score for score in training]),
            "kind": ("text", [str(int(score > 0.55)) for score in training]),
            "rest": (DOUBLE, [1 - score for score in training]),
        },
    )
    common = {
        "predictions": "cases",
        "id": "id",
        "timestamp": "at",
        "weights": "cases",
        "reference": {"relation": "training"},
        "min_rows": 2,
    }
    project.declare(
        few={**common, **BINARY},
        amounts={**common, **AMOUNT},
        kinds={
            **common,
            "task": "multiclass",
            "score": {"1": "score", "0": "rest"},
            "labels": {"label": "kind"},
        },
    )
    results = (f"+ml_monitor__{name}" for name in ("performance", "confusion", "status"))
    project.build("--select", *results, "few__labelled")
    return project


def test_odd_weights(odd: MonitoredProject) -> None:
    found = odd.query(
        "select * from ml_monitor__performance where class = 'all' and source = 'realized'"
    )
    found["day"] = found["window_start"].dt.day
    values = found.set_index(["monitor", "day", "metric"]).sort_index()

    # two true positives, a false and a true negative of weight 2; weights of 0 do not count
    assert values.loc[("few", 2, "accuracy"), "value"] == pytest.approx(3 / 4)
    assert values.loc[("few", 2, "recall"), "value"] == pytest.approx(2 / 3)
    assert values.loc[("few", 2, "accuracy"), "n"] == 4
    assert values.loc[("few", 2, "accuracy"), "labelled_share"] == 1
    assert values.loc[("kinds", 2, "accuracy"), "value"] == pytest.approx(3 / 4)
    assert values.loc[("amounts", 2, "mae"), "value"] == pytest.approx((0.1 + 0.2 + 0.7 + 0.2) / 4)
    # a training set without weights: each of its rows is one case
    assert values.loc[("few", 2, "accuracy"), "reference_value"] == pytest.approx(1)
    assert values.loc[("amounts", 2, "mae"), "reference_value"] == pytest.approx(0.525)
    assert values.loc[("kinds", 2, "accuracy"), "reference_value"] == pytest.approx(19 / 20)
    is_other = found["metric"].isin(["selection_rate", "labelled_share_gap"])
    nothing = found[(found["day"] == 3) & ~is_other]
    assert len(nothing) > 40
    assert nothing["value"].isna().all()
    assert (nothing["n"] == 0).all()
    assert not nothing["verdict"].isin(["ok", "warn", "alert"]).any()
    assert (nothing["labelled_share"] == 1).all()


def test_odd_weights_are_told(odd: MonitoredProject) -> None:
    status = odd.query("select * from ml_monitor__status").set_index("monitor")
    for monitor in ("few", "amounts", "kinds"):
        assert "10 predictions have no weight" in status.loc[monitor, "message"]
        assert status.loc[monitor, "state"] == "attention"
        assert (status.loc[monitor, "predictions"], status.loc[monitor, "labelled"]) == (17, 17)
    cells = odd.query(
        "select * from ml_monitor__confusion where monitor = 'few' and source = 'realized'"
    )
    assert cells["n"].sum() == pytest.approx(8)
    rows = odd.query("select * from few__labelled")
    assert sorted(rows["cases"].dropna()) == [0] * 3 + [2] * 4


def test_weights_come_and_go(new_project: NewProject, engine: str) -> None:
    """Declared for a column that is not there, they stop their own monitor only."""
    project = new_project(engine)
    rows = pd.DataFrame({"id": range(40), "score": [0.1, 0.9] * 20, "label": [0, 1, 1, 1] * 10})
    rows["at"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(rows["id"] // 20, unit="D")
    rows["weight"] = 2.5
    project.load("rows", rows)
    common = {"predictions": "raw.rows", "id": "id", "timestamp": "at", **BINARY}
    common["reference"] = {"from": "2026-01-01", "to": "2026-01-02"}

    def declare(weights: str | None) -> None:
        changes = {"weights": weights} if weights else {}
        project.declare(sampled={**common, **changes}, other=common)

    def counted() -> dict[str, float]:
        cells = project.query(
            "select monitor, sum(n) as n from ml_monitor__confusion "
            "where source = 'realized' group by monitor"
        )
        return dict(zip(cells["monitor"], cells["n"].astype(float), strict=True))

    select = ("--select", "+ml_monitor__confusion")
    declare(None)
    project.build(*select)
    assert counted() == {"sampled": 40, "other": 40}
    declare("wieght")
    assert set(failures(project, *select)) == {"sampled__grid"}
    results = ("--select", "+ml_monitor__confusion,tag:ml_monitor_results")
    assert failures(project, *results) == {}
    assert counted() == {"sampled": 40, "other": 40}
    declare("weight")
    project.build(*select)
    assert counted() == {"sampled": 100, "other": 40}
    declare(None)
    project.build(*select)
    assert counted() == {"sampled": 40, "other": 40}
