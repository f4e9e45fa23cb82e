"""What a segment's column keeps of its values, on both engines, against pandas."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from tests.support.project import Block, MonitoredProject, NewProject

DAY = pd.Timestamp("2026-01-05")
REFERENCE_DAYS, DAYS, ROWS = 4, 8, 500
ODD = [
    "o'east",
    "",
    "null",
    "NULL",
    "(other)",
    "(null)",
    "a*b",
    "01",
    "1",
    'say "hi"',
    "{{ x }}",
    "50%",
]
BLOCK: Block = {
    "predictions": "raw.rows",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "labels": {"label": "label"},
    "reference": {"from": "2026-01-05", "to": "2026-01-09"},
    "min_rows": 20,
    "lookback": 1,
}
MANY = [f"c{number:02d}" for number in range(12)]


def _rows() -> pd.DataFrame:
    """A shop of a thousand, odd texts, new values: few and very many, numbers, a year; 12 flags."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"id": range(DAYS * ROWS)})
    day = rows["id"] // ROWS
    rows["at"] = DAY + pd.to_timedelta(day, unit="D")
    # of a thousand shops some are frequent, most are as rare as each other
    shop = np.where(rows["id"] % 2 == 0, rng.integers(0, 30, len(rows)), rows["id"] // 2 % 1000)
    rows["shop"] = [f"shop {number:04d}" for number in shop]
    rows["odd"] = pd.Series([*ODD, None], dtype=object)[
        rng.integers(0, len(ODD) + 1, len(rows))
    ].to_numpy()
    rows["fresh"] = np.where(rng.random(len(rows)) < 0.5, "old", "older").astype(object)
    rows.loc[(day == 5) & (rows["id"] % 9 == 0), "fresh"] = "new"
    crowd = (day == 6) & (rows["id"] % 9 == 0)
    rows.loc[crowd, "fresh"] = "new " + rows.loc[crowd, "id"].astype(str)
    rows["amount"] = rng.normal(0, 1, len(rows)).round(3)
    rows["year"] = rng.integers(1990, 2060, len(rows))
    rows["score"] = rng.random(len(rows)).round(2)
    rows["label"] = (rng.random(len(rows)) < 0.5).astype(int)
    for number, name in enumerate(MANY):
        rows[name] = np.where(rng.random(len(rows)) < 0.3 + number / 20, "yes", "no")
    return rows


ROWS_OF_ALL = _rows()
IN_REFERENCE = ROWS_OF_ALL["at"] < DAY + pd.Timedelta(days=REFERENCE_DAYS)
BLOCKS: dict[str, Block] = {
    "cut": {**BLOCK, "segments": ["shop", "odd", ["odd", "fresh"], "fresh"], "find_segments": True},
    "few": {
        **BLOCK,
        "segments": ["year", "amount", ["year", "amount"]],
        "segment_values": 3,
        "features": {"numeric": ["amount"]},
    },
    "many": {**BLOCK, "segments": [*MANY, MANY[:4]], "find_segments": True},
}


class Built(NamedTuple):
    project: MonitoredProject

    def counts(
        self, monitor: str, segment: str, profile: str = "feature"
    ) -> Counter[tuple[int, str]]:
        """Return rows by day and value of a segment."""
        only = "feature = '__row__'" if profile == "feature" else "part = 'row'"
        found = self.project.query(
            "select window_start, segment_value, sum(n) as n "
            f"from {monitor}__{profile}_profile where segment = '{segment}' and {only} "
            "group by window_start, segment_value"
        )
        return Counter(
            {
                ((start - DAY).days, value): int(n)
                for start, value, n in found.itertuples(index=False, name=None)
            }
        )


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, new_project: NewProject) -> Built:
    project = new_project(request.param)
    project.load("rows", ROWS_OF_ALL)
    project.declare(**BLOCKS)
    project.build("--select", "+ml_monitor__segments")
    return Built(project)


def _kept(column: str, most: int) -> list[str]:
    """Return the most frequent values of the reference, ties in the order of their bytes."""
    counts = Counter(ROWS_OF_ALL.loc[IN_REFERENCE, column].dropna().astype(str))
    return sorted(counts, key=lambda value: (-counts[value], value.encode()))[:most]


def _expected(*values: pd.Series) -> Counter[tuple[int, str]]:
    text = values[0].str.cat(values[1:], sep="*") if len(values) > 1 else values[0]
    day = (ROWS_OF_ALL["at"] - DAY).dt.days
    return Counter(zip(day, text, strict=True))


def _shown(column: str, most: int = 50) -> pd.Series:
    """Return the values as a segment shows them."""
    texts = ROWS_OF_ALL[column].astype(object)
    texts = texts.where(texts.isna(), texts.astype(str))
    kept = _kept(column, most)
    is_cut = ROWS_OF_ALL.loc[IN_REFERENCE, column].nunique() > most
    other = texts.notna() & ~texts.isin(kept) & is_cut
    return texts.mask(other, "(other)").fillna("(null)")


@pytest.mark.parametrize("profile", ["feature", "outcome"])
def test_a_column_of_a_thousand_values_keeps_fifty(built: Built, profile: str) -> None:
    assert ROWS_OF_ALL.loc[IN_REFERENCE, "shop"].nunique() == 1000
    found = built.counts("cut", "shop", profile)
    assert found == _expected(_shown("shop"))
    assert len({value for _, value in found}) == 51


def test_the_grid_says_what_is_kept(built: Built) -> None:
    grid = built.project.query(
        "select feature, part, bin, position, category from ml_monitor__grid "
        "where monitor = 'cut' and part in ('segment', 'segment_value') order by feature, part, bin"
    )
    shop = grid[(grid["feature"] == "shop") & (grid["part"] == "segment_value")]
    assert shop["category"].tolist() == [*_kept("shop", 50), "(other)"]
    assert shop["position"].tolist() == ["inside"] * 50 + ["other"]
    sizes = grid[grid["part"] == "segment"].set_index("feature")["bin"]
    assert sizes.to_dict() == {"shop": 51, "odd": len(ODD), "fresh": 2}


@pytest.mark.parametrize("profile", ["feature", "outcome"])
def test_odd_texts(built: Built, profile: str) -> None:
    """NULL is a value; a text that reads like NULL or the rest is counted with it, none is lost."""
    assert built.counts("cut", "odd", profile) == _expected(_shown("odd"))


@pytest.mark.parametrize("profile", ["feature", "outcome"])
def test_new_values_show_as_themselves_until_they_crowd(built: Built, profile: str) -> None:
    fresh = ROWS_OF_ALL["fresh"].astype(str)
    crowded = fresh.where(~fresh.str.startswith("new "), "(other)")
    assert (crowded == "new").sum() > 0
    assert (crowded == "(other)").sum() == fresh.str.startswith("new ").sum() > 10
    assert built.counts("cut", "fresh", profile) == _expected(crowded)
    assert built.counts("cut", "odd*fresh", profile) == _expected(_shown("odd"), crowded)


def test_numbers_are_cut_in_bands_where_they_are_features(built: Built) -> None:
    assert built.counts("few", "year") == _expected(_shown("year", 3))
    bands = {value for _, value in built.counts("few", "amount")}
    assert len(bands) == 10
    assert all(band[2:4] == ": " for band in bands)
    assert sum(built.counts("few", "year*amount").values()) == len(ROWS_OF_ALL)


def test_twelve_columns_and_a_combination_of_four(built: Built) -> None:
    for name in MANY:
        assert built.counts("many", name) == _expected(ROWS_OF_ALL[name])
    four = built.counts("many", "*".join(MANY[:4]))
    assert four == _expected(*(ROWS_OF_ALL[name] for name in MANY[:4]))
    assert len({value for _, value in four}) == 16
    segments = built.project.query("select * from ml_monitor__segments where monitor = 'many'")
    # the whole, 24 values, 264 pairs and 1,760 triples, less those of fewer than twenty rows
    searched = segments.groupby("kind")["searched"].max()
    assert 1500 < searched["score"] <= 1 + 24 + 264 + 1760
    assert not segments["is_beyond_limit"].any()


def test_the_cells_are_the_rows(built: Built) -> None:
    cells = built.project.query(
        "select cell, sum(n) as n, sum(labelled) as labelled, sum(n_error) as n_error, "
        "sum(sum_error) as errors, sum(n_score) as n_score from cut__segment_profile group by cell"
    ).set_index("cell")
    rows = pd.DataFrame(
        {
            "cell": _shown("shop") + "\x1f" + _shown("odd") + "\x1f" + _fresh(),
            "is_wrong": (ROWS_OF_ALL["score"] >= 0.5) != (ROWS_OF_ALL["label"] == 1),
        }
    )
    expected = rows.groupby("cell")["is_wrong"].agg(["size", "sum"])
    assert len(cells) == len(expected)
    for name in ("n", "labelled", "n_error", "n_score"):
        assert (cells[name].astype(int) == expected["size"].loc[cells.index]).all()
    assert (cells["errors"] == expected["sum"].loc[cells.index]).all()


def _fresh() -> pd.Series:
    fresh = ROWS_OF_ALL["fresh"].astype(str)
    return fresh.where(~fresh.str.startswith("new "), "(other)")


def test_a_run_over_some_windows_says_the_same(built: Built) -> None:
    """Whether a window is crowded depends on its own rows, not on which others a run counts."""
    before = {name: built.counts("cut", name) for name in ("shop", "odd", "fresh")}
    late = {"ml_monitor__rebuild_from": f"{DAY + pd.Timedelta(days=6):%Y-%m-%d}"}
    built.project.execute(
        "delete from cut__feature_profile where n > 0 and window_start >= '2026-01-11'"
    )
    built.project.build("--select", "cut__feature_profile", **late)
    assert {name: built.counts("cut", name) for name in before} == before
