"""A classifier that tells a window's rows from the reference's: how well it can is the drift."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.stats.placements import placements

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Read = Callable[[str], pd.DataFrame]

NEWEST_WINDOWS = 40
"""Windows that one run looks at, each of which takes about half a second.

The newest that wait, in turn with those of the reference, which teach what is usual.
"""
FOLDS, MOST_ROWS, FEWEST_ROWS = 5, 1000, 100
OF_ALL = -1
CLASSIFIER_COLUMNS = (
    *("replace_key", "monitor", "window_key", "feature_number"),
    *("n", "value", "standard_error", "dependency"),
)


def is_available() -> bool:
    """Whether scikit-learn, which fits the classifier, is installed."""
    return find_spec("sklearn") is not None


def no_classifier_query() -> str:
    """Select no rows with every column typed, on DuckDB."""
    kinds = {"feature_number": "bigint", "n": "bigint", "value": "double"}
    kinds["standard_error"] = "double"
    columns = [f"cast(null as {kinds.get(n, 'varchar')}) as {n}" for n in CLASSIFIER_COLUMNS]
    return f"select {', '.join(columns)} where 1 = 0"


def separation(
    window: Floats, reference: Floats, is_category: Bools
) -> tuple[float, float, Floats]:
    """Return how well the rows of two sets can be told apart, and by which features.

    Gradient-boosted trees, of `FOLDS` parts each judged by trees that were grown on the others.

    Parameters
    ----------
    window, reference : numpy.ndarray, shape (rows, features)
        Numbers, and categories as codes; NaN where there is none.
    is_category : numpy.ndarray, shape (features,)
        Which features are categories.

    Returns
    -------
    tuple of (float, float, numpy.ndarray)
        Mean ROC AUC of the parts, 0.5 where nothing tells them apart; its standard error; and by
        how much it falls where a feature is shuffled.

    References
    ----------
    DeLong, E. R., DeLong, D. M., Clarke-Pearson, D. L. (1988). Biometrics 44. Lopez-Paz, D.,
    Oquab, M. (2017). Revisiting classifier two-sample tests. Breiman, L. (2001). Random forests.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import StratifiedKFold
    from threadpoolctl import threadpool_limits

    rows = np.vstack([reference, window])
    is_window = np.r_[np.zeros(len(reference), dtype=bool), np.ones(len(window), dtype=bool)]
    rows = np.where(is_category & np.isfinite(rows), np.clip(rows + 3, 0, None), rows)
    varies = np.array([len(np.unique(one[np.isfinite(one)])) > 0 for one in rows.T], dtype=bool)
    areas, variances = [], []
    falls = np.zeros(rows.shape[1])
    rng = np.random.default_rng(0)
    splits = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    # threads that wait for each other take ten times as long as one where the machine is busy
    with threadpool_limits(1):
        for others, own in splits.split(rows, is_window):
            model = HistGradientBoostingClassifier(
                max_iter=50,
                max_leaf_nodes=8,
                min_samples_leaf=10,
                early_stopping=False,
                categorical_features=is_category[varies],
                random_state=0,
            ).fit(rows[others][:, varies], is_window[others])
            part, truth = rows[own], is_window[own]
            area, variance = _area(model.predict_proba(part[:, varies])[:, 1], truth)
            areas.append(area)
            variances.append(variance)
            for number in np.flatnonzero(varies):
                shuffled = part.copy()
                shuffled[:, number] = rng.permutation(shuffled[:, number])
                scores = model.predict_proba(shuffled[:, varies])[:, 1]
                falls[number] += (area - _area(scores, truth)[0]) / FOLDS
    return float(np.mean(areas)), float(np.sqrt(np.sum(variances))) / FOLDS, falls


def _area(scores: Floats, is_window: Bools) -> tuple[float, float]:
    groups, group = np.unique(scores, return_inverse=True)
    counts = [np.bincount(group[side], minlength=len(groups)) for side in (is_window, ~is_window)]
    found = placements(counts[0].astype(float), counts[1].astype(float))
    return float(found.auc), float(found.variance)


def features_query(features: str) -> str:
    """Select which features of which monitors are classified.

    Examples
    --------
    >>> features_query("features")
    'select monitor, feature_number, kind from features order by monitor, feature_number'
    """
    return f"select monitor, feature_number, kind from {features} order by monitor, feature_number"


def classified(read: Read, sample: str, features: pd.DataFrame, stored: str | None) -> pd.DataFrame:
    """Classify the newest windows that wait.

    Parameters
    ----------
    read : callable
        Runs a query.
    sample : str
        Relation of ml_monitor__sample, as SQL.
    features : DataFrame
        Rows of `features_query`.
    stored : str, optional
        Relation of what has been classified so far.

    Returns
    -------
    DataFrame
        Rows of `CLASSIFIER_COLUMNS` of each window: of feature_number -1 the ROC AUC, of the others
        by how much it falls without the feature. Empty without scikit-learn.
    """
    empty = pd.DataFrame(columns=pd.Index(CLASSIFIER_COLUMNS))
    if not is_available():
        return empty
    parts = []
    for monitor, own in features.groupby("monitor"):
        waiting, windows = _waiting(read, sample, str(monitor), stored)
        if waiting.empty:
            continue
        is_category = (own["kind"] == "categorical").to_numpy()
        parts += list(_classify(read, sample, str(monitor), waiting, windows, is_category))
    return pd.concat(parts, ignore_index=True) if parts else empty


def _waiting(
    read: Read, sample: str, monitor: str, stored: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the newest windows that wait, and all windows of the monitor."""
    windows = read(
        "select window_key, max(window_start) as window_start, count(*) as n, "
        "max(case when is_reference then 1 else 0 end) as is_reference, "
        f"cast(max(profiled_at) as varchar(40)) as moment from {sample} as sample "
        f"where monitor = '{monitor}' and position > 0 group by window_key"
    )
    reference = windows[windows["is_reference"] == 1]
    newest = "" if reference.empty else str(reference["moment"].max())
    windows["dependency"] = windows["moment"] + "|" + newest
    others = reference["n"].sum() - windows["n"].where(windows["is_reference"] == 1, 0)
    due = windows[windows["window_start"].notna() & (windows["n"] >= FEWEST_ROWS)]
    due = due[others[due.index] >= FEWEST_ROWS]
    if stored is not None:
        done = read(f"select distinct window_key, dependency from {stored}")
        due = due.merge(done, on=["window_key", "dependency"], how="left", indicator=True)
        due = due[due["_merge"] == "left_only"]
    due = due.sort_values("window_start", ascending=False)
    turn = due.groupby("is_reference").cumcount()
    order = due.assign(turn=turn).sort_values(["turn", "is_reference"], kind="stable")
    return order.head(NEWEST_WINDOWS), windows


def _classify(
    read: Read,
    sample: str,
    monitor: str,
    waiting: pd.DataFrame,
    windows: pd.DataFrame,
    is_category: Bools,
) -> Iterator[pd.DataFrame]:
    blocks = int((windows["is_reference"] == 1).sum())
    # one window may be held out of the reference, and every window has as large a part of it
    share = -(-MOST_ROWS // max(1, blocks - 1))
    keys = ", ".join(f"'{key}'" for key in waiting["window_key"])
    rows = read(
        "select window_key, position, is_reference, feature_values "
        f"from {sample} as sample where monitor = '{monitor}' and position > 0 and "
        f"((window_key in ({keys}) and position <= {MOST_ROWS}) or "
        f"(is_reference and position <= {share})) order by position, window_key"
    )
    values = np.array([_numbers(one) for one in rows["feature_values"]], dtype=float)
    key, position = rows["window_key"].to_numpy(), rows["position"].to_numpy()
    is_reference = rows["is_reference"].to_numpy(dtype=bool)
    for window in waiting.itertuples(index=False):
        own = (key == window.window_key) & (position <= MOST_ROWS)
        others = is_reference & (key != window.window_key) & (position <= share)
        reference = values[np.flatnonzero(others)[:MOST_ROWS]]
        area, error, falls = separation(_ordered(values[own]), _ordered(reference), is_category)
        yield pd.DataFrame(
            {
                "replace_key": window.window_key,
                "monitor": monitor,
                "window_key": window.window_key,
                "feature_number": np.arange(OF_ALL, len(falls)),
                "n": int(own.sum()),
                "value": np.r_[area, falls],
                "standard_error": [error] + [np.nan] * len(falls),
                "dependency": window.dependency,
            }
        )[list(CLASSIFIER_COLUMNS)]


def _ordered(rows: Floats) -> Floats:
    """Rows in an order that is their own, whatever their ids are."""
    return rows[np.lexsort(rows.T)]


def _numbers(values: Sequence[float | None]) -> list[float]:
    filled = np.ma.filled(values, np.nan) if isinstance(values, np.ma.MaskedArray) else values
    return [np.nan if one is None else float(one) for one in filled]
