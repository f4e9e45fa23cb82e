"""Joint drift of a few numeric and categorical features, written again in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def encoded(rows: pd.DataFrame, reference: pd.DataFrame, numeric: list[str]) -> pd.DataFrame:
    """Numbers in robust deviations from the reference's median, categories by their ridit."""
    columns = {}
    for name in rows:
        known = reference[name].dropna()
        if name not in numeric:
            share = known.value_counts(normalize=True)
            order = sorted(share.index, key=lambda one, s=share: (-s[one], one))
            middle = dict(zip(order, (share[order].cumsum() - share[order] / 2) - 0.5, strict=True))
            code = rows[name].map(middle).astype(float)
            columns[name] = code.where(rows[name].isna() | code.notna(), 0.5)
        elif known.empty:
            columns[name] = rows[name] * 0
        else:
            first, center, last = np.quantile(known, [0.1, 0.5, 0.9], method="inverted_cdf")
            scale = (last - first) / 2.5631031310892007 if last > first else known.std(ddof=0)
            away = rows[name] - center
            columns[name] = np.sign(away) * 5 if scale == 0 else (away / scale).clip(-5, 5)
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Fitted:
    """Principal components of a reference by singular values of its standardised rows."""

    mean: Floats
    deviation: Floats
    directions: Floats
    variances: Floats
    kept: int

    def coordinates(self, rows: Floats) -> Floats:
        varies = self.deviation > 1e-6
        return (rows - self.mean)[:, varies] / self.deviation[varies] @ self.directions

    def errors(self, rows: Floats) -> Floats:
        """What the kept components leave of each row, by reconstructing it."""
        varies = self.deviation > 1e-6
        standard = (rows - self.mean)[:, varies] / self.deviation[varies]
        kept = self.directions[:, : self.kept]
        return np.asarray(np.linalg.norm(standard - standard @ kept @ kept.T, axis=1))

    def distances(self, rows: Floats) -> Floats:
        return np.sqrt((self.coordinates(rows) ** 2 / np.maximum(self.variances, 1e-4)).sum(axis=1))


def fitted(rows: Floats, kept: int | None = None) -> Fitted:
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    varies = deviation > 1e-6
    standard = (rows - mean)[:, varies] / deviation[varies]
    _, singular, directions = np.linalg.svd(standard, full_matrices=False)
    variances = singular**2 / len(rows)
    if kept is None:
        explained = np.cumsum(variances) / variances.sum()
        kept = min(int((explained < 0.8 - 1e-9).sum()) + 1, len(variances) - 1)
    return Fitted(mean, deviation, directions.T, variances, kept)


def fisher(correlation: Floats) -> Floats:
    return np.arctanh(np.clip(correlation, -0.999, 0.999))


def between(rises: Floats, variances: Floats) -> Floats:
    """What windows of the reference differ by beyond chance, at a window that is none of them."""
    learned = np.maximum(0, rises.var(axis=0, ddof=1) - variances.mean(axis=0))
    return np.asarray(learned * (1 + 1 / len(rises)))
