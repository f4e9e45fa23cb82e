"""How names and numbers are written: whatever a name holds, it is shown as text."""

from __future__ import annotations

import math
import re
from datetime import time
from typing import Any

import pandas as pd

NOTHING = "-"
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$&^=])")
# Shortcodes such as :smile: are looked for in text that has been unescaped already.
_SHORTCODE = re.compile(r":(?=\S)")

_SUBJECTS = {
    "__score__": "score",
    "__prediction__": "prediction",
    "__label__": "label",
    "__row__": "rows",
    "__joint__": "features together",
    "__attribution__": "ranking of attributions",
}
_OF_ATTRIBUTION = "__attribution__"


def plain(value: object) -> str:
    r"""Return text that Markdown shows as it is, on one line.

    Examples
    --------
    >>> plain("<b>new</b> *model*")
    '\\<b\\>new\\</b\\> \\*model\\*'
    """
    return _escaped(" ".join(str(value).split()))


def sentence(value: object) -> str:
    r"""Return a sentence of ours, in which only what stands between backticks is marked, as code.

    Examples
    --------
    >>> sentence("no <b>: run `dbt build`")
    'no \\<b\\>: run `dbt build`'
    """
    parts = " ".join(str(value).split()).split("`")
    return "".join(f"`{part}`" if place % 2 else _escaped(part) for place, part in enumerate(parts))


def _escaped(text: str) -> str:
    return _SHORTCODE.sub(":\u2060", _MARKUP.sub(r"\\\1", text))


def subject_text(subject: str) -> str:
    """Return how a feature, or what stands in its place, is called.

    Examples
    --------
    >>> subject_text("__score__"), subject_text("__attribution__age"), subject_text("age")
    ('score', 'attribution of age', 'age')
    """
    if subject in _SUBJECTS:
        return _SUBJECTS[subject]
    if subject.startswith(_OF_ATTRIBUTION):
        return f"attribution of {subject.removeprefix(_OF_ATTRIBUTION)}"
    return subject


def number_text(value: Any) -> str:
    """Return a number with the figures a person reads; a dash where there is none.

    Examples
    --------
    >>> number_text(0.123456), number_text(1234567), number_text(None)
    ('0.1235', '1,234,567', '-')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    number = float(value)
    if number.is_integer() and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:,.4g}"


def counted(number: int, noun: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> counted(1, "alert"), counted(1200, "alert")
    ('1 alert', '1,200 alerts')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def owner_text(owner: Any) -> str:
    """Return who a model's owner is; where none is declared a frame has None or NaN."""
    return "nobody" if pd.isna(owner) else str(owner)


def ago(hours: float | None) -> str:
    """Return a number of hours as a person says it.

    Examples
    --------
    >>> ago(0.4), ago(30), ago(200), ago(None)
    ('24 minutes', '30 hours', '8 days', 'never')
    """
    if hours is None or math.isnan(hours):
        return "never"
    if hours < 1:
        return f"{hours * 60:.0f} minutes"
    return f"{hours:.0f} hours" if hours < 72 else f"{hours / 24:.0f} days"


def moment(value: Any) -> str:
    """Return a moment, without the time of day where it is midnight.

    Examples
    --------
    >>> from datetime import datetime
    >>> moment(datetime(2026, 3, 1)), moment(datetime(2026, 3, 1, 6, 30)), moment(None)
    ('2026-03-01', '2026-03-01 06:30', 'never')
    """
    if pd.isna(value):
        return "never"
    return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
