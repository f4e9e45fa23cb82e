"""Values that no model was trained on: each is counted in a bin of its own, and none is lost."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from tests.bad_input.tables import (
    DOUBLE,
    Columns,
    block,
    counts,
    quality,
    run,
    status,
    write_table,
)
from tests.support.project import MonitoredProject, NewProject

NAN, INFINITY, GREATEST = math.nan, math.inf, 1.7e308
TIMES = 5
WORDS = ["it's", 'say "hi"', "日本語", "Ünïcödé", "кот", "(null)", "a*b", "%s", "back\\slash", ""]
ODD = [NAN, INFINITY, -INFINITY, GREATEST, GREATEST, None, -5.0, 100.0, 3.0, 3.0]
SCORES = [1.5, -0.25, NAN, INFINITY, None, *[0.5] * 5]
# each day's values, TIMES times: twenty of the reference, ten each of two days after it
VALUES: dict[str, tuple[str, list[Any]]] = {
    "at": ("timestamp", ["2026-01-01"] * 20 + ["2026-01-02"] * 10 + ["2026-01-03"] * 10),
    "score": (DOUBLE, [*[k / 20 for k in range(20)], *SCORES, 1e-200, *[0.1] * 9]),
    "amount": (DOUBLE, [*range(20), *ODD, 1e-200, *range(1, 10)]),
    "lost": (DOUBLE, [*range(20), *[None] * 10, *range(10)]),
    "found": (DOUBLE, [*[None] * 30, *range(10)]),
    "never": (DOUBLE, [None] * 40),
    "never_text": ("text", [None] * 30 + ["x"] * 4 + [None] * 6),
    "flag": ("boolean", [True, False] * 10 + [True] * 8 + [None] * 2 + [False] * 10),
    "word": ("text", [*WORDS, *WORDS, *WORDS[:5], "猫", "猫", "(null)", None, None, *WORDS]),
}
FEATURES = {
    "numeric": ["amount", "lost", "found", "never", "flag"],
    "categorical": ["never_text", "word"],
}
WIDE = [NAN, INFINITY, -INFINITY, GREATEST, 1e51, -GREATEST, -1e99, None, -1.0, 1e49]
# 2,000 distinct numbers and 1,900 categories, of which a hundred stand twice; then 500 new ones
MANY: Columns = {
    "id": ("bigint", range(3000)),
    "at": ("timestamp", ["2026-01-01"] * 2000 + ["2026-01-02"] * 1000),
    "score": (DOUBLE, [0.5] * 3000),
    "wide": (DOUBLE, [*range(2000), *WIDE, *[7.5] * 990]),
    "plan": ("text", [f"plan {k % 1900 if k < 2000 else k - 600}" for k in range(3000)]),
}


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(request: pytest.FixtureRequest, new_project: NewProject) -> MonitoredProject:
    made = new_project(request.param)
    repeated = {name: (kind, values * TIMES) for name, (kind, values) in VALUES.items()}
    write_table(made, "odd_scores", {"id": ("bigint", range(40 * TIMES)), **repeated})
    write_table(made, "many_scores", MANY)
    n = range(20)
    classes: dict[str, Any] = {
        "id": ("bigint", n),
        "at": ("timestamp", ["2026-01-01"] * 10 + ["2026-01-02"] * 10),
        "p_cat": (DOUBLE, [0.9, 0.2] * 10),
        "p_dog": (DOUBLE, [*[0.1, 0.8] * 9, 0.1, -0.3]),
        "p_owl": (DOUBLE, [0.0] * 20),
    }
    write_table(made, "class_scores", classes)
    made.declare(
        classes=block(
            "class_scores",
            task="multiclass",
            score={name: f"p_{name}" for name in ("cat", "dog", "owl")},
        ),
        odd=block("odd_scores", features=FEATURES, segments=["word"]),
        many=block("many_scores", features={"numeric": ["wide"], "categorical": ["plan"]}),
    )
    run(made, "--select", "+ml_monitor__drift", "+ml_monitor__quality", "+ml_monitor__status")
    return made


def test_nothing_is_lost(project: MonitoredProject) -> None:
    """Each feature's bins add up to the rows, overall and over a segment's values."""
    rows = {
        "odd": {"01": 20 * TIMES, "02": 10 * TIMES, "03": 10 * TIMES},
        "many": {"01": 2000, "02": 1000},
    }
    for monitor, expected in rows.items():
        found = project.query(
            "select window_start, segment, feature, sum(n) as n from ml_monitor__feature_profile "
            f"where monitor = '{monitor}' group by window_start, segment, feature"
        )
        features = {"odd": 10, "many": 5}[monitor]
        levels = {"odd": 2, "many": 1}[monitor]
        assert len(found) == features * levels * len(expected)
        for start, segment, feature, n in found.itertuples(index=False, name=None):
            assert n == expected[f"{start:%d}"], (start, segment, feature)


def test_infinities_and_nan(project: MonitoredProject) -> None:
    found = quality(project, "odd")
    assert found["02", "amount", "not_a_number_rate"] == (0.5, "alert")
    assert found["02", "amount", "null_rate"][0] == pytest.approx(0.1)
    assert found["02", "amount", "out_of_range_rate"] == (0.2, "alert")
    assert found["02", "amount", "mean"][0] == pytest.approx((100 - 5 + 3 + 3) / 4)
    assert found["02", "amount", "minimum"][0] == -5
    assert found["02", "amount", "maximum"][0] == 100


def test_infinities_and_nan_among_many_distinct_numbers(project: MonitoredProject) -> None:
    found = quality(project, "many")
    assert found["02", "wide", "not_a_number_rate"][0] == pytest.approx(0.007)
    assert found["02", "wide", "null_rate"][0] == pytest.approx(0.001)
    assert found["02", "wide", "out_of_range_rate"][0] == pytest.approx(0.002)
    assert found["02", "wide", "median"][0] == pytest.approx(7.5)
    assert found["02", "wide", "minimum"][0] == -1
    assert found["02", "wide", "maximum"][0] == 1e49


def test_scores_outside_0_to_1(project: MonitoredProject) -> None:
    row = status(project, "odd")
    assert row["state"] == "attention"
    assert row["message"].startswith(
        "Scores run from -0.25 to 1.5, outside 0 to 1: log loss, Brier score and calibration "
        "do not mean what they should. 10 scores are not numbers."
    )
    found = quality(project, "odd")
    assert found["02", "__score__", "out_of_range_rate"][0] == pytest.approx(0.2)
    # of the ten: 1.5 and five times 0.5 are positive, -0.25 is negative, three say nothing
    assert found["02", "__prediction__", "null_rate"][0] == pytest.approx(0.3)
    assert counts(project, "odd", "__prediction__")["02", -1] == 3 * TIMES


def test_a_class_score_below_0_behind_the_greatest(project: MonitoredProject) -> None:
    row = status(project, "classes")
    assert row["state"] == "attention"
    assert row["message"].startswith("Scores run from -0.3 to 0.9, outside 0 to 1: ")
    assert "classes of a prediction add up to 0.945 on average, not to 1: " in row["message"]
    # the class of the greatest score is predicted all the same
    assert counts(project, "classes", "__prediction__") == {
        ("01", 0): 5, ("01", 1): 5, ("02", 0): 6, ("02", 1): 4,
    }  # fmt: skip


def test_a_column_all_null(project: MonitoredProject) -> None:
    found = quality(project, "odd")
    assert found["02", "lost", "null_rate"] == (1, "alert")
    assert math.isnan(found["02", "lost", "mean"][0])
    assert found["03", "lost", "null_rate"] == (0, "ok")
    assert found["02", "never", "null_rate"] == (1, "ok")
    assert found["02", "never_text", "null_rate"] == (1, "ok")
    rows = project.query(
        "select feature, metric, value, verdict from ml_monitor__drift "
        "where monitor = 'odd' and feature in ('lost', 'never') "
        "and window_start = timestamp '2026-01-02' and segment = 'overall'"
    )
    drift = {(row[0], row[1]): row[2:] for row in rows.itertuples(index=False, name=None)}
    assert drift["lost", "null_rate_difference"] == (1, "alert")
    assert drift["lost", "population_stability_index"][1] == "alert"
    # where one side has no number there is nothing to take a distance between
    assert math.isnan(drift["lost", "kolmogorov_smirnov_statistic"][0])
    assert math.isnan(drift["lost", "mean_difference"][0])
    assert drift["never", "population_stability_index"][0] == 0


def test_values_where_the_reference_had_none(project: MonitoredProject) -> None:
    found = quality(project, "odd")
    assert found["03", "found", "null_rate"][0] == 0
    assert found["03", "found", "maximum"][0] == 9
    assert found["03", "never_text", "unseen_rate"] == (0.4, "alert")


def test_the_mean_where_the_reference_had_no_number(project: MonitoredProject) -> None:
    assert quality(project, "odd")["03", "found", "mean"][0] == pytest.approx(4.5)


def test_booleans_as_numbers(project: MonitoredProject) -> None:
    found = quality(project, "odd")
    assert found["01", "flag", "mean"][0] == pytest.approx(0.5)
    assert found["02", "flag", "mean"][0] == pytest.approx(1)
    assert found["02", "flag", "null_rate"][0] == pytest.approx(0.2)
    assert found["03", "flag", "mean"][0] == 0


def test_categories_with_quotes_and_other_letters(project: MonitoredProject) -> None:
    grid = project.query(
        "select category from ml_monitor__grid "
        "where monitor = 'odd' and part = 'category' and feature = 'word'"
    )
    assert sorted(grid["category"]) == sorted(WORDS)
    found = counts(project, "odd", "word")
    assert {bin_: n for (day, bin_), n in found.items() if day == "01"} == dict.fromkeys(
        range(10), 2 * TIMES
    )
    assert found["02", -3] == 2 * TIMES
    assert found["02", -1] == 2 * TIMES
    segments = project.query(
        "select segment_value, sum(n) as n from ml_monitor__feature_profile "
        "where monitor = 'odd' and segment = 'word' and feature = '__row__' group by segment_value"
    )
    # NULL and the text "(null)" are one segment
    expected = Counter("(null)" if word is None else word for word in VALUES["word"][1] * TIMES)
    assert dict(segments.itertuples(index=False, name=None)) == expected


def test_2000_categories(project: MonitoredProject) -> None:
    kept = project.query(
        "select bin, count(*) as categories from ml_monitor__grid "
        "where monitor = 'many' and part = 'category' and feature = 'plan' group by bin"
    )
    categories = dict(kept.itertuples(index=False, name=None))
    assert categories == {**dict.fromkeys(range(100), 1), 100: 1800}
    found = counts(project, "many", "plan")
    assert found["01", 100] == 1800
    assert found["02", 100] == 500
    assert found["02", -3] == 500
    assert quality(project, "many")["02", "plan", "unseen_rate"] == (0.5, "alert")
