"""A classifier that tells a window from the reference, where no pair and no column does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from threadpoolctl import threadpool_limits

from monitor.multivariate import classifier
from monitor.multivariate.classifier import separation
from monitor.project import multivariate
from monitor.warehouse import invoke
from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

DAYS, ROWS, REFERENCE_DAYS = 10, 300, 8


def rows() -> pd.DataFrame:
    """On the last day what follows from two signs together is turned round."""
    rng = np.random.default_rng(9)
    n = DAYS * ROWS
    day = np.arange(n) // ROWS
    x, y = rng.normal(size=(2, n))
    side = np.where(day == DAYS - 1, -1, 1) * np.sign(x * y)
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "score": 0.5,
            "x": x,
            "y": y,
            "z": side * np.abs(rng.normal(size=n)),
            "plan": rng.choice(["s", "m"], n),
        }
    )


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    project = new_project(request.param)
    project.load("scores", rows())
    features = {"numeric": ["x", "y", "z"], "categorical": ["plan"]}
    reference = {"from": "2026-01-01", "to": "2026-01-09"}
    project.declare(
        shop=block(
            features=features, reference=reference, multivariate={"domain_classifier": True}
        ),
        other=block(features=features, reference=reference, multivariate=True),
    )
    project.build("--select", "+ml_monitor__joint_drift")
    if project.engine == "postgres":
        manifest = invoke(["parse"], project.folder).result
        assert multivariate.classify(manifest, project.folder) == DAYS * 5
        assert multivariate.classify(manifest, project.folder) == 0
    return project


def test_what_only_three_features_together_show(project: MonitoredProject) -> None:
    found = project.query(
        "select * from ml_monitor__joint_drift where monitor = 'shop' order by window_start"
    )
    areas = found[found["metric"] == "domain_classifier_auc"].reset_index(drop=True)
    assert list(areas["verdict"] == "alert") == [False] * (DAYS - 1) + [True]
    assert list(areas["learned_windows"]) == [REFERENCE_DAYS - 1] * REFERENCE_DAYS + [8, 8]
    assert areas["value"].iloc[-1] > 0.75
    pairs = found[found["metric"] == "correlation_difference"]
    assert set(pairs["verdict"]) == {"ok"}


def test_limits_by_hand(project: MonitoredProject) -> None:
    stored = project.query(
        "select window_key, roc_auc, standard_error from ml_monitor__domain_classifier "
        "where feature = '__joint__' order by window_key"
    )
    area, error = (stored[name].to_numpy(dtype=float) for name in ("roc_auc", "standard_error"))
    usual = area[:REFERENCE_DAYS]
    learned = max(0, usual.var(ddof=1) - (error[:REFERENCE_DAYS] ** 2).mean())
    noise = np.sqrt(error[-1] ** 2 + learned * (1 + 1 / REFERENCE_DAYS))
    row = project.query(
        "select * from ml_monitor__joint_drift where metric = 'domain_classifier_auc' "
        "and window_start = '2026-01-10'"
    ).iloc[0]
    expected = max(0.5, usual.mean())
    limit = expected + max(0.1, row["z_limit"] * noise)
    assert row["upper_limit"] == pytest.approx(limit, rel=1e-9)
    assert row["z_score"] == pytest.approx((area[-1] - expected) / noise, rel=1e-9)


def test_importance_names_the_features(project: MonitoredProject) -> None:
    found = project.query(
        "select feature, importance from ml_monitor__domain_classifier "
        "where window_key like '%2026-01-10%' and feature <> '__joint__'"
    ).set_index("feature")["importance"]
    assert found[["x", "y", "z"]].min() > 0.1
    assert abs(found["plan"]) < 0.03


def test_only_who_declares_it_has_it(project: MonitoredProject) -> None:
    for sql in (
        "select distinct monitor from ml_monitor__domain_classifier",
        "select distinct monitor from ml_monitor__limits where metric = 'domain_classifier_auc'",
    ):
        assert list(project.query(sql)["monitor"]) == ["shop"], sql


def test_the_area_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    window, reference = rng.normal([0.5, 0, 0], 1, (400, 3)), rng.normal(size=(500, 3))
    window[:20, 1] = np.nan
    is_category = np.zeros(3, dtype=bool)
    area, error, falls = separation(window, reference, is_category)
    model = HistGradientBoostingClassifier(
        max_iter=50, max_leaf_nodes=8, min_samples_leaf=10, early_stopping=False, random_state=0
    )
    with threadpool_limits(1):
        wanted = cross_val_score(
            model,
            np.vstack([reference, window]),
            np.r_[np.zeros(500), np.ones(400)],
            scoring="roc_auc",
            cv=StratifiedKFold(5, shuffle=True, random_state=0),
        )
    assert area == pytest.approx(wanted.mean(), rel=1e-9)
    # Hanley and McNeil's error of an area of 900 rows
    assert error == pytest.approx(0.0185, abs=0.002)
    assert int(np.argmax(falls)) == 0


def test_categories_are_codes_and_not_numbers() -> None:
    """Unseen categories alone tell the two apart; a column without a value is left out."""
    rng = np.random.default_rng(4)
    reference = np.column_stack([rng.integers(0, 4, 300), np.full(300, np.nan)]).astype(float)
    window = reference.copy()
    window[:150, 0] = -3
    area, _, falls = separation(window, reference, np.array([True, False]))
    assert area > 0.7
    assert falls[1] == 0


def test_without_scikit_learn_the_status_and_the_results_say_so(
    monkeypatch: pytest.MonkeyPatch, new_project: NewProject
) -> None:
    monkeypatch.setattr(classifier, "is_available", lambda: False)
    project = new_project("duckdb")
    project.load("scores", rows())
    features = {"numeric": ["x", "y"]}
    project.declare(shop=block(features=features, multivariate={"domain_classifier": True}))
    project.build("--select", "+ml_monitor__joint_drift", "+ml_monitor__status")
    (message,) = project.query("select message from ml_monitor__status")["message"]
    assert "pip install dbt-ml-monitor[multivariate]" in message
    found = project.query(
        "select verdict, reason from ml_monitor__joint_drift where metric = 'domain_classifier_auc'"
    )
    assert set(found["verdict"]) == {"insufficient_data"}
    assert found["reason"].str.startswith("not classified yet").all()
