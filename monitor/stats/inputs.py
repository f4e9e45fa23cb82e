"""Arguments of the significance tests, checked and turned into arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def amounts(values: npt.ArrayLike, name: str) -> Floats:
    """Return numbers that are 0 or more, such as counts and variances; NaN stays NaN.

    Parameters
    ----------
    values : array_like
        The numbers.
    name : str
        The argument's name, for the error.

    Returns
    -------
    numpy.ndarray
        The same as doubles.

    Raises
    ------
    ValueError
        If one is negative or infinite.

    Examples
    --------
    >>> amounts([3, 4], "counts")
    array([3., 4.])
    """
    array = np.asarray(values, dtype=np.float64)
    if np.any(array < 0) or np.any(np.isinf(array)):
        wrong = array[(array < 0) | np.isinf(array)].flat[0]
        raise ValueError(f"{name} holds {wrong:g}; only finite numbers of 0 or more are allowed.")
    return array


def parts(part: npt.ArrayLike, whole: npt.ArrayLike, names: tuple[str, str]) -> list[Floats]:
    """Return counts and the totals that they are part of.

    Parameters
    ----------
    part, whole : array_like
        Counts, and totals that are no less.
    names : tuple of str
        The arguments' names, for the error.

    Returns
    -------
    list of numpy.ndarray
        Both, as doubles.

    Raises
    ------
    ValueError
        If a number is negative, or a part exceeds its whole.

    Examples
    --------
    >>> parts(3, 4, ("successes", "n"))
    [array(3.), array(4.)]
    """
    counted, total = amounts(part, names[0]), amounts(whole, names[1])
    if np.any(counted > total):
        raise ValueError(f"{names[0]} exceeds {names[1]}; it counts some of the same rows.")
    return [counted, total]


def bins(
    counts: npt.ArrayLike,
    reference_counts: npt.ArrayLike,
    names: tuple[str, str] = ("counts", "reference_counts"),
) -> tuple[Floats, Floats]:
    """Return two sides' counts in the same bins, which are the last axis.

    Parameters
    ----------
    counts, reference_counts : array_like, shape (..., k)
        Counts of 0 or more.
    names : tuple of str
        The arguments' names, for the error.

    Returns
    -------
    tuple of numpy.ndarray
        Both, as doubles of the shape they broadcast to.

    Raises
    ------
    ValueError
        If a count is negative, or the sides have different bins.

    Examples
    --------
    >>> bins([1, 2], [3, 4])
    (array([1., 2.]), array([3., 4.]))
    """
    one, other = amounts(counts, names[0]), amounts(reference_counts, names[1])
    if one.ndim == 0 or other.ndim == 0 or one.shape[-1] != other.shape[-1]:
        raise ValueError(
            f"{names[0]} has shape {one.shape} and {names[1]} {other.shape}; "
            "both need one count for each bin, and the same bins."
        )
    first, second = np.broadcast_arrays(one, other)
    return first, second


def level(value: float, name: str) -> float:
    """Return a number that lies strictly between 0 and 1, such as a confidence.

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
        If it does not.

    Examples
    --------
    >>> level(0.95, "confidence")
    0.95
    """
    if not 0 < value < 1:
        raise ValueError(f"{name} is {value:g}; it must lie between 0 and 1.")
    return value
