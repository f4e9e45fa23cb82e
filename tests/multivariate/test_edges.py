"""Declarations and data at the edge of what can be watched together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from monitor.multivariate.components import fit, principal_components
from monitor.project import multivariate
from monitor.warehouse import invoke
from tests.bad_input.tables import failures
from tests.support.declared import messages
from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

DAYS, ROWS = 9, 150
REFERENCE = {"from": "2026-01-01", "to": "2026-01-08"}
NUMBERS = [f"x{number}" for number in range(51)]


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = DAYS * ROWS
    plan = rng.choice(["s", "m", "l"], n)
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(n) // ROWS, unit="D"),
            "score": 0.5,
            "x": rng.normal(size=n),
            "huge": np.where(np.arange(n) % 7 == 0, 1e49, rng.normal(size=n) * 1e49),
            "constant": 4.0,
            "empty": np.nan,
            "plan": plan,
            "size": np.where(rng.random(n) < 0.9, plan, "m"),
            "other": rng.choice(["a", "b"], n),
        }
    )


def monitor(**changes: object) -> dict[str, Any]:
    return block(**{"reference": REFERENCE, "multivariate": True, **changes})


MONITORS = {
    "categories": monitor(features={"categorical": ["plan", "size", "other"]}),
    "still": monitor(features={"numeric": ["constant", "empty"]}),
    "extreme": monitor(features={"numeric": ["x", "huge", "constant", "empty"]}),
    "training": monitor(
        features={"numeric": ["x"], "categorical": ["plan", "size"]},
        reference={"relation": "raw.training"},
    ),
    "plain": block(reference=REFERENCE, features={"numeric": ["x"]}),
}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    project = new_project(request.param)
    frame = rows()
    project.load("scores", frame)
    training = frame[frame["at"] < "2026-01-08"].drop(columns=["id", "at", "score"])
    project.load("training", training)
    project.declare(**MONITORS)
    project.build("--select", "+ml_monitor__joint_drift")
    if project.engine == "postgres":
        manifest = invoke(["parse"], project.folder).result
        assert multivariate.fit(manifest, project.folder) > 0
        # nothing waits any more
        assert multivariate.fit(manifest, project.folder) == 0
        project.build("--select", "ml_monitor__sample_scores", "ml_monitor__joint_numbers")
    return project


def verdicts(project: MonitoredProject, monitor: str) -> pd.DataFrame:
    found = project.query(f"select * from ml_monitor__joint_drift where monitor = '{monitor}'")
    return found.set_index(["metric", "window_start"]).sort_index()


def test_categories_alone(project: MonitoredProject) -> None:
    found = verdicts(project, "categories")
    assert set(found["verdict"]) <= {"ok", "warn"}
    assert found["value"].notna().all()
    pairs = project.query(
        "select feature, other_feature, correlation from ml_monitor__correlations "
        "where monitor = 'categories' and window_start = '2026-01-09'"
    ).set_index(["feature", "other_feature"])["correlation"]
    assert pairs["plan", "size"] > 0.7
    assert abs(pairs["plan", "other"]) < 0.3


def test_features_that_never_vary_have_no_components(project: MonitoredProject) -> None:
    found = verdicts(project, "still")
    for metric in ("reconstruction_error", "joint_outlier_rate"):
        one = found.loc[metric]
        assert set(one["verdict"]) == {"insufficient_data"}
        assert one["reason"].str.startswith("no principal components are fitted").all()
    assert set(found.loc["unseen_combination_rate", "verdict"]) == {"ok"}


def test_values_as_great_as_they_may_be(project: MonitoredProject) -> None:
    found = verdicts(project, "extreme")
    assert set(found["verdict"]) == {"ok"}
    # x and huge vary: one component is kept, the other left
    kept = project.query(
        "select component, is_kept, eigenvalue from ml_monitor__principal_components "
        "where monitor = 'extreme' and held_out = '' and feature_number = -1 order by 1"
    )
    assert list(kept["is_kept"]) == [True, False]
    assert kept["eigenvalue"].sum() == pytest.approx(2)


def test_a_reference_that_is_a_relation(project: MonitoredProject) -> None:
    """It is no window, teaches nothing, and its rows have neither id nor time."""
    found = verdicts(project, "training")
    windows = found.index.get_level_values("window_start")
    assert windows.nunique() == DAYS
    assert not windows.isna().any()
    assert set(found["verdict"]) == {"ok"}
    assert set(found["learned_windows"]) == {0}
    training = project.query(
        "select count(*) as n, count(window_start) as windows, count(id) as ids "
        "from ml_monitor__sample where monitor = 'training' and is_reference"
    ).iloc[0]
    assert [*training] == [7 * ROWS, 0, 0]


def test_who_does_not_declare_it_has_nothing_of_it(project: MonitoredProject) -> None:
    for table in ("sample", "joint_moments", "sample_scores", "joint_drift", "correlations"):
        found = project.query(f"select distinct monitor from ml_monitor__{table}")
        assert "plain" not in set(found["monitor"]), table
    limits = project.query("select distinct monitor from ml_monitor__limits where family = 'joint'")
    assert set(limits["monitor"]) == set(MONITORS) - {"plain"}
    assert "plain__sample" not in [
        str(path.stem) for path in project.folder.glob("models/ml_monitor/plain/*.sql")
    ]


def test_a_window_that_has_become_empty_is_hidden(project: MonitoredProject) -> None:
    frame = rows()
    project.load("scores", frame[frame["at"] < "2026-01-09"])
    nodes = ("joint_moments", "correlation_numbers", "sample_scores", "joint_numbers")
    project.build(
        "--select",
        "categories__sample",
        *(f"ml_monitor__{node}" for node in nodes),
        ml_monitor__rebuild_from="2026-01-09",
    )
    found = project.query(
        "select max(window_start) as last from ml_monitor__joint_drift where monitor = 'categories'"
    )
    assert str(found["last"].iloc[0])[:10] == "2026-01-08"
    marker = project.query(
        "select position from categories__sample where window_start = '2026-01-09'"
    )
    assert list(marker["position"]) == [0]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "one feature": ({"features": {"numeric": ["x"]}}, "needs at least two features, there is one"),
    "none": ({"features": {}}, "needs at least two features, there are none"),
    "too many": ({"features": {"numeric": NUMBERS}}, "takes at most 50 features, there are 51"),
    "unknown": ({"multivariate": {"features": ["x", "zz"]}}, "'zz' is not one of"),
    "twice": ({"multivariate": {"features": ["x", "plan", "x"]}}, "'x' is listed twice"),
    "not watched": (
        {"multivariate": {"features": ["x", "plan"], "combinations": ["plan", "size"]}},
        "'size' is not one of",
    ),
    "small sample": ({"multivariate": {"sample": 10}}, "sample: "),
    "misspelt": ({"multivariate": {"smaple": 100}}, "'smaple'"),
    "text": ({"multivariate": "yes"}, "true"),
}
FEATURES = {"numeric": ["x"], "categorical": ["plan", "size"]}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong_declarations_are_told_by_check(kind: str) -> None:
    changes, wanted = WRONG[kind]
    found = messages(**{"features": FEATURES, "multivariate": True, **changes})
    assert len(found) == 1
    assert wanted in found[0]
    assert found[0].startswith("churn.multivariate")


def test_thresholds_of_it_need_it() -> None:
    thresholds = {"joint_outlier_rate": {"warn_at": 0.1, "alert_at": 0.2}}
    assert messages(features=FEATURES, multivariate=True, thresholds=thresholds) == []
    (found,) = messages(features=FEATURES, thresholds=thresholds)
    assert found.endswith("declare multivariate: true as well")


def test_wrong_declarations_are_told_by_dbt(new_project: NewProject) -> None:
    project = new_project("duckdb")
    project.load("scores", rows())
    project.declare(
        **{
            kind.replace(" ", "_"): block(
                reference=REFERENCE, **{"features": FEATURES, "multivariate": True, **changes}
            )
            for kind, (changes, _) in WRONG.items()
        }
    )
    told = failures(project, "--select", *(f"{kind.replace(' ', '_')}__grid" for kind in WRONG))
    for kind, (_, wanted) in WRONG.items():
        name = kind.replace(" ", "_") + "__grid"
        assert wanted in told[name], kind


def test_components_by_hand() -> None:
    """Two features with correlation 1/2: variances 3/2 and 1/2 along and across the diagonal."""
    found = fit(100, np.array([100.0, 0.0]), np.array([[200.0, 50.0], [50.0, 100.0]]))
    assert found is not None
    np.testing.assert_allclose(found.eigenvalues, [1.5, 0.5])
    assert found.kept == 1
    # mean (1, 0), deviations 1
    np.testing.assert_allclose(np.abs(found.weights), 1 / np.sqrt(2))
    np.testing.assert_allclose(found.offsets, -found.weights[:, 0])


def test_components_of_nothing() -> None:
    assert fit(50, np.zeros(2), np.diag([50.0, 0.0])) is None
    assert principal_components(pd.DataFrame({"monitor": []})).empty
