"""Twenty days of features that go together, five of them with a fault that no column shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.support.scores import block

START = pd.Timestamp("2026-01-01")
DAYS, REFERENCE_DAYS, ROWS, FEW = 20, 10, 300, 60
NUMERIC = ["load", "power", "price", "noise", "constant", "empty"]
CATEGORICAL = ["plan", "region"]
FEATURES = [*NUMERIC, *CATEGORICAL]
BROKEN, SWAPPED, OUTLIERS, COMBINED, SMALL = 15, 16, 17, 18, 19
MONITOR: dict[str, Any] = block(
    version="version",
    features={"numeric": NUMERIC, "categorical": CATEGORICAL},
    reference={"from": "2026-01-01", "to": "2026-01-11"},
    multivariate={"combinations": ["plan", "region", "load"]},
)


def rows() -> pd.DataFrame:
    """A plan is sold in two of four regions; power follows load."""
    rng = np.random.default_rng(7)
    n = DAYS * ROWS
    day = np.arange(n) // ROWS
    load = rng.normal(50, 10, n)
    plan = rng.integers(0, 2, n)
    frame = pd.DataFrame(
        {
            "id": np.arange(n),
            "at": START + pd.to_timedelta(day, unit="D"),
            "score": 0.5,
            "version": rng.choice(["v1", "v2"], n),
            "load": load,
            "power": 3 * (load - 50) + rng.normal(0, 12, n),
            "price": np.exp(rng.normal(0, 1, n)),
            "noise": rng.normal(50, 10, n),
            "constant": 1.0,
            "empty": np.nan,
            "plan": np.array(["basic", "plus"])[plan],
            "region": np.array(["north", "south", "east", "west"])[
                2 * plan + rng.integers(0, 2, n)
            ],
        }
    )
    frame.loc[rng.random(n) < 0.05, "price"] = np.nan
    frame.loc[day == BROKEN, "power"] = rng.permutation(frame.loc[day == BROKEN, "power"])
    swapped = frame.loc[day == SWAPPED, ["noise", "load"]].to_numpy()
    frame.loc[day == SWAPPED, ["load", "noise"]] = swapped
    # within two deviations of each feature, on the wrong side of the other
    odd = frame.index[day == OUTLIERS][:12]
    frame.loc[odd, "load"], frame.loc[odd, "power"] = 67.0, -55.0
    odd = frame.index[day == COMBINED][:60]
    frame.loc[odd, "region"] = rng.permutation(frame.loc[odd, "region"])
    small = frame.index[day == SMALL][FEW:]
    return frame.drop(index=small).reset_index(drop=True)
