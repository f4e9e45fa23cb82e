"""Three monitors whose days are all alike, but for the faults that are put into them.

`shop` has two versions and a feature for every fault, `kinds` is a multiclass model, and in `local`
a fault hits two regions, in one the other way round than in the other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-01-01")
REFERENCE = {"from": "2026-01-01", "to": "2026-01-11"}
ROWS, SMALL = 400, 40
UPSTREAM = [f"upstream_{k}" for k in range(10)]

# The days of each fault; the reference is days 0 to 9.
MISSING = {
    "ten": range(10, 20),
    "gap": [10, 11, 13, 14],
    "eased": [10, 11, 13, 14],
    **{feature: [15, 16] for feature in UPSTREAM},
    "both": [17, 18],
    "only_b": [17, 18],
    "pause": [20, 21, 22, 25, 26],
    "noted": [31, 32, 33],
    "kept": [31, 32, 33],
}
MOVED = {"lasting": [31, 32, 33], "quiet": [31, 32, 33]}
EASED_DAY, LATE_DAY, SMALL_DAY, NO_DAY, JOINED_DAY = 12, 20, 23, 24, 33
FLIPPED_DAYS = [28, 29]
FEATURES = [*MISSING, *MOVED]


def day(number: int) -> pd.Timestamp:
    return START + pd.Timedelta(days=number)


def predictions(number: int, arrived: int | None = None) -> pd.DataFrame:
    """The rows of `shop` of one day, loaded on the next or on day `arrived`."""
    k = np.arange(SMALL if number == SMALL_DAY else ROWS)
    frame = pd.DataFrame({"id": number * 1000 + k})
    frame["at"] = day(number).as_unit("us")
    loaded_at = day(number + 1 if arrived is None else arrived) + pd.Timedelta(hours=6)
    frame["loaded_at"] = loaded_at.as_unit("us")
    frame["version"] = np.where(k % 2, "b", "a")
    frame["score"] = (k % 100 + 0.5) / 100
    for feature in FEATURES:
        frame[feature] = _values(number, feature, k)
    return frame


def _values(number: int, feature: str, k: Any) -> Any:
    value = (k // 16 % 20).astype(float)
    part = k // 16 % 5
    if number in MOVED.get(feature, ()):
        return value // 2
    if feature == "noted" and number == JOINED_DAY:
        value[part == 4] = 100
    if feature == "both":  # a share of NULLs is usual there
        value[k // 16 == 0] = np.nan
    if feature == "eased" and number == EASED_DAY:
        value[(k % 64 == k // 64 % 2) & (k < 256)] = np.nan
    elif number in MISSING.get(feature, ()):
        missing = {"only_b": (k % 2 == 1) & (part < 3), "both": k // 16 < 3}
        value[missing.get(feature, part < 2)] = np.nan
    return value


def outcomes(number: int, arrived: int | None = None) -> pd.DataFrame:
    """The labels of `shop` of one day; those that come on a day of their own are right."""
    k = np.arange(SMALL if number == SMALL_DAY else ROWS)
    label = (k * 37 + number * 11) % 100 < k % 100
    if number in FLIPPED_DAYS and arrived is None:
        label = ~label
    frame = pd.DataFrame({"id": number * 1000 + k, "label": label.astype(int)})
    loaded_at = day(number + 1 if arrived is None else arrived) + pd.Timedelta(hours=7)
    return frame.assign(loaded_at=loaded_at.as_unit("us"))


def classes() -> pd.DataFrame:
    """Fourteen days of `kinds`; in the last two what is predicted to be x is often z."""
    n, days = 200, 14
    k = np.tile(np.arange(n), days)
    number = np.repeat(np.arange(days), n)
    said = k % 3
    true = np.where(k % 10 == 0, (said + 1) % 3, said)
    true = np.where((number >= 12) & (said == 0) & (k % 2 == 0), 2, true)
    frame = pd.DataFrame({"id": np.arange(n * days), "label": np.array(["x", "y", "z"])[true]})
    frame["at"] = (START + pd.to_timedelta(number, unit="D")).as_unit("us")
    for position, name in enumerate("xyz"):
        frame[f"p_{name}"] = np.where(said == position, 0.8, 0.1)
    return frame


def plans() -> pd.DataFrame:
    """Twelve days of `local`; in the last, plans are swapped in the north and in the south."""
    n, days = 800, 12
    k = np.tile(np.arange(n), days)
    number = np.repeat(np.arange(days), n)
    frame = pd.DataFrame({"id": np.arange(n * days), "score": 0.5})
    frame["at"] = (START + pd.to_timedelta(number, unit="D")).as_unit("us")
    frame["region"] = np.array(["north", "south", "east", "west"])[k % 4]
    frame["channel"] = np.array(["web", "app", "shop", "shop"])[k % 4]
    frame["plan"] = np.where(k // 4 % 4 == 0, "gold", "free")
    is_last = number == days - 1
    frame.loc[is_last & (frame["region"] == "north"), "plan"] = "free"
    frame.loc[is_last & (frame["region"] == "south") & (k // 4 % 4 == 1), "plan"] = "gold"
    return frame


SHOP: dict[str, Any] = {
    "predictions": "raw.scores",
    "id": "id",
    "timestamp": "at",
    "loaded_at": "loaded_at",
    "task": "binary",
    "version": "version",
    "score": "score",
    "labels": {"relation": "raw.outcomes", "label": "label", "loaded_at": "loaded_at"},
    "reference": REFERENCE,
    "features": {"numeric": FEATURES},
    "severity": {"noted": "low", "performance": "high"},
    "owner": {"name": "growth"},
}
KINDS: dict[str, Any] = {
    "predictions": "raw.classes",
    "id": "id",
    "timestamp": "at",
    "task": "multiclass",
    "score": {name: f"p_{name}" for name in "xyz"},
    "labels": {"label": "label"},
    "reference": REFERENCE,
    "severity": {"recall": "critical", "brier_score": "low", "f1": "low"},
}
LOCAL: dict[str, Any] = {
    "predictions": "raw.plans",
    "id": "id",
    "timestamp": "at",
    "task": "binary",
    "score": "score",
    "reference": REFERENCE,
    "features": {"categorical": ["plan"]},
    "segments": ["region", "channel"],
    "limits": {"segments": ["region"]},
    "severity": {"population_stability_index": "low"},
}
