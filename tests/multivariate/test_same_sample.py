"""Every engine samples the same rows, so that the classifier says the same of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from monitor.multivariate.classifier import _numbers
from monitor.project import multivariate
from monitor.warehouse import invoke
from tests.support.project import NewProject
from tests.support.scores import block

DAYS, ROWS, SAMPLE = 8, 600, 120


def rows() -> pd.DataFrame:
    """Days of more rows than are kept; the last has more of what follows from two features."""
    rng = np.random.default_rng(3)
    n = DAYS * ROWS
    day = np.arange(n) // ROWS
    x, y = rng.normal(size=(2, n))
    return pd.DataFrame(
        {
            "id": np.arange(n) * 1.0,
            "key": [f"é-{one}" for one in range(n)],
            "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D"),
            "score": 0.5,
            "x": np.where(rng.random(n) < 0.1, 7.0, x * 1e7),
            "y": y * 1e-5,
            "z": np.where(day == DAYS - 1, 0.7, 0.1) * x * y + rng.normal(size=n),
            "on": rng.random(n) < 0.3,
            "plan": rng.choice(["s", "m", "ö"], n),
            "level": rng.choice([1.0, 2.5, np.nan], n),
        }
    )


def test_the_engines_agree(new_project: NewProject) -> None:
    features = {"numeric": ["x", "y", "z", "on"], "categorical": ["plan", "level"]}
    together = {"sample": SAMPLE, "domain_classifier": True}
    base = block(
        features=features, reference={"from": "2026-01-01", "to": "2026-01-07"}, min_rows=50
    )
    samples, areas = [], []
    for engine in ("duckdb", "postgres"):
        project = new_project(engine)
        frame = rows()
        project.load("scores", frame)
        # a training set without ids: rows are told apart by what they hold
        project.load("training", frame.head(3 * ROWS).drop(columns=["id", "key", "at", "score"]))
        project.declare(
            number={**base, "multivariate": together},
            words={**base, "id": "key", "multivariate": together},
            trained={**base, "multivariate": together, "reference": {"relation": "raw.training"}},
        )
        project.build("--select", "+ml_monitor__joint_drift")
        if engine == "postgres":
            multivariate.classify(invoke(["parse"], project.folder).result, project.folder)
        sample = project.query(
            "select monitor, window_key, position, id, feature_values from ml_monitor__sample"
        )
        sample["id"] = sample["id"].str.removesuffix(".0")
        samples.append(sample.set_index(["monitor", "window_key", "position"]).sort_index())
        area = project.query("select * from ml_monitor__domain_classifier")
        areas.append(area.set_index(["monitor", "window_key", "feature"]).sort_index())
    one, other = samples
    sizes = one.groupby(level=["monitor", "window_key"]).size()
    assert sizes.drop("trained|reference", level="window_key").between(60, 200).all()
    assert one.index.equals(other.index)
    assert one["id"].equals(other["id"])
    values = [np.array([_numbers(row) for row in part["feature_values"]]) for part in samples]
    np.testing.assert_allclose(values[0], values[1], rtol=1e-12)
    duckdb_areas, postgres_areas = areas
    assert duckdb_areas.index.equals(postgres_areas.index)
    monitors = duckdb_areas.index.get_level_values("monitor")
    assert monitors.value_counts().to_dict() == dict.fromkeys(
        ["number", "words", "trained"], DAYS * 7
    )
    for name in ("n", "roc_auc", "standard_error", "importance"):
        values = [part[name].to_numpy(dtype=float) for part in areas]
        np.testing.assert_allclose(values[0], values[1], rtol=1e-9, atol=1e-9, err_msg=name)
    assert duckdb_areas["roc_auc"].max() > 0.55
