"""What every significance test returns."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from monitor.stats.inputs import Floats


@dataclass(frozen=True, kw_only=True)
class Significance:
    """The outcome of a significance test, or of many at once.

    Numbers have the shape that the arguments broadcast to; of a single test they are scalars.
    A test that has nothing to compare, an empty side for one, is NaN throughout.

    Attributes
    ----------
    statistic : numpy.ndarray
        The test's statistic, as its function defines it.
    p_value : numpy.ndarray
        Probability of a statistic at least as extreme if nothing had changed, 0 to 1.
    effect : numpy.ndarray
        How large the difference is, whatever the numbers of rows.
    effect_name : str
        What the effect is, such as ``risk_difference``.
    effect_low, effect_high : numpy.ndarray, optional
        Confidence interval of the effect, in its unit; None where the test has none.
    degrees_of_freedom : numpy.ndarray, optional
        Of the statistic's distribution; None where it has none.
    """

    statistic: Floats
    p_value: Floats
    effect: Floats
    effect_name: str
    effect_low: Floats | None = None
    effect_high: Floats | None = None
    degrees_of_freedom: Floats | None = None

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (value is None or isinstance(value, str)):
                object.__setattr__(self, field.name, np.asarray(value, dtype=np.float64)[()])
