"""Rankings of a few items: worked by hand, and where there is little, nothing or something odd."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.ranking import METRICS, expected_values, query_values, ranked_values

K = 3
BLOCK = {
    "predictions": "items",
    "id": "id",
    "timestamp": "at",
    "task": "ranking",
    "group": "query_id",
    "score": "score",
    "k": K,
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-01", "to": "2026-01-02"},
    "min_rows": 1,
}
INFINITE, NAN = float("inf"), float("nan")
# a data frame writes NaN as NULL
STANDS_FOR_NAN = -99.0
ITEMS = f"""
select
    id, "at", query_id, label,
    case when score = {STANDS_FOR_NAN} then cast('NaN' as double precision) else score end as score
from {{{{ source('raw', 'rows') }}}}
"""
# day -> query -> (score, label) of each item
DAYS: dict[int, dict[str | None, list[tuple[float | None, float | None]]]] = {
    1: {"q": [(3, 1), (2, 0), (1, 1)], "r": [(3, 0), (2, 1), (1, 0)]},
    2: {"q": [(0.9, 0), (0.8, 1), (0.8, 0), (0.5, None), (0.1, 3)]},
    3: {"q": [(0.9, 1)], "r": [(0.9, 0)], "s": [(0.9, None)]},
    4: {"q": [(0.9, 0), (0.5, 0), (0.1, None)]},
    5: {"q": [(0.5, 1), (0.5, 0), (0.5, 2), (0.5, 0), (0.5, None)]},
    6: {"q": [(0.5, None), (0.4, None)], "r": [(0.3, None), (0.2, None)]},
    7: {None: [(0.9, 1), (0.8, 0), (0.7, 1)], "q": [(0.9, 0), (0.8, 1)]},
    8: {"q": [(0.9, -2), (0.8, 1), (0.7, -0.5), (0.6, 0.5)]},
    9: {"q": [(None, 1), (INFINITE, 2), (-1, 1), (STANDS_FOR_NAN, 0), (-2, 0)]},
    10: {"q": [(0.9, None), (0.8, 1)], "r": [(0.9, None), (0.8, None)], "s": [(0.9, 1)]},
}


def _frame() -> pd.DataFrame:
    rows = [
        (day, query, score, label)
        for day, queries in DAYS.items()
        for query, items in queries.items()
        for score, label in items
    ]
    frame = pd.DataFrame(rows, columns=["day", "query_id", "score", "label"])
    frame["score"] = frame["score"].astype(float)
    frame["label"] = frame["label"].astype(float)
    frame["id"] = range(len(frame))
    frame["at"] = pd.Timestamp("2025-12-31") + pd.to_timedelta(frame["day"], unit="D")
    return frame.drop(columns="day")


def _training() -> pd.DataFrame:
    """The same query on two days is two queries, where the reference tells the time."""
    frame = _frame()
    days = pd.to_datetime(["2025-06-01", "2025-06-02"])
    parts = [frame[frame["at"] == f"2026-01-0{day}"].assign(at=days[day - 1]) for day in (1, 2)]
    return pd.concat(parts).assign(id=lambda rows: range(len(rows)))


class Edges:
    """What both engines make of the days."""

    def __init__(self, project: MonitoredProject) -> None:
        self.project = project
        self.results = project.query("select * from ml_monitor__performance")
        self.results["n"] = self.results["n"].astype(float)
        self.numbers = project.query("select * from ml_monitor__performance_numbers_ranking")
        status = project.query("select * from ml_monitor__status").set_index("monitor")
        self.status = status.loc["edges"]

    def of(self, day: int, monitor: str = "edges") -> pd.DataFrame:
        """Return the metrics of a day."""
        at = self.results["window_start"].dt.day == day
        return self.results[at & (self.results["monitor"] == monitor)].set_index("metric")

    def constants(self, day: int) -> dict[str, float]:
        """Return what a random order would earn on a day."""
        numbers = self.numbers[self.numbers["monitor"] == "edges"]
        row = numbers[numbers["window_start"].dt.day == day].iloc[0]
        return {metric: row[f"{metric}_best_constant"] for metric in METRICS}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def edges(request: pytest.FixtureRequest, new_project: NewProject) -> Edges:
    project = new_project(request.param)
    bare = {"reference": {"relation": "raw.bare"}}
    project.declare(
        edges=BLOCK,
        trained={**BLOCK, "reference": {"relation": "raw.training"}},
        bare={**BLOCK, **bare},
        default={key: value for key, value in BLOCK.items() if key != "k"},
    )
    project.load("rows", _frame())
    (project.folder / "models" / "items.sql").write_text(ITEMS, encoding="utf-8")
    project.load("training", _training())
    project.load("bare", _training()[["id", "label"]])
    results = ("performance", "status", "quality", "drift")
    selected = ("edges__labelled", *(f"+ml_monitor__{name}" for name in results))
    project.build("--select", *selected)
    return Edges(project)


def test_a_query_worked_by_hand(edges: Edges) -> None:
    value = edges.of(2)["value"]
    # by score: 0, then the tied 0 and 1, the worse first, then the unlabelled one, then 3
    ideal = 3 + 1 / np.log2(3)
    assert value["ndcg_at_k"] == pytest.approx(0.5 / ideal, abs=1e-12)
    assert value["map_at_k"] == pytest.approx(1 / 3 / 2, abs=1e-12)
    assert value["mrr"] == pytest.approx(1 / 3, abs=1e-12)
    assert value["hit_rate_at_k"] == 1
    assert value["precision_at_k"] == pytest.approx(1 / 3, abs=1e-12)
    assert value["recall_at_k"] == pytest.approx(1 / 2, abs=1e-12)
    assert (edges.of(2)["n"] == 1).all()
    assert edges.of(2).loc["mrr", "labelled_share"] == pytest.approx(4 / 5)


def test_a_random_order_worked_by_hand(edges: Edges) -> None:
    constant = edges.constants(2)
    # two of five are relevant; three positions count
    assert constant["precision_at_k"] == pytest.approx(2 / 5, abs=1e-12)
    assert constant["recall_at_k"] == pytest.approx(3 / 5, abs=1e-12)
    assert constant["hit_rate_at_k"] == pytest.approx(1 - 1 / 10, abs=1e-12)
    # the first relevant one at position 1, 2, 3, 4
    chances = [0.4, 0.6 * 0.5, 0.6 * 0.5 * 2 / 3, 0.1]
    first = sum(chance / place for place, chance in enumerate(chances, 1))
    assert constant["mrr"] == pytest.approx(first, abs=1e-12)
    # at position i: relevant with 2/5, and then (i - 1)/4 expected before it
    precision = 0.4 * (1 + 1.25 / 2 + 1.5 / 3) / 2
    assert constant["map_at_k"] == pytest.approx(precision, abs=1e-12)
    ideal = 3 + 1 / np.log2(3)
    mean = 4 / 5 * (1 + 1 / np.log2(3) + 1 / 2) / ideal
    assert constant["ndcg_at_k"] == pytest.approx(mean, abs=1e-12)


@pytest.mark.parametrize(
    "gain", [(1, 0), (2, 1, 0), (0, 0, 0, 1), (3, 0, 2, 0, 0), (1, 1, 0, 1, 1)]
)
@pytest.mark.parametrize("k", [1, 2, 4, 9])
def test_the_expectation_is_the_mean_over_every_order(gain: tuple[int, ...], k: int) -> None:
    orders = [ranked_values(order, k) for order in permutations(gain)]
    for metric, value in expected_values(gain, k).items():
        mean = np.mean([earned[metric] for earned in orders])
        assert value == pytest.approx(mean, abs=1e-12), metric


def test_queries_of_one_item_rank_nothing(edges: Edges) -> None:
    assert edges.of(3)["value"].isna().all()
    assert (edges.of(3)["n"] == 0).all()
    assert edges.of(3).loc["mrr", "labelled_share"] == pytest.approx(2 / 3)
    assert set(edges.of(3)["verdict"]) == {"insufficient_data"}


def test_without_a_relevant_item(edges: Edges) -> None:
    value, n = edges.of(4)["value"], edges.of(4)["n"]
    for metric in ("ndcg_at_k", "map_at_k", "recall_at_k"):
        assert pd.isna(value[metric])
        assert n[metric] == 0
    for metric in ("mrr", "hit_rate_at_k", "precision_at_k"):
        assert (value[metric], n[metric]) == (0, 1)
        assert edges.constants(4)[metric] == 0


def test_equal_scores_are_ranked_worst_first(edges: Edges) -> None:
    value = edges.of(5)["value"]
    for metric in ("ndcg_at_k", "map_at_k", "hit_rate_at_k", "precision_at_k", "recall_at_k"):
        assert value[metric] == 0, metric
    assert value["mrr"] == pytest.approx(1 / 4)
    assert edges.constants(5)["mrr"] > 0.5


def test_no_labels(edges: Edges) -> None:
    assert edges.of(6)["value"].isna().all()
    assert (edges.of(6)["labelled_share"] == 0).all()
    assert set(edges.of(6)["verdict"]) == {"insufficient_data"}


def test_unlabelled_queries_are_not_judged_and_unlabelled_items_not_relevant(edges: Edges) -> None:
    assert edges.of(10).loc["mrr", "value"] == pytest.approx(1 / 2)
    assert edges.of(10).loc["mrr", "n"] == 1


@pytest.mark.parametrize(
    ("day", "items"),
    [
        (7, [(0.9, 0), (0.8, 1)]),
        (8, [(0.9, 0), (0.8, 1), (0.7, 0), (0.6, 0.5)]),
        # not finite: last, the least relevant of them first
        (9, [(-1, 1), (-2, 0), (-3, 0), (-4, 1), (-5, 2)]),
    ],
)
def test_odd_groups_labels_and_scores(
    edges: Edges, day: int, items: list[tuple[float, float]]
) -> None:
    value = edges.of(day)["value"]
    expected = ranked_values([label for _, label in items], K)
    for metric, earned in expected.items():
        assert value[metric] == pytest.approx(earned, abs=1e-12), metric


def test_the_status_tells_what_is_left_out(edges: Edges) -> None:
    message = str(edges.status["message"])
    assert edges.status["state"] == "attention"
    for sentence in (
        "3 predictions belong to no query, their group is NULL: performance leaves them out.",
        "2 labels are below 0, which no relevance is: they count as 0.",
        "4 queries have one item, which ranks nothing: performance leaves them out.",
        " scores are not numbers.",
    ):
        assert sentence in message, sentence


def test_the_score_is_watched_and_there_is_no_prediction(edges: Edges) -> None:
    for table in ("drift", "quality"):
        features = edges.project.query(
            f"select distinct feature from ml_monitor__{table} where monitor = 'edges'"
        )
        assert {"__score__"} <= set(features["feature"]) <= {"__score__", "__row__"}, table
    rates = edges.project.query(
        "select window_start, value from ml_monitor__quality where monitor = 'edges' "
        "and feature = '__score__' and metric = 'null_rate' and model_version = 'all'"
    ).set_index("window_start")["value"]
    assert rates[pd.Timestamp("2026-01-09")] == pytest.approx(1 / 5)


def test_the_label_join_shows_scores_queries_and_relevances(edges: Edges) -> None:
    rows = edges.project.query(
        "select score, query_id, actual from edges__labelled "
        "where window_start = timestamp '2026-01-08' order by score desc"
    )
    assert rows["actual"].tolist() == [-2, 1, -0.5, 0.5]
    assert rows["score"].tolist() == [0.9, 0.8, 0.7, 0.6]
    assert set(rows["query_id"]) == {"q"}


def test_a_reference_of_its_own(edges: Edges) -> None:
    queries: list[list[tuple[Any, Any]]] = [*DAYS[1].values(), *DAYS[2].values()]
    earned = [query_values([s for s, _ in q], [_nan(y) for _, y in q], K) for q in queries]
    reference = edges.of(2, "trained")["reference_value"]
    for metric in METRICS:
        mean = np.mean([one[metric] for one in earned if one is not None])
        assert reference[metric] == pytest.approx(mean, abs=1e-12), metric
    # without scores and groups there is nothing to compare with
    assert edges.of(2, "bare")["reference_value"].isna().all()
    assert edges.of(2, "bare")["value"].notna().all()


def _nan(label: float | None) -> float:
    return NAN if label is None else label


def test_the_cut_off_is_ten_unless_declared(edges: Edges) -> None:
    assert edges.of(2, "default").loc["precision_at_k", "value"] == pytest.approx(2 / 10)
    assert edges.of(2, "default").loc["recall_at_k", "value"] == 1
    hashes = edges.project.query("select monitor, config_hash from ml_monitor__monitors")
    assert hashes["config_hash"].nunique() == len(hashes)
