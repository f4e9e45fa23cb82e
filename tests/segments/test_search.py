"""The segment that goes wrong is found first, on both engines, with the numbers that pandas has."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.segments.rule import finds, judged
from tests.segments.streams import (
    BLOCK,
    LAST_REFERENCE,
    REFERENCE_DAYS,
    VALUES,
    inside,
    stream,
)
from tests.support.project import Block, MonitoredProject, NewProject

PLANTED: dict[str, Mapping[str, object]] = {
    "one": {"region": "o'east"},
    "two": {"region": None, "channel": "web"},
    "three": {"region": "north", "channel": "phone", "plan": "pro"},
}
FRAMES = {name: stream(seed, worse=worse) for seed, (name, worse) in enumerate(PLANTED.items())}
FRAMES["quiet"] = stream(7)
BY_COLUMN = ["region", ["channel", "region"], ["region", "channel", "plan"]]


def _moved() -> pd.DataFrame:
    """Of late twice the rows of the north, lower scores in the shop; the last day unlabelled."""
    rows = stream(11)
    is_late = rows["at"] >= LAST_REFERENCE
    more = rows[is_late & (rows["region"] == "north")]
    rows = pd.concat([rows, more.assign(id=more["id"] + 100_000)], ignore_index=True)
    is_late = rows["at"] >= LAST_REFERENCE
    rows.loc[is_late & (rows["channel"] == "shop"), "score"] -= 0.2
    rows["label"] = rows["label"].astype("Int64")
    rows.loc[rows["at"] == rows["at"].max(), "label"] = None
    return rows


def _amounts() -> pd.DataFrame:
    """A regression whose errors double in the south on the web, of late."""
    rows = stream(13)
    rng = np.random.default_rng(13)
    rows["amount"] = 1e6 + rng.normal(0, 50, len(rows))
    error = rng.normal(0, 10, len(rows))
    worse = inside(rows, {"region": "south", "channel": "web"}) & (rows["at"] >= LAST_REFERENCE)
    rows["paid"] = rows["amount"] + np.where(worse, 2 * error, error)
    rows.loc[::50, "amount"] = np.nan
    return rows


FRAMES["moved"], FRAMES["amounts"] = _moved(), _amounts()


def _blocks() -> dict[str, Block]:
    blocks = {name: {**BLOCK, "predictions": f"raw.{name}"} for name in FRAMES}
    del blocks["amounts"]["score"]
    blocks["amounts"] |= {"task": "regression", "prediction": "amount", "labels": {"label": "paid"}}
    declared = {"find_segments": False, "segments": BY_COLUMN}
    for name in ("two", "amounts"):
        blocks[f"declared_{name}"] = {**blocks[name], **declared}
    return blocks


class Found(NamedTuple):
    engine: str
    project: MonitoredProject
    rows: pd.DataFrame

    def of(self, monitor: str, kind: str) -> pd.DataFrame:
        """Return the ranked segments of a kind."""
        rows = self.rows[(self.rows["monitor"] == monitor) & (self.rows["kind"] == kind)]
        return rows.set_index("rank").sort_index()


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def found(request: pytest.FixtureRequest, new_project: NewProject) -> Found:
    project = new_project(request.param)
    for name, frame in FRAMES.items():
        project.load(name, frame)
    project.declare(**_blocks())
    project.build("--select", "+ml_monitor__segments")
    rows = project.query("select * from ml_monitor__segments")
    return Found(request.param, project, rows)


def _text(conditions: Mapping[str, object]) -> str:
    return " and ".join(f"{key} = {value or '(null)'}" for key, value in conditions.items())


@pytest.mark.parametrize("name", ["one", "two", "three", "declared_two"])
def test_the_planted_segment_is_first(found: Found, name: str) -> None:
    planted, frame = PLANTED[name.removeprefix("declared_")], FRAMES[name.removeprefix("declared_")]
    ranked = found.of(name, "error")
    first = ranked.loc[1]
    assert first["conditions"] == _text(planted)
    assert first["condition_count"] == len(planted)
    is_wrong = (frame["score"] >= 0.5) != (frame["label"] == 1)
    is_late, is_in = frame["at"] >= LAST_REFERENCE, inside(frame, planted)
    assert first["n"] == (is_in & is_late).sum()
    assert first["reference_n"] == (is_in & ~is_late).sum()
    assert first["share"] == pytest.approx(is_in[is_late].mean())
    assert first["value"] == pytest.approx(is_wrong[is_in & is_late].mean())
    assert first["reference_value"] == pytest.approx(is_wrong[is_in & ~is_late].mean())
    assert first["difference"] == pytest.approx(first["value"] - first["reference_value"])
    whole = is_wrong[is_late].mean() - is_wrong[~is_late].mean()
    assert first["overall_difference"] == pytest.approx(whole)
    # the planted segment is all there is: nothing more specific or more general stands beside it
    assert ranked["is_beyond_limit"].sum() == 1
    assert first["z_score"] > first["z_limit"] > 3.4


def test_parts_add_up_to_the_change_of_the_whole(found: Found) -> None:
    """By hand for the four regions of a declared segment, which are all there is."""
    frame = FRAMES["two"].assign(region=FRAMES["two"]["region"].fillna("(null)"))
    is_wrong = (frame["score"] >= 0.5) != (frame["label"] == 1)
    is_late = frame["at"] >= LAST_REFERENCE
    late, early = is_wrong[is_late], is_wrong[~is_late]
    now, before = late.groupby(frame["region"]), early.groupby(frame["region"])
    q, p = now.size() / len(late), before.size() / len(early)
    r1, r0 = now.mean(), before.mean()
    parts = (q + p) / 2 * (r1 - r0) + (q - p) / 2 * (r0 + r1 - late.mean() - early.mean())
    ranked = found.of("declared_two", "error").set_index("conditions")["contribution"]
    told = [f"region = {region}" for region in parts.index if f"region = {region}" in ranked]
    assert len(told) == 3
    for name in told:
        assert ranked[name] == pytest.approx(parts[name.removeprefix("region = ")])
    assert parts.sum() == pytest.approx(late.mean() - early.mean())


def test_nothing_stands_out_of_a_quiet_stream(found: Found) -> None:
    quiet = found.rows[found.rows["monitor"] == "quiet"]
    assert set(quiet["kind"]) == {"error", "score", "share", "drift"}
    assert not quiet["is_beyond_limit"].any()
    # 4 regions, 3 channels and 2 plans: 9 values, 26 pairs, 24 triples, and the whole
    assert set(quiet.loc[quiet["kind"] == "error", "searched"]) == {60}
    assert set(quiet.loc[quiet["kind"] == "share", "searched"]) == {59}


@pytest.mark.parametrize(("name", "kind"), [("one", "error"), ("moved", "score")])
def test_z_scores_are_those_of_the_rule(found: Found, name: str, kind: str) -> None:
    """Every segment that is listed, computed again in numpy from the rows."""
    frame, ranked = FRAMES[name], found.of(name, kind).set_index("conditions")
    is_wrong = (frame["score"] >= 0.5) != (frame["label"] == 1)
    value = is_wrong.astype(float) if kind == "error" else frame["score"]
    names = [name for name in _segments() if name == "all rows" or name in ranked.index]
    columns = [_by_day(frame, value, _segments()[name]) for name in names]
    n, total, squares = (np.column_stack(part) for part in zip(*columns, strict=True))
    # the limit follows the number searched, and the part of what days vary by the limit
    limit = float(stats.norm.isf((0.5 if kind == "error" else 0.25) / (90 * 60)))
    assert ranked["z_limit"].unique() == pytest.approx([limit], abs=1e-3)
    rule = judged(n, total, squares, REFERENCE_DAYS, 30, kind == "error", searched=60)
    for place, segment in enumerate(names):
        if segment in ranked.index:
            assert ranked.loc[segment, "z_score"] == pytest.approx(rule.z_score[place], rel=1e-4)
    assert len(ranked) == 20


def _segments() -> dict[str, Mapping[str, object]]:
    """Return the conditions of every segment by their text, the whole first."""
    found: dict[str, Mapping[str, object]] = {"all rows": {}}
    for count in (1, 2, 3):
        for columns in itertools.combinations(VALUES, count):
            for values in itertools.product(*(VALUES[column] for column in columns)):
                conditions = dict(zip(columns, values, strict=True))
                found[_text(conditions)] = conditions
    return found


def _by_day(
    frame: pd.DataFrame, value: pd.Series, conditions: Mapping[str, object]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    days = value[inside(frame, conditions)].groupby(frame["at"])
    return days.size(), days.sum(), days.agg(lambda values: (values**2).sum())


def test_quiet_streams_stay_quiet() -> None:
    """Of 200 periods of 60 segments, whose days are alike or differ, five at most have a find."""
    rng = np.random.default_rng(0)
    dimensions = (4, 3, 2)
    cells = list(itertools.product(*(range(size) for size in dimensions)))
    chosen = [None, *range(4)], [None, *range(3)], [None, *range(2)]
    segments = sorted(itertools.product(*chosen), key=lambda one: 3 - one.count(None))
    member = np.array(
        [
            [all(c in (None, v) for c, v in zip(one, cell, strict=True)) for cell in cells]
            for one in segments
        ],
        dtype=float,
    )
    for day_sd in (0.0, 0.15):
        periods = 0
        for _ in range(200):
            rows = rng.multinomial(2000, rng.dirichlet(np.full(len(cells), 5.0)), size=21)
            logit = (
                np.log(0.1 / 0.9)
                + rng.normal(0, day_sd, (21, 1))
                + rng.normal(0, day_sd, rows.shape)
            )
            wrong = rng.binomial(rows, 1 / (1 + np.exp(-logit))) @ member.T
            found = judged(rows @ member.T, wrong, wrong, 14, 100, is_error=True)
            periods += finds(found, is_error=True) > 0
        assert periods <= 5


def test_score_and_share_that_move(found: Found) -> None:
    frame = FRAMES["moved"]
    is_late = frame["at"] >= LAST_REFERENCE
    share, score = found.of("moved", "share"), found.of("moved", "score")
    assert share.loc[1, "conditions"] == "region = north"
    is_in = frame["region"] == "north"
    assert share.loc[1, "value"] == pytest.approx(is_in[is_late].mean())
    assert share.loc[1, "difference"] == pytest.approx(
        is_in[is_late].mean() - is_in[~is_late].mean()
    )
    # what the others lose stands beside it, and nothing within the north
    beyond = share.loc[share["is_beyond_limit"], "conditions"]
    assert not beyond.str.startswith("region = north and").any()
    assert score.loc[1, "conditions"] == "channel = shop"
    is_in = frame["channel"] == "shop"
    assert score.loc[1, "value"] == pytest.approx(frame.loc[is_late & is_in, "score"].mean())
    assert score["is_beyond_limit"].sum() == 1


def test_drift_of_a_segment(found: Found) -> None:
    """The worst day of the segment whose scores have moved, as the drift table tells it."""
    first = found.of("moved", "drift").loc[1]
    assert (first["conditions"], first["feature"]) == ("channel = shop", "__score__")
    assert first["is_beyond_limit"]
    drift = found.project.query(
        "select window_start, value, upper_limit, n, reference_n from ml_monitor__drift "
        "where monitor = 'moved' and segment = 'channel' and segment_value = 'shop' and "
        "feature = '__score__' and metric = 'population_stability_index' "
        f"and window_start >= '{LAST_REFERENCE}' order by limit_ratio desc limit 1"
    ).loc[0]
    assert first["window_start"] == drift["window_start"]
    assert first["value"] == pytest.approx(drift["value"])
    assert first["difference"] == pytest.approx(drift["value"] - drift["upper_limit"])
    assert (first["n"], first["reference_n"]) == (drift["n"], drift["reference_n"])
    rows = FRAMES["moved"][FRAMES["moved"]["at"] == drift["window_start"]]
    assert first["share"] == pytest.approx((rows["channel"] == "shop").mean())


def test_errors_are_of_windows_whose_labels_are_in(found: Found) -> None:
    rows = found.rows[found.rows["monitor"] == "moved"].groupby("kind")[
        ["window_start", "window_end"]
    ]
    ends = rows.max()["window_end"]
    assert ends["score"] == ends["share"] == LAST_REFERENCE + pd.Timedelta(days=7)
    assert ends["error"] == LAST_REFERENCE + pd.Timedelta(days=6)


@pytest.mark.parametrize("name", ["amounts", "declared_amounts"])
def test_regression(found: Found, name: str) -> None:
    frame = FRAMES["amounts"]
    error = (frame["amount"] - frame["paid"]).abs()
    is_late = frame["at"] >= LAST_REFERENCE
    is_in = inside(frame, {"region": "south", "channel": "web"})
    first = found.of(name, "error").loc[1]
    assert first["conditions"] == "region = south and channel = web"
    assert first["value"] == pytest.approx(error[is_late & is_in].mean())
    assert first["reference_value"] == pytest.approx(error[~is_late & is_in].mean())
    score = found.of(name, "score").set_index("conditions")
    value, before = score.loc["region = south", ["value", "reference_value"]]
    is_in = frame["region"] == "south"
    assert value == pytest.approx(frame.loc[is_late & is_in, "amount"].mean(), rel=1e-12)
    assert before == pytest.approx(frame.loc[~is_late & is_in, "amount"].mean(), rel=1e-12)


def test_both_engines_agree(found: Found) -> None:
    """Every number of every segment, from the same rows."""
    columns = ["monitor", "kind", "segment_key", "n", "sum", "squares", "reference_between"]
    numbers = found.project.query(f"select {', '.join(columns)} from ml_monitor__segment_numbers")
    numbers = numbers[numbers["monitor"] == "moved"].set_index(["kind", "segment_key"])
    frame = FRAMES["moved"]
    late = frame[frame["at"] >= LAST_REFERENCE]
    for (region, channel), rows in late.groupby(["region", "channel"]):
        key = f"region = {region}\x1fchannel = {channel}"
        assert numbers.loc[("share", key), "sum"] == len(rows)
        assert numbers.loc[("score", key), "n"] == len(rows)
