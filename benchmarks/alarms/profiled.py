"""A monitor whose profiles are written as counts, so that its results need no raw rows.

dbt makes the empty tables, from predictions without a row; grid and profiles are filled with
counts; then dbt computes numbers, verdicts and alerts from them. Each seed is a version.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import norm

from benchmarks.alarms.streams import Counts, Feature, Setting, features, numeric_edges
from monitor.warehouse.dbt import invoke
from tests.support.project import MonitoredProject

FIRST_DAY = pd.Timestamp("2026-01-05")  # a Monday
CELLS_OF_DECILE = 5
Block = dict[str, Any]


def day(number: int) -> pd.Timestamp:
    """The start of a day, counted from the first of the reference."""
    return FIRST_DAY + pd.Timedelta(days=number)


def declaration(setting: Setting, **changes: object) -> Block:
    """The block of a monitor with these features."""
    names: dict[bool, list[str]] = {True: [], False: []}
    for feature in features(setting):
        if not feature.name.startswith("__"):
            names[feature.is_numeric].append(feature.name)
    block: Block = {
        "predictions": "raw.predictions",
        "id": "id",
        "timestamp": "at",
        "task": "binary",
        "version": "version",
        "score": "score",
        "labels": {"label": "label"},
        "reference": {
            "from": f"{day(0):%Y-%m-%d}",
            "to": f"{day(setting.reference_days):%Y-%m-%d}",
        },
        "features": {"numeric": names[True], "categorical": names[False]},
    }
    if setting.segments:
        block |= {"segments": ["part"], "limits": {"segments": ["part"]}}
    return block | changes


def declare(project: MonitoredProject, blocks: dict[str, Block]) -> None:
    """Declare monitors and let dbt make their tables, empty."""
    project.declare(**blocks)
    columns: dict[str, str] = {"id": "str", "at": "datetime64[us]", "version": "str"}
    for block in blocks.values():
        columns |= dict.fromkeys([*block["features"]["numeric"], "score"], "float64")
        columns |= dict.fromkeys([*block["features"]["categorical"], "part"], "str")
        columns["label"] = "int64"
    empty = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    project.load("predictions", empty)
    run(project, "package:consumer", "ml_monitor__monitors")


def run(project: MonitoredProject, *selected: str) -> None:
    """Run dbt models; each must succeed."""
    outcome = invoke(["run", "--select", *selected], project.folder)
    bad = [
        f"{result.node.name}: {result.message}"
        for result in outcome.result.results
        if str(result.status) != "success"
    ]
    if not outcome.success or bad:
        raise RuntimeError("\n".join(bad))


def run_results(project: MonitoredProject, *models: str) -> None:
    """Compute results of the package and all that they need; the profiles stay as written."""
    run(project, *(f"+{model},package:ml_monitor" for model in models))


class Writer:
    """Gathers a monitor's counts and writes them as its grid and its profiles.

    Parameters
    ----------
    project : MonitoredProject
        Its monitors are declared.
    monitor : str
    setting : Setting
    """

    def __init__(self, project: MonitoredProject, monitor: str, setting: Setting) -> None:
        self.project, self.monitor, self.setting = project, monitor, setting
        self.cells: list[pd.DataFrame] = []
        self.counts: list[pd.DataFrame] = []

    def add(self, feature: Feature, counts: Counts) -> None:
        """Add a feature's counts by part, seed, day and cell."""
        cells = _numeric_cells(self.setting) if feature.is_numeric else _category_cells(feature)
        cells["feature"] = feature.name
        cells["kind"] = "continuous" if feature.is_numeric else "categorical"
        bins = cells.drop_duplicates("bin").reset_index(drop=True)
        self._add_counts(bins, "bin", cells, counts.sum(axis=0, keepdims=True), 0)
        if self.setting.segments:
            coarse = cells.drop_duplicates("coarse_bin").reset_index(drop=True)
            coarse["bin"] = coarse["coarse_bin"]
            self._add_counts(coarse, "coarse_bin", cells, counts, 1)

    def _add_counts(
        self, bins: pd.DataFrame, column: str, cells: pd.DataFrame, counts: Counts, first_part: int
    ) -> None:
        fold = cells[column].to_numpy()[:, None] == bins["bin"].to_numpy()
        folded = np.matmul(counts, fold.astype(np.int64))
        first_cell = sum(len(frame) for frame in self.cells)
        part, seed, number, cell = np.nonzero(folded)
        self.counts.append(
            pd.DataFrame(
                {
                    "part": (part + first_part).astype(np.int16),
                    "seed": seed.astype(np.int16),
                    "day": number.astype(np.int16),
                    "cell": (cell + first_cell).astype(np.int32),
                    "n": folded[part, seed, number, cell],
                }
            )
        )
        bins["part"] = first_part
        bins["cell"] = first_cell + np.arange(len(bins))
        self.cells.append(bins)

    def write(self, seeds: int) -> None:
        """Write the grid and the profiles, from the features that have been added."""
        self._add_rows(seeds)
        cells = pd.concat(self.cells, ignore_index=True)
        parts = range(len(self.setting.segments) + 1 if self.setting.segments else 1)
        self.project.load("cells", cells)
        self.project.load("counts", pd.concat(self.counts, ignore_index=True))
        days = [day(number) for number in range(self.setting.days + 1)]
        self.project.load(
            "days",
            pd.DataFrame({"day": range(self.setting.days), "start": days[:-1], "end": days[1:]}),
        )
        names = ["overall" if part == 0 else "part" for part in parts]
        values = ["all" if part == 0 else f"part {part}" for part in parts]
        self.project.load(
            "parts", pd.DataFrame({"part": parts, "segment": names, "segment_value": values})
        )
        for statement in self._statements():
            self.project.execute(statement)
        for table in ("cells", "counts", "days", "parts"):
            self.project.execute(f"drop table {table}")

    def _add_rows(self, seeds: int) -> None:
        """Count the rows of each window, under the feature `__row__`."""
        shape = (len(self.setting.rows_of_parts), seeds, self.setting.days, 1)
        rows = np.broadcast_to(self.setting.rows_of_parts[:, None, :, None], shape)
        for first_part, counts in ((0, rows.sum(axis=0, keepdims=True)), (1, rows)):
            if first_part == 0 or self.setting.segments:
                cells = _without_values([0], [0], ["row"]).assign(feature="__row__", kind="row")
                self._add_counts(cells.copy(), "bin", cells, counts, first_part)

    def _statements(self) -> list[str]:
        profile = f"""
            select
                '{self.monitor}|' || cast(days.start as varchar) as window_key,
                days.start as window_start,
                days."end" as window_end,
                'v' || substring(cast(1000 + counts.seed as varchar), 2) as model_version,
                parts.segment,
                parts.segment_value,
                cells.feature,
                cells.bin,
                counts.n,
                counts.n * coalesce(cells.middle, 0) as sum_value,
                counts.n * coalesce(cells.middle * cells.middle, 0) as sum_squared_value,
                0 as sum_score,
                case when cells.kind = 'continuous' then cells.low end as minimum,
                case when cells.kind = 'continuous' then cells.high end as maximum,
                current_timestamp as profiled_at
            from counts
            inner join days on days.day = counts.day
            inner join parts on parts.part = counts.part
            inner join cells on cells.cell = counts.cell
        """
        keys = "window_key, window_start, window_end, model_version, segment, segment_value"
        grid = "feature, kind, bin, coarse_bin, position, lower_edge, upper_edge, center"
        return [
            f"""
            insert into {self.monitor}__grid (monitor, config_hash, fitted_at, part, {grid})
            select '{self.monitor}', config_hash, current_timestamp, 'feature', {grid}
            from cells
            cross join ml_monitor__monitors as monitors
            where cells.part = 0 and kind <> 'row' and monitors.monitor = '{self.monitor}'
            """,
            f"""
            insert into {self.monitor}__grid
                (monitor, config_hash, fitted_at, part, feature, kind, bin)
            select
                '{self.monitor}', config_hash, current_timestamp, 'segment', 'part', 'segment',
                {len(self.setting.segments)}
            from ml_monitor__monitors
            where monitor = '{self.monitor}' and {len(self.setting.segments)} > 0
            """,
            f"""
            insert into {self.monitor}__feature_profile (
                {keys}, feature, bin, n, sum_value, sum_squared_value, sum_score, minimum, maximum,
                profiled_at
            )
            {profile}
            """,
            f"""
            insert into {self.monitor}__outcome_profile (
                {keys}, part, attribute, group_value, class, bin, predicted, actual, n, profiled_at
            )
            select {keys}, 'row', 'none', 'all', 'all', 0, '', '', n, profiled_at
            from {self.monitor}__feature_profile
            where feature = '__row__'
            """,
        ]


def _numeric_cells(setting: Setting) -> pd.DataFrame:
    """The cells of a numeric feature: the grid's bins, its deciles cut into smaller ones."""
    edges = numeric_edges(setting)
    ends = np.concatenate([[-np.inf], edges, [np.inf]])
    deciles = np.repeat(np.arange(10), CELLS_OF_DECILE)
    # below, lower tail, deciles, upper tail, above, NULL
    bins = np.concatenate([[0, 1], 2 + deciles, [12, 13, -1]])
    coarse = np.concatenate([[0, 1], 1 + deciles, [10, 11, -1]])
    inside = ["inside"] * len(deciles)
    frame = pd.DataFrame(
        {
            "bin": bins,
            "coarse_bin": coarse,
            "position": ["below", "lower_tail", *inside, "upper_tail", "above", "null"],
            "low": _finite(np.append(ends[:-1], np.nan)),
            "high": _finite(np.append(ends[1:], np.nan)),
        }
    )
    by_bin = frame.groupby("bin")
    low, high = by_bin["low"].transform("min"), by_bin["high"].transform("max")
    frame["low"], frame["high"] = low, high
    chance = pd.Series(norm.cdf(high) - norm.cdf(low))
    frame["middle"] = (norm.pdf(low) - norm.pdf(high)) / chance.where(chance > 0)
    frame["lower_edge"] = low.where(frame["position"] != "below")
    frame["upper_edge"] = high.where(frame["position"] != "above")
    frame["center"] = np.where(frame["bin"] >= 0, 0.0, np.nan)
    return frame


def _finite(edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Open ends lie half a standard deviation out, so that their rows have a value."""
    inner = edges[np.isfinite(edges)]
    ends = {-np.inf: inner.min() - 0.5, np.inf: inner.max() + 0.5}
    return np.array([ends.get(edge, edge) for edge in edges])


def _category_cells(feature: Feature) -> pd.DataFrame:
    assert feature.shares is not None
    kept = len(feature.shares)
    coarse = [min(number + 1, 10) for number in range(kept)]
    positions = ["inside"] * kept + ["unseen", "null"]
    return _without_values([*range(kept), -3, -1], [*coarse, -3, -1], positions)


def _without_values(bins: list[int], coarse_bins: list[int], positions: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame({"bin": bins, "coarse_bin": coarse_bins, "position": positions})
    for name in ("low", "high", "middle", "lower_edge", "upper_edge", "center"):
        frame[name] = np.nan
    return frame
