"""Text columns built from numbers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from monitor.demo.draws import Integers


def words(values: Sequence[str], codes: Integers) -> pd.Series[str]:
    """Give ``values[code]`` for each code."""
    return pd.Series(values, dtype="str").take(codes).reset_index(drop=True)


def identifiers(prefix: str, size: int) -> pd.Series[str]:
    """Count rows from 1 as text of one width, such as ``D-000001``."""
    return pd.Series([f"{prefix}-{number:06d}" for number in range(1, size + 1)], dtype="str")
