"""The segment that goes wrong is found first, on both engines, with the numbers that pandas has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.segments.streams import BLOCK, LAST_REFERENCE, inside, stream
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
    """Twice the rows of the north, of late; scores of the shop 0.2 lower; the last day unlabelled."""
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


def test_standard_error_is_that_of_two_means(found: Found) -> None:
    """Where days differ by no more than chance, chance is all there is to the error."""
    frame = FRAMES["one"]
    is_wrong = ((frame["score"] >= 0.5) != (frame["label"] == 1)).astype(float)
    is_late, is_in = frame["at"] >= LAST_REFERENCE, inside(frame, PLANTED["one"])
    late, early = is_wrong[is_in & is_late], is_wrong[is_in & ~is_late]
    pooled = pd.concat([late, early]).var(ddof=0)
    chance = max(pooled, late.var(ddof=0)) / len(late) + pooled / len(early)
    between = max(_between(frame, is_wrong, is_in), _between(frame, is_wrong, is_in | True))
    expected = np.sqrt(chance + between * _spread(frame, is_in))
    assert found.of("one", "error").loc[1, "standard_error"] == pytest.approx(expected)


def _between(frame: pd.DataFrame, value: pd.Series, is_in: pd.Series) -> float:
    """Return the variance between the reference's days, by DerSimonian and Laird's moments."""
    early = value[is_in & (frame["at"] < LAST_REFERENCE)]
    days = early.groupby(frame["at"])
    n, k = days.size(), days.ngroups
    q = float((n * (days.mean() - early.mean()) ** 2).sum())
    return max(0.0, (q - (k - 1) * early.var(ddof=0)) / (n.sum() - (n**2).sum() / n.sum()))


def _spread(frame: pd.DataFrame, is_in: pd.Series) -> float:
    is_late = frame["at"] >= LAST_REFERENCE
    sides = [frame[is_in & is_late].groupby("at").size(), frame[is_in & ~is_late].groupby("at").size()]
    return float(sum((n**2).sum() / n.sum() ** 2 for n in sides))


def test_score_and_share_that_move(found: Found) -> None:
    frame = FRAMES["moved"]
    is_late = frame["at"] >= LAST_REFERENCE
    share, score = found.of("moved", "share"), found.of("moved", "score")
    assert share.loc[1, "conditions"] == "region = north"
    is_in = frame["region"] == "north"
    assert share.loc[1, "value"] == pytest.approx(is_in[is_late].mean())
    assert share.loc[1, "difference"] == pytest.approx(is_in[is_late].mean() - is_in[~is_late].mean())
    # what the others lose stands beside it, and nothing within the north
    beyond = share.loc[share["is_beyond_limit"], "conditions"]
    assert not beyond.str.startswith("region = north and").any()
    assert score.loc[1, "conditions"] == "channel = shop"
    is_in = frame["channel"] == "shop"
    assert score.loc[1, "value"] == pytest.approx(frame.loc[is_late & is_in, "score"].mean())
    assert score["is_beyond_limit"].sum() == 1


def test_errors_are_of_windows_whose_labels_are_in(found: Found) -> None:
    rows = found.rows[found.rows["monitor"] == "moved"].groupby("kind")[["window_start", "window_end"]]
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
