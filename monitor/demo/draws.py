"""Random draws that stay the same across numpy versions.

Only uniform numbers are taken from the generator; numpy promises the stream of PCG64 but not
that of its distributions. Each column has a stream of its own, named, so that a new
column leaves the others as they were.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

SEED = 20260101


def uniform(stream: str, size: int) -> Floats:
    """Draw uniform numbers of a named stream.

    Parameters
    ----------
    stream : str
        The stream's name, such as ``credit.income``.
    size : int
        How many.

    Returns
    -------
    numpy.ndarray
        Numbers in ``[0, 1)``, shape ``(size,)``.
    """
    return np.random.Generator(np.random.PCG64([SEED, crc32(stream.encode())])).random(size)


def normal(stream: str, size: int) -> Floats:
    """Draw standard normal numbers of a named stream (Box and Muller, 1958).

    Parameters
    ----------
    stream : str
        The stream's name.
    size : int
        How many.

    Returns
    -------
    numpy.ndarray
        Mean 0, standard deviation 1, shape ``(size,)``.
    """
    pair = uniform(stream, 2 * size)
    radius = np.sqrt(-2.0 * np.log1p(-pair[:size]))
    result: Floats = radius * np.cos(2.0 * np.pi * pair[size:])
    return result


def choice(stream: str, size: int, weights: Sequence[float]) -> Integers:
    """Draw categories of a named stream.

    Parameters
    ----------
    stream : str
        The stream's name.
    size : int
        How many.
    weights : sequence of float
        Probability of each category; their sum is 1.

    Returns
    -------
    numpy.ndarray
        Positions in `weights`, shape ``(size,)``.
    """
    edges = np.cumsum(weights)[:-1]
    return np.searchsorted(edges, uniform(stream, size), side="right").astype(np.int64)


def choice_by_row(stream: str, weights: Floats) -> Integers:
    """Draw one category per row, each row with weights of its own.

    Parameters
    ----------
    stream : str
        The stream's name.
    weights : numpy.ndarray
        Probabilities, shape ``(rows, categories)``; each row's sum is 1.

    Returns
    -------
    numpy.ndarray
        Positions in a row of `weights`, shape ``(rows,)``.
    """
    edges = np.cumsum(weights, axis=1)[:, :-1]
    draws = uniform(stream, len(weights))
    result: Integers = (draws[:, np.newaxis] >= edges).sum(axis=1).astype(np.int64)
    return result
