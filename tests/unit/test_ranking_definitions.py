"""Every metric of a ranking against its definition computed query by query, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement
from math import factorial
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.support.performance import RESULTS, SELECT
from tests.support.project import MonitoredProject, NewProject
from tests.support.ranking import (
    METRICS,
    NEED_RELEVANT,
    Earned,
    expected_values,
    gains,
    query_values,
)
from tests.support.rebuild import unchanged

K = 5
DAYS, REFERENCE_DAYS = 6, 3
EARLY = "2026-01-05"
NUMBERS = "performance_numbers_ranking"
KEYS = ["model_version", "window_start", "segment", "segment_value"]
BLOCK = {
    "predictions": "raw.rows",
    "id": "id",
    "timestamp": "at",
    "loaded_at": "loaded_at",
    "task": "ranking",
    "version": "version",
    "group": "query_id",
    "score": "score",
    "k": K,
    "labels": {
        "relation": "raw.labels",
        "label": "label",
        "timestamp": "known_at",
        "loaded_at": "known_at",
    },
    "reference": {"from": "2026-01-01", "to": f"2026-01-0{1 + REFERENCE_DAYS}"},
    "segments": ["device", ["device", "country"]],
    "protected": {"country": {}},
    "min_rows": 20,
}

OF_ROWS = {key: BLOCK[key] for key in ("id", "timestamp", "task", "score")}
PLAIN = {
    **OF_ROWS,
    "predictions": "raw.plain",
    "group": "query",
    "k": 99,
    "labels": {"label": "label"},
    "reference": BLOCK["reference"],
}
GUESS = {
    **OF_ROWS,
    "predictions": "raw.guesses",
    "version": "version",
    "group": "query",
    "k": 3,
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
    "min_rows": 20,
}
VERSIONS, ITEMS, CHANCES = 250, 5, {0.0: 0.75, 1.0: 0.15, 2.0: 0.1}


def _rows() -> pd.DataFrame:
    """Items of ragged queries, some of more and most of fewer than k, with labels, a row each."""
    rng = np.random.default_rng(23)
    queries = DAYS * 90
    sizes = rng.choice([1, 2, 3, 4, 5, 6, 9, 14], queries)
    query = np.repeat(np.arange(queries), sizes)
    n = len(query)
    rows = pd.DataFrame({"query": query, "day": query % DAYS})
    # the same names every day, in both versions
    rows["query_id"] = pd.Series([f"q{number // DAYS % 45}" for number in query])
    rows["version"] = np.where(query // DAYS < 60, "v1", "v2")
    rows["device"] = rng.choice(["phone", "desk", ""], n)
    rows["device"] = rows["device"].replace("", None)
    rows["country"] = rng.choice(["a*b", "o'hara"], queries)[query]
    truth = rng.normal(size=n)
    worse = np.where(rows["day"] == DAYS - 1, -1, 1)
    rows["score"] = (worse * truth + rng.normal(size=n)).round(1)
    rows.loc[rng.random(n) < 0.03, "score"] = np.nan
    rows.loc[rng.random(n) < 0.02, "score"] = np.inf
    rows["label"] = np.clip(np.floor(truth + rng.normal(size=n)), -1, 3)
    is_unlabelled = (rng.random(queries) < 0.15)[query] | (rng.random(n) < 0.25)
    rows.loc[is_unlabelled, "label"] = np.nan
    rows.loc[rng.random(n) < 0.02, "query_id"] = None
    rows["id"] = np.arange(n)
    rows["at"] = pd.Timestamp("2026-01-01 12:00") + pd.to_timedelta(rows["day"], unit="D")
    rows["loaded_at"] = rows["at"]
    delay = pd.to_timedelta(rng.integers(0, 4 * 24, n), unit="h")
    rows["known_at"] = rows["at"] + delay
    return rows


ROWS = _rows()


class Built(NamedTuple):
    engine: str
    project: MonitoredProject
    early: pd.DataFrame
    results: dict[str, pd.DataFrame]
    afresh: dict[str, pd.DataFrame]


def _tables(project: MonitoredProject) -> dict[str, pd.DataFrame]:
    return {name: _of(project, "search", name) for name in (*RESULTS, NUMBERS)}


def _of(project: MonitoredProject, monitor: str, table: str = "performance") -> pd.DataFrame:
    return project.query(f"select * from ml_monitor__{table} where monitor = '{monitor}'")


def _load(project: MonitoredProject, until: str) -> None:
    predictions = ROWS[ROWS["loaded_at"] < until].drop(columns=["label", "known_at", "query"])
    # an earlier prediction of the same id counts for nothing
    first = predictions[::7].assign(score=99.0)
    first["loaded_at"] -= pd.Timedelta(hours=1)
    project.load("rows", pd.concat([predictions, first], ignore_index=True))
    labels = ROWS[ROWS["label"].notna() & (ROWS["known_at"] < until)]
    project.load("labels", labels[["id", "label", "known_at"]])


def _plain_rows() -> pd.DataFrame:
    """Labels that are true or false, in the predictions."""
    rows = ROWS[ROWS["label"].notna()].copy()
    rows["label"] = rows["label"] > 0
    return rows


def _guesses() -> pd.DataFrame:
    """Each of 250 versions guesses."""
    rng = np.random.default_rng(5)
    n = VERSIONS * 80 * ITEMS
    number = np.arange(n) // ITEMS
    rows = pd.DataFrame({"id": np.arange(n), "query": number, "score": rng.random(n)})
    rows["at"] = pd.Timestamp("2026-01-01")
    rows["version"] = number // 80
    rows["label"] = rng.choice(list(CHANCES), n, p=list(CHANCES.values()))
    # the bins are fitted when a prediction after the reference has been seen
    later = rows.tail(1).assign(id=-1, at=pd.Timestamp("2026-01-02"))
    return pd.concat([rows, later])


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, new_project: NewProject) -> Built:
    """Labels and days come late: what two runs make of them, and what one full refresh does.

    Beside them are monitors whose rows are all there from the start; the many guesses on DuckDB.
    """
    project = new_project(request.param)
    project.load("plain", _plain_rows()[["id", "at", "query", "score", "label"]])
    others = {"plain": PLAIN}
    if request.param == "duckdb":
        project.load("guesses", _guesses())
        others["guess"] = GUESS
    project.declare(search=BLOCK, **others)
    _load(project, EARLY)
    project.build(*SELECT, "+ml_monitor__status")
    early = _of(project, "search").query("source == 'realized'")
    _load(project, "2026-02-01")
    project.build(*SELECT, *unchanged(*others))
    project.test(*SELECT)
    results = _tables(project)
    project.build(*SELECT, "--full-refresh", *unchanged(*others, views=False))
    return Built(request.param, project, early, results, _tables(project))


def _units() -> Iterator[tuple[tuple[object, ...], pd.DataFrame]]:
    """Version, day (None: the reference), segment and value of each unit, with its rows."""
    rows = ROWS.assign(
        device=ROWS["device"].fillna("(null)"), window=ROWS["at"].dt.floor("D")
    ).dropna(subset="query_id")
    rows["both"] = rows["device"] + "*" + rows["country"]
    reference = rows[rows["day"] < REFERENCE_DAYS].assign(window=pd.NaT)
    for version in ("all", "v1", "v2"):
        for part in (rows, reference):
            own = part if version == "all" else part[part["version"] == version]
            for window, unit in own.groupby("window", dropna=False):
                yield (version, window, "overall", "all"), unit
                for segment, column in (("device", "device"), ("device*country", "both")):
                    for value, group in unit.groupby(column):
                        yield (version, window, segment, value), group


def _queries(rows: pd.DataFrame) -> list[tuple[Earned, Earned]]:
    """What each judged query of a unit earns, and would in a random order."""
    found = []
    for _, query in rows.groupby(["day", "version", "query_id"]):
        score, label = query["score"].to_numpy(), query["label"].to_numpy()
        earned, gain = query_values(score, label, K), gains(label)
        if earned is not None and gain is not None:
            found.append((earned, expected_values(gain, K)))
    return found


@cache
def _judged_units() -> list[tuple[tuple[object, ...], pd.DataFrame, list[tuple[Earned, Earned]]]]:
    return [(unit, rows, _queries(rows)) for unit, rows in _units()]


def test_metrics_are_means_over_queries(built: Built) -> None:
    numbers = built.results[NUMBERS]
    numbers["window_start"] = pd.to_datetime(numbers["window_start"])
    stored = {
        (*(row[key] if pd.notna(row[key]) else None for key in KEYS),): row
        for row in numbers.to_dict("records")
    }
    units = 0
    for unit, rows, queries in _judged_units():
        key = tuple(None if pd.isna(part) else part for part in unit)
        row = stored[key]
        units += 1
        assert row["n"] == len(queries)
        assert row["labelled"] == rows["label"].notna().sum() + _without_query(unit)
        for metric in METRICS:
            earned = np.array([one[metric] for one, _ in queries if metric in one])
            constant = [one[metric] for _, one in queries if metric in one]
            if metric in NEED_RELEVANT:
                assert row["n_relevant"] == len(earned)
            if not len(earned):
                assert pd.isna(row[metric])
                continue
            assert row[metric] == pytest.approx(earned.mean(), abs=1e-9), (unit, metric)
            error = earned.std() / np.sqrt(len(earned))
            assert row[f"{metric}_standard_error"] == pytest.approx(error, abs=1e-9)
            assert row[f"{metric}_best_constant"] == pytest.approx(np.mean(constant), abs=1e-9)
    assert len(stored) == units


def _without_query(unit: tuple[object, ...]) -> int:
    """Labelled rows of a unit whose group is NULL: they have labels all the same."""
    version, window, segment, value = unit
    rows = ROWS[ROWS["query_id"].isna() & ROWS["label"].notna()]
    device = rows["device"].fillna("(null)")
    values = {"overall": "all", "device": device, "device*country": device + "*" + rows["country"]}
    days = rows["at"].dt.floor("D") == window if pd.notna(window) else rows["day"] < REFERENCE_DAYS
    chosen = days & (values[str(segment)] == value) if segment != "overall" else days
    if version != "all":
        chosen &= rows["version"] == version
    return int(chosen.sum())


def test_intervals(built: Built) -> None:
    overall = built.results["performance"].query("segment == 'overall' and model_version == 'all'")
    overall = overall[overall["metric"].isin(METRICS)]
    numbers = built.results[NUMBERS].set_index(KEYS)
    for row in overall.to_dict("records"):
        stored = numbers.loc[("all", row["window_start"], "overall", "all")]
        value, n = row["value"], row["n"]
        if row["metric"] == "hit_rate_at_k":
            # the ends are where the score test of the share is just met
            for end in (row["ci_low"], row["ci_high"]):
                expected = 1.96**2 * end * (1 - end) / n
                assert (value - end) ** 2 == pytest.approx(expected, abs=1e-9)
        else:
            reach = 1.96 * stored[f"{row['metric']}_standard_error"]
            assert row["ci_low"] == pytest.approx(max(value - reach, 0), abs=1e-9)
            assert row["ci_high"] == pytest.approx(min(value + reach, 1), abs=1e-9)


def test_a_model_that_ranks_upside_down_alerts(built: Built) -> None:
    overall = built.results["performance"].query("segment == 'overall' and model_version == 'all'")
    overall = overall[overall["metric"].isin(METRICS)]
    verdicts = overall.pivot(index="window_start", columns="metric", values="verdict")
    assert set(verdicts.columns) == set(METRICS)
    assert (verdicts.iloc[-1][["ndcg_at_k", "map_at_k", "mrr"]] == "alert").all()
    assert not (verdicts.iloc[:-1] == "alert").any().any()


def test_a_young_window_is_not_judged_by_labels_still_to_come(built: Built) -> None:
    """What has no label yet counts as not relevant, which says nothing against the model."""
    overall = built.early.query("segment == 'overall' and model_version == 'all'")
    newest = overall["window_start"] == overall["window_start"].max()
    young = overall[newest].set_index("metric").loc[["mrr", "hit_rate_at_k", "precision_at_k"]]
    assert (young["n"].astype(float) >= BLOCK["min_rows"]).all()
    assert (young["value"] < young["reference_value"] - 0.05).all()
    assert set(young["verdict"]) == {"insufficient_data"}


def test_late_labels_equal_early_ones(built: Built) -> None:
    for name in ("performance", "label_maturity", NUMBERS):
        one = built.results[name]
        assert len(one)
        other = built.afresh[name]
        columns = [column for column in one.columns if column != "dependency"]
        keys = [column for column in columns if one[column].dtype.kind != "f"]
        pd.testing.assert_frame_equal(
            one.sort_values(keys).reset_index(drop=True)[columns],
            other.sort_values(keys).reset_index(drop=True)[columns],
            rtol=1e-9,
        )


_SEEN: dict[str, Built] = {}


def test_engines_agree(built: Built) -> None:
    _SEEN[built.engine] = built
    if len(_SEEN) < 2:
        return
    for name, dimensions in {"performance": ["metric"], NUMBERS: []}.items():
        one, other = (
            _SEEN[engine].results[name].set_index(KEYS + dimensions).sort_index()
            for engine in ("duckdb", "postgres")
        )
        assert list(one.index) == list(other.index)
        for column in set(one.columns) - {"dependency"}:
            if pd.api.types.is_numeric_dtype(one[column]):
                theirs = other[column].astype(float).to_numpy()
                ours = one[column].astype(float).to_numpy()
                assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-12, equal_nan=True), column
            else:
                same = (one[column] == other[column]) | (one[column].isna() & other[column].isna())
                assert same.all(), column


def test_boolean_labels_and_queries_that_are_numbers(built: Built) -> None:
    """Labels that are true or false, in the predictions, and no cut-off that matters."""
    rows = _plain_rows()
    found = _of(built.project, "plain").query("source == 'realized'")
    for day, part in rows.groupby(rows["at"].dt.floor("D")):
        earned = [
            query_values(query["score"], query["label"].astype(float), 99)
            for _, query in part.groupby("query")
        ]
        values = found[found["window_start"] == day].set_index("metric")["value"]
        for metric in METRICS:
            mean = np.mean([one[metric] for one in earned if one and metric in one])
            assert values[metric] == pytest.approx(mean, abs=1e-9), metric


@pytest.mark.parametrize("built", ["duckdb"], indirect=True)
def test_intervals_cover_what_a_guess_earns(built: Built) -> None:
    """What each of the versions earns in the long run is known exactly."""
    found = built.project.query(
        "select metric, value, ci_low, ci_high from ml_monitor__performance "
        "where monitor = 'guess' and model_version <> 'all' "
        "and window_start < timestamp '2026-01-02'"
    )
    numbers = built.project.query(
        f"select * from ml_monitor__{NUMBERS} "
        "where monitor = 'guess' and model_version = 'all' and window_start is null"
    ).iloc[0]
    weights, earned = [], []
    for gain in combinations_with_replacement(CHANCES, ITEMS):
        orders = factorial(ITEMS) / np.prod([factorial(gain.count(value)) for value in CHANCES])
        weights.append(orders * np.prod([CHANCES[value] for value in gain]))
        earned.append(expected_values(gain, 3))
    for metric, estimates in found.groupby("metric"):
        kept = [(w, one[metric]) for w, one in zip(weights, earned, strict=True) if metric in one]
        truth = sum(w * value for w, value in kept) / sum(w for w, _ in kept)
        assert len(estimates) == VERSIONS
        error = float(estimates["value"].std() / np.sqrt(VERSIONS))
        assert estimates["value"].mean() == pytest.approx(truth, abs=4 * error)
        assert numbers[f"{metric}_best_constant"] == pytest.approx(truth, abs=4 * error)
        covered = (estimates["ci_low"] <= truth) & (truth <= estimates["ci_high"])
        # 0.95, less and more three standard errors of a share of 250
        assert 0.909 <= covered.mean() <= 0.991, metric
