"""The breaks: what they do to the rows of a day, and how large."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.breaks.streams import CATEGORIES, THRESHOLD, Break, Rng, Stream

Rows = pd.DataFrame
BY_FEATURE = ("shift", "scale", "tail", "nulls", "not_a_number", "constant", "units", "left")
OF_CATEGORIES = ("swapped_categories", "new_category")
JOINT = ("height", "width", "weight", "depth")


def _some(rows: Rows, share: float, rng: Rng) -> pd.Series[bool]:
    return pd.Series(rng.random(len(rows)) < share, index=rows.index)


def _shift(rows: Rows, size: float, _rng: Rng) -> Rows:
    return rows.assign(shift=rows["shift"] + size)


def _scale(rows: Rows, size: float, _rng: Rng) -> Rows:
    return rows.assign(scale=rows["scale"] * size)


def _tail(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.assign(tail=rows["tail"].mask(_some(rows, share, rng), 8 + rng.random(len(rows))))


def _nulls(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.assign(nulls=rows["nulls"].mask(_some(rows, share, rng)))


def _not_a_number(rows: Rows, share: float, rng: Rng) -> Rows:
    is_broken = _some(rows, share, rng)
    return rows.assign(not_a_number=rows["not_a_number"].mask(is_broken, np.inf))


def _constant(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.assign(constant=rows["constant"].mask(_some(rows, share, rng), 0.25))


def _units(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.assign(units=rows["units"].mask(_some(rows, share, rng), rows["units"] * 100))


def _swapped_columns(rows: Rows, share: float, rng: Rng) -> Rows:
    is_broken = _some(rows, share, rng)
    left, right = rows["left"], rows["right"]
    return rows.assign(left=left.mask(is_broken, right), right=right.mask(is_broken, left))


def _swapped_categories(rows: Rows, share: float, rng: Rng) -> Rows:
    before = rows["swapped_categories"]
    is_broken = (before == CATEGORIES[0]) & _some(rows, share / 0.4, rng)
    return rows.assign(swapped_categories=before.mask(is_broken, CATEGORIES[2]))


def _new_category(rows: Rows, share: float, rng: Rng) -> Rows:
    is_broken = _some(rows, share, rng)
    return rows.assign(new_category=rows["new_category"].mask(is_broken, "violet"))


def _duplicates(rows: Rows, share: float, rng: Rng) -> Rows:
    return pd.concat([rows, rows[_some(rows, share, rng)]])


def _replays(rows: Rows, share: float, rng: Rng) -> Rows:
    again = rows[_some(rows, share, rng)]
    return pd.concat([rows, again.assign(id=again["id"] + "-again")])


def _flood(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.assign(entity=rows["entity"].mask(_some(rows, share, rng), 77))


def _feed(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.loc[~_some(rows, share, rng)]


def _correlation(rows: Rows, share: float, rng: Rng) -> Rows:
    """Draw a part of a column from other rows: its marginal stays, what it goes with does not."""
    is_broken = _some(rows, share, rng)
    drawn = rows["height"].sample(len(rows), random_state=rng).to_numpy()
    return rows.assign(height=rows["height"].mask(is_broken, drawn))


def _outside(rows: Rows, share: float, rng: Rng) -> Rows:
    """Put rows where each value is usual and all of them together are not."""
    is_broken = _some(rows, share, rng)
    return rows.assign(
        height=rows["height"].mask(is_broken, 1.8),
        width=rows["width"].mask(is_broken, -1.8),
    )


def _flips(rows: Rows, share: float, rng: Rng) -> Rows:
    return rows.assign(label=rows["label"].mask(_some(rows, share, rng), 1 - rows["label"]))


def _pile(rows: Rows, share: float, rng: Rng) -> Rows:
    near = THRESHOLD - 0.002 * rng.random(len(rows))
    return rows.assign(score=rows["score"].mask(_some(rows, share, rng), near))


STREAMS = (
    Stream(
        "features",
        (
            Break("mean shifts", (0.25, 0.5, 1.0), "standard deviations", ("shift",), _shift),
            Break("scale", (1.25, 1.5, 2.0), "times", ("scale",), _scale),
            Break("tail beyond the extremes", (0.01, 0.02, 0.05), "of the rows", ("tail",), _tail),
            Break("NULLs", (0.02, 0.05, 0.2), "of the rows", ("nulls",), _nulls),
            Break(
                "infinite values",
                (0.01, 0.05, 0.2),
                "of the rows",
                ("not_a_number",),
                _not_a_number,
            ),
            Break("one value", (0.2, 0.5, 1.0), "of the rows", ("constant",), _constant),
            Break("unit changes, x 100", (0.05, 0.5, 1.0), "of the rows", ("units",), _units),
            Break(
                "two columns swapped",
                (0.2, 0.5, 1.0),
                "of the rows",
                ("left", "right"),
                _swapped_columns,
            ),
            Break(
                "one category becomes another",
                (0.1, 0.2, 0.4),
                "of the rows",
                ("swapped_categories",),
                _swapped_categories,
            ),
            Break(
                "a category never seen",
                (0.02, 0.05, 0.2),
                "of the rows",
                ("new_category",),
                _new_category,
            ),
        ),
        has_every_feature=True,
    ),
    Stream(
        "duplicates",
        (Break("rows loaded twice", (0.02, 0.05, 0.2), "of the rows", ("__row__",), _duplicates),),
    ),
    Stream(
        "replays",
        (
            Break(
                "rows replayed under new ids",
                (0.02, 0.05, 0.2),
                "of the rows",
                ("__row__",),
                _replays,
            ),
        ),
        {"repeats": True},
    ),
    Stream(
        "flood",
        (Break("one entity floods", (0.02, 0.05, 0.2), "of the rows", ("__row__",), _flood),),
        {"entity": "entity"},
    ),
    Stream(
        "feed",
        (Break("rows go missing", (0.3, 0.6, 1.0), "of the rows", ("__row__",), _feed),),
    ),
    Stream(
        "correlation",
        (
            Break(
                "a correlation breaks",
                (0.25, 0.5, 1.0),
                "of the rows",
                ("__joint__", "height"),
                _correlation,
            ),
        ),
        {"multivariate": True},
        correlation=0.8,
    ),
    Stream(
        "outside",
        (
            Break(
                "rows outside the joint range",
                (0.02, 0.05, 0.2),
                "of the rows",
                ("__joint__", "height", "width"),
                _outside,
            ),
        ),
        {"multivariate": True},
        correlation=0.8,
    ),
    Stream(
        "labels",
        (Break("labels flip", (0.05, 0.1, 0.3), "of the labels", ("all", "__label__"), _flips),),
    ),
    Stream(
        "threshold",
        (
            Break(
                "scores pile up at the threshold",
                (0.02, 0.05, 0.2),
                "of the rows",
                ("__score__",),
                _pile,
            ),
        ),
    ),
)
"""Every stream with breaks."""

QUIET_STREAMS = (
    Stream("quiet", has_every_feature=True),
    Stream("quiet_together", declared={"multivariate": True, "repeats": True, "entity": "entity"}),
)
