"""A stream of windows' means against a reference, as sequential tests read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from monitor.stats.inputs import Floats, amounts


@dataclass(frozen=True)
class Stream:
    """What all windows so far tell of the difference of their mean from the reference's.

    Attributes
    ----------
    weight : numpy.ndarray, shape (..., T)
        Sum of the windows' weights, up to and with each window.
    weighted : numpy.ndarray, shape (..., T)
        Sum of weight times (mean - reference mean).
    scale : numpy.ndarray, shape (..., T)
        The variance of a window's mean is scale / its weight, as far as is known by then.
    reference_variance : numpy.ndarray, shape (..., 1)
        Variance of the reference's mean, in which all differences share.
    """

    weight: Floats
    weighted: Floats
    scale: Floats
    reference_variance: Floats


def stream(
    means: npt.ArrayLike,
    standard_errors: npt.ArrayLike,
    n: npt.ArrayLike,
    reference_mean: npt.ArrayLike,
    reference_standard_error: npt.ArrayLike,
    reference_n: npt.ArrayLike,
    between_variance: npt.ArrayLike = 0.0,
    reference_windows: npt.ArrayLike = 1,
) -> Stream:
    """Return the running sums of windows in the order of time.

    A window's weight is settled before its rows are seen: from its number of rows and the
    reference's variance of a row. Weights by the window's own standard error would favour the
    windows that happen to look well (a rate near 1 has a small error) and end in false alarms.
    The variance itself is that of all rows so far, the reference's among them.

    Parameters
    ----------
    means, standard_errors, n : array_like, shape (..., T)
        Mean, its standard error from the window's rows, and rows of each window, in order. A
        window with no rows, or whose mean or error is NaN, adds nothing.
    reference_mean, reference_standard_error, reference_n : array_like, shape (...)
        The same of the reference.
    between_variance : array_like, shape (...)
        Variance of windows' true means from window to window, where nothing has changed.
    reference_windows : array_like, shape (...)
        Windows of the reference, which average that out.

    Returns
    -------
    Stream
        The sums.

    Raises
    ------
    ValueError
        If an error, a variance or a number of rows is negative, or the shapes do not fit.

    Examples
    --------
    >>> sums = stream([0.8, 0.9], [0.04, 0.03], [100, 100], 0.85, 0.007, 2600)
    >>> print((sums.weighted / sums.weight).round(3))
    [-0.05  0.  ]
    """
    mean = np.asarray(means, dtype=np.float64)
    error, rows = amounts(standard_errors, "standard_errors"), amounts(n, "n")
    if mean.ndim == 0 or mean.shape != error.shape or mean.shape != rows.shape:
        raise ValueError(
            f"means has shape {mean.shape}, standard_errors {error.shape} and n {rows.shape}; "
            "each needs one number for each window."
        )
    center = np.asarray(reference_mean, dtype=np.float64)[..., None]
    sampling = amounts(reference_standard_error, "reference_standard_error")[..., None] ** 2
    reference_rows = amounts(reference_n, "reference_n")[..., None]
    between = amounts(between_variance, "between_variance")[..., None]
    windows = amounts(reference_windows, "reference_windows")[..., None]
    is_seen = (rows > 0) & ~np.isnan(mean) & ~np.isnan(error)
    rows = np.where(is_seen, rows, 0)
    of_row = reference_rows * sampling
    # a reference without any variance gives weights by rows
    assumed = np.where(of_row + between > 0, of_row, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(is_seen, rows / (assumed + between * rows), 0) + 0 * center
        difference = np.where(is_seen, mean - center, 0)
        squares = np.where(is_seen, (rows * np.where(is_seen, error, 0)) ** 2, 0)
        row_variance = (reference_rows * of_row + squares.cumsum(axis=-1)) / (
            reference_rows + rows.cumsum(axis=-1)
        )
        by_rows = np.where(is_seen, weight**2 / np.where(is_seen, rows, 1), 0)
        total = weight.cumsum(axis=-1)
        scale = row_variance * by_rows.cumsum(axis=-1) + between * (weight**2).cumsum(axis=-1)
        scale = np.where(total > 0, scale / np.where(total > 0, total, 1), np.nan)
    return Stream(
        weight=total,
        weighted=(weight * difference).cumsum(axis=-1),
        scale=scale,
        reference_variance=sampling + between / windows,
    )


def positive(value: float, name: str) -> float:
    """Return a number above 0.

    Parameters
    ----------
    value : float
        The number.
    name : str
        The argument's name, for the error.

    Returns
    -------
    float
        The same.

    Raises
    ------
    ValueError
        If it is not finite or not above 0.

    Examples
    --------
    >>> positive(0.02, "expected_difference")
    0.02
    """
    if not (np.isfinite(value) and value > 0):
        raise ValueError(f"{name} is {value:g}; it must be a finite number above 0.")
    return value
