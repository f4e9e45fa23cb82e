"""Principal components of the reference, from sums that the warehouse has made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]

EXPLAINED_SHARE = 0.8
"""Share of the variance that the kept components explain, or the least above it.

Of 0.5 to 0.95, 0.8 found a broken correlation in each of four simulated structures of 20 features
(one pair, one factor, three factors, none else); 0.95 misses it where all features go together,
0.65 finds one pair among many less often.
"""
FEWEST_ROWS = 100
LEAST_DEVIATION = 1e-6
LEAST_WEIGHT = 1e-12  # smaller ones are rounding, and would leave the range of a double in SQL
WHOLE = ""
OFFSET = -1
COMPONENT_COLUMNS = (
    *("monitor", "held_out", "component", "feature_number"),
    *("is_kept", "eigenvalue", "weight", "dependency"),
)


def moments_query(moments: str, stored: str | None) -> str:
    """Select the sums of each reference that no components were fitted on yet.

    Parameters
    ----------
    moments : str
        Relation of ml_monitor__joint_moments, as SQL.
    stored : str, optional
        Relation of the components so far; without one every monitor waits.

    Examples
    --------
    >>> moments_query("moments", None).split(" where ")[1]
    "is_reference and model_version = 'all' and row_n > 0"
    """
    names = "monitor, window_key, feature_number, other_number, row_n, sum_value, sum_product"
    query = (
        f"select {names}, window_start is null as is_relation, dependency from {moments} "
        "where is_reference and model_version = 'all' and row_n > 0"
    )
    if stored is None:
        return query
    return (
        f"{query} and monitor not in (select current.monitor from (select monitor, "
        f"max(dependency) as dependency from {moments} where is_reference and "
        f"model_version = 'all' and row_n > 0 group by monitor) as current "
        f"inner join {stored} as stored on stored.monitor = current.monitor "
        "and stored.dependency = current.dependency)"
    )


def no_components_query() -> str:
    """Select no rows with every column typed, on DuckDB."""
    kinds = {"monitor": "varchar", "held_out": "varchar", "dependency": "varchar"}
    kinds |= {"component": "bigint", "feature_number": "bigint", "is_kept": "boolean"}
    columns = [f"cast(null as {kinds.get(name, 'double')}) as {name}" for name in COMPONENT_COLUMNS]
    return f"select {', '.join(columns)} where 1 = 0"


@dataclass(frozen=True)
class Components:
    """All principal components of one set of rows.

    Attributes
    ----------
    weights : numpy.ndarray, shape (components, features)
        What a row's values are multiplied by.
    offsets : numpy.ndarray, shape (components,)
        What is added to the sum.
    eigenvalues : numpy.ndarray, shape (components,)
        Variance along each component, the greatest first; they add up to their number.
    kept : int
        The first so many explain `EXPLAINED_SHARE`; the others are the residual.
    """

    weights: Floats
    offsets: Floats
    eigenvalues: Floats
    kept: int


def fit(n: float, sums: Floats, products: Floats, kept: int | None = None) -> Components | None:
    """Fit principal components of the correlation matrix.

    Parameters
    ----------
    n : float
        Rows.
    sums : numpy.ndarray, shape (features,)
        Of each feature's values, 0 where it is NULL.
    products : numpy.ndarray, shape (features, features)
        Sums of the products of two features.
    kept : int, optional
        How many to keep; as many as explain `EXPLAINED_SHARE` if absent. At least one is not.

    Returns
    -------
    Components or None
        None where fewer than two features vary.

    References
    ----------
    Hotelling, H. (1933). Analysis of a complex of statistical variables into principal components.
    Journal of Educational Psychology 24.

    Examples
    --------
    >>> found = fit(4, np.zeros(2), np.array([[4.0, 2.0], [2.0, 4.0]]))
    >>> found.eigenvalues.round(3).tolist(), found.kept
    ([1.5, 0.5], 1)
    """
    means = sums / n
    covariances = products / n - np.outer(means, means)
    deviations = np.sqrt(np.maximum(np.diag(covariances), 0))
    varies = np.flatnonzero(deviations > LEAST_DEVIATION)
    if len(varies) < 2:
        return None
    scale = deviations[varies]
    correlations = covariances[np.ix_(varies, varies)] / np.outer(scale, scale)
    values, vectors = np.linalg.eigh(correlations)
    values, vectors = values[::-1], vectors[:, ::-1]
    explained = np.cumsum(values) / values.sum()
    most = len(varies) - 1
    wanted = int(np.searchsorted(explained, EXPLAINED_SHARE - 1e-9)) + 1 if kept is None else kept
    weights = np.zeros((len(varies), len(sums)))
    weights[:, varies] = (vectors / scale[:, None]).T
    weights[np.abs(weights) < LEAST_WEIGHT] = 0
    return Components(weights, -weights @ means, np.maximum(values, 0), min(wanted, most))


def principal_components(moments: pd.DataFrame) -> pd.DataFrame:
    """Fit the components of each monitor's reference, and of it without each of its windows.

    A window of the reference is judged by components that it had no part in.

    Parameters
    ----------
    moments : DataFrame
        Rows of `moments_query`.

    Returns
    -------
    DataFrame
        Rows of `COMPONENT_COLUMNS`: `held_out` is the window left out, empty for the whole;
        `component` counts from 1; `feature_number` -1 is the offset. A monitor whose reference
        has fewer than 100 rows, or fewer than two features that vary, has none.
    """
    parts = [part for _, rows in moments.groupby("monitor", sort=True) for part in _monitor(rows)]
    if not parts:
        return pd.DataFrame(columns=pd.Index(COMPONENT_COLUMNS))
    return pd.concat(parts, ignore_index=True)


def _monitor(rows: pd.DataFrame) -> list[pd.DataFrame]:
    features = int(rows["other_number"].max()) + 1
    windows = {str(key): _sums(window, features) for key, window in rows.groupby("window_key")}
    total = [sum(parts[1:], parts[0]) for parts in map(list, zip(*windows.values(), strict=True))]
    n, sums, products = float(total[0]), np.asarray(total[1]), np.asarray(total[2])
    whole = fit(n, sums, products) if n >= FEWEST_ROWS else None
    if whole is None:
        return []
    keys = {"monitor": rows["monitor"].iloc[0], "dependency": rows["dependency"].max()}
    found = [_rows(whole, {**keys, "held_out": WHOLE})]
    if bool(rows["is_relation"].any()):
        return found
    for key, (own_n, own_sums, own_products) in sorted(windows.items()):
        others = None
        if n - own_n >= max(FEWEST_ROWS, 5 * features):
            others = fit(n - own_n, sums - own_sums, products - own_products, whole.kept)
        # too few others: its own rows have to help
        found.append(_rows(others or whole, {**keys, "held_out": key}))
    return found


def _sums(window: pd.DataFrame, features: int) -> tuple[float, Floats, Floats]:
    one, other = (window[name].to_numpy(dtype=int) for name in ("feature_number", "other_number"))
    product, value = (
        window[name].to_numpy(dtype=float, na_value=np.nan) for name in ("sum_product", "sum_value")
    )
    products, sums = np.zeros((features, features)), np.zeros(features)
    products[one, other] = products[other, one] = np.nan_to_num(product)
    sums[one[one == other]] = np.nan_to_num(value[one == other])
    return float(window["row_n"].max()), sums, products


def _rows(components: Components, keys: dict[str, str]) -> pd.DataFrame:
    number, features = components.weights.shape
    table = np.column_stack([components.offsets, components.weights])
    component = np.repeat(np.arange(1, number + 1), features + 1)
    frame = pd.DataFrame(
        {
            "component": component,
            "feature_number": np.tile(np.arange(OFFSET, features), number),
            "is_kept": component <= components.kept,
            "eigenvalue": np.repeat(components.eigenvalues, features + 1),
            "weight": table.ravel(),
        }
    )
    return frame.assign(**keys)[list(COMPONENT_COLUMNS)]
