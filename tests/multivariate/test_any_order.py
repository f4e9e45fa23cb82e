"""Samples and what is made of them end the same, however rows arrive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from monitor.project import multivariate
from monitor.warehouse import invoke
from tests.properties.history import assert_same
from tests.support.project import MonitoredProject, NewProject
from tests.support.rebuild import WITHOUT_VIEWS
from tests.support.scores import block

START = pd.Timestamp("2026-01-01")
DAYS, ROWS = 8, 240
TABLES = ("shop__sample", "ml_monitor__sample_scores", "ml_monitor__correlations")
TABLES += ("ml_monitor__joint_moments", "ml_monitor__joint_drift")
AUDIT = {"profile_hash", "watermark", "profiled_at", "dependency"}
MONITOR: dict[str, Any] = block(
    loaded_at="loaded_at",
    features={"numeric": ["x", "y"], "categorical": ["plan"]},
    reference={"from": "2026-01-01", "to": "2026-01-05"},
    multivariate={"sample": 100},
)


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n = DAYS * ROWS
    day = pd.to_timedelta(np.arange(n) // ROWS, unit="D")
    x = rng.normal(size=n)
    return pd.DataFrame(
        {
            "id": [f"row {number}" for number in range(n)],
            "at": START + day,
            "loaded_at": START + day + pd.Timedelta(hours=12),
            "score": 0.5,
            "x": x,
            "y": x + rng.normal(size=n),
            "plan": rng.choice(["s", "m", "l"], n),
        }
    )


def run(project: MonitoredProject, *options: str) -> None:
    selection = ("--select", "+ml_monitor__joint_drift")
    project.build(*options, *selection)
    if project.engine == "postgres":
        manifest = invoke(["parse"], project.folder).result
        if multivariate.fit(manifest, project.folder):
            project.build("--select", "ml_monitor__sample_scores", "ml_monitor__joint_numbers")


def tables(project: MonitoredProject) -> dict[str, pd.DataFrame]:
    found = {}
    for name in TABLES:
        frame = project.query(f"select * from {name}")
        if "position" in frame:
            frame = frame[frame["position"] > 0]
        frame = frame.drop(columns=[c for c in frame if c in AUDIT])
        if "feature_values" in frame:
            frame["feature_values"] = [str(list(values)) for values in frame["feature_values"]]
        keys = [c for c in frame if not pd.api.types.is_float_dtype(frame[c])]
        ordered = frame.astype(dict.fromkeys(keys, str)).sort_values(keys)
        found[name] = ordered.reset_index(drop=True)
    return found


def test_any_order_equals_a_full_refresh(new_project: NewProject, engine: str) -> None:
    """The reference day by day, a row that comes late to it, one that is corrected, one twice."""
    project = new_project(engine)
    project.declare(shop=MONITOR)
    frame = rows()
    day = (frame["at"] - START).dt.days
    late = (day == 1) & (frame.index % 40 == 7)
    for last, options in ((2, ()), (5, WITHOUT_VIEWS)):
        project.load("scores", frame[(day <= last) & ~late])
        run(project, *options)
    before = project.query("select window_key, max(profiled_at) as at from shop__sample group by 1")
    now = START + pd.Timedelta(days=8)
    frame.loc[late, "loaded_at"] = now
    corrected = frame.index[day == 6][:5]
    project.load("scores", frame[(day <= 6) & ~late])
    run(project, *WITHOUT_VIEWS)
    frame.loc[corrected, ["y", "loaded_at"]] = [9.0, now]
    again = frame[day == 5].head(20).assign(loaded_at=now)
    frame = pd.concat([frame, again], ignore_index=True)
    project.load("scores", frame)
    run(project, *WITHOUT_VIEWS)
    after = project.query("select window_key, max(profiled_at) as at from shop__sample group by 1")
    joined = before.merge(after, on="window_key")
    kept = joined[joined["at_x"] == joined["at_y"]]["window_key"].str[5:15]
    # day 1 has late rows, day 5 repeated ones
    assert {"2026-01-01", "2026-01-03", "2026-01-04"} <= set(kept)
    assert not {"2026-01-02", "2026-01-06"} & set(kept)
    stepwise = tables(project)
    run(project, "--full-refresh")
    assert_same(stepwise, tables(project))
    sizes = stepwise["shop__sample"].groupby("window_start").size()
    assert len(sizes) == DAYS
    # about 100 of 240 rows: four standard deviations are 31
    assert sizes.between(65, 135).all()
    assert stepwise["ml_monitor__joint_drift"]["value"].notna().all()
