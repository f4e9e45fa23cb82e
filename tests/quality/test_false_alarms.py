"""Few alerts where nothing is wrong, and one where volumes are halved or doubled."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from monitor.registry import metrics
from tests.quality.quiet import DAYS, FIRST_DAY, REFERENCE_DAYS, declaration, quiet_stream
from tests.quality.volume_rule import counts, deviations, margins
from tests.support.project import MonitoredProject, NewProject

# beside what was judged before, and what only a broken feed can have
BEFORE = {"duplicate_id_rate", "null_rate", "unseen_rate", "out_of_range_rate", "not_a_number_rate"}
JUDGED = {
    metric.name
    for metric in metrics()
    if metric.family == "quality" and (metric.alert_at is not None or metric.learned)
} - BEFORE
FEATURES = 6
# while a second version scores what the first does
SHADOW_FROM, SHADOW_TO = FIRST_DAY + pd.Timedelta(days=60), FIRST_DAY + pd.Timedelta(days=90)


@pytest.fixture(scope="module")
def project(new_project: NewProject) -> MonitoredProject:
    made = new_project("duckdb")
    names = ["small", "large"]
    blocks = {name: declaration(name, FEATURES) for name in names}
    made.declare(**{**blocks, "small": {**blocks["small"], "version": "version"}})
    made.load("large", quiet_stream(1, 600, FEATURES))
    small = quiet_stream(0, 200, FEATURES).assign(version="v1")
    shadow = small[(small["at"] >= SHADOW_FROM) & (small["at"] < SHADOW_TO)]
    made.load("small", pd.concat([small, shadow.assign(version="v2")], ignore_index=True))
    made.build("--select", "+ml_monitor__quality")
    return made


def test_quiet_streams_keep_still(project: MonitoredProject) -> None:
    """Two model-quarters, of which each should open 0.2 alerts at the most."""
    found = project.query(
        "select monitor, feature, metric, window_start, verdict from ml_monitor__quality "
        "where segment = 'overall' and verdict in ('ok', 'warn', 'alert')"
    )
    found = found[found["metric"].isin(JUDGED)]
    assert JUDGED - set(found["metric"]) == {"schema_changes", "violated_constraints"}
    assert len(found) > 2 * DAYS * (FEATURES + 7)
    assert found[found["verdict"] == "alert"].empty


def test_volumes_follow_the_same_rule_in_numpy(project: MonitoredProject) -> None:
    found = project.query(
        "select window_start, value, lower_limit, upper_limit, reference_value, verdict "
        "from ml_monitor__quality where metric = 'row_count' and monitor = 'small' "
        "and model_version = 'all' and segment = 'overall' order by window_start"
    )
    found["day"] = (pd.to_datetime(found["window_start"]) - FIRST_DAY).dt.days
    rows = found["value"].to_numpy()[:REFERENCE_DAYS][None, :]
    usual, margin = margins(rows, 3.29)
    after = found[found["day"] >= REFERENCE_DAYS]
    doubled = after[after["day"].between(60, 89)]
    assert (doubled["value"] > doubled["upper_limit"]).mean() > 0.9
    assert set(doubled["verdict"]) <= {"ok", "warn"}
    season = after["day"].to_numpy() % 7
    for column, sign in (("lower_limit", -1), ("reference_value", 0), ("upper_limit", 1)):
        expected = np.exp(usual[0] + sign * margin[0])[season]
        np.testing.assert_allclose(after[column].to_numpy(), expected, rtol=0.005)


def test_volumes_open_few_alerts_on_many_streams() -> None:
    """2,000 model-quarters, at either size: false alarms, and halved and doubled windows found."""
    rng = np.random.default_rng(1)
    for rows, daily, most, least in (
        (200, 0.05, 0.05, 0.95),
        (200, 0.1, 0.1, 0.75),
        (2000, 0.1, 0.05, 0.95),
    ):
        usual, margin = margins(counts(rng, 2000, REFERENCE_DAYS, rows, daily), 3.29)
        limit = np.tile(margin, (1, 13))
        usually = counts(rng, 2000, 91, rows, daily)
        beyond = np.abs(deviations(usually, usual)) >= limit
        opened = beyond[:, 0].sum() + (beyond[:, 1:] & ~beyond[:, :-1]).sum()
        assert opened / 2000 < most
        assert beyond[:, [5, 6, 12, 13]].mean() < 0.005, "weekends are usual"
        half = rng.binomial(usually.astype(int), 0.5).astype(float)
        assert (deviations(half, usual) <= -limit).mean() > least
        assert (deviations(2 * usually, usual) >= limit).mean() > least
