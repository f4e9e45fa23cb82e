"""Numbers that stand for texts, dates, arrays and vectors, against Python."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any

import jinja2
import numpy as np
import pandas as pd
import pytest

from tests.support.project import REPOSITORY, MonitoredProject, NewProject
from tests.support.scores import block

AT = pd.Timestamp("2026-01-01 12:00")
TEXTS: list[str | None] = [
    None,
    "",
    " \t\n\u2003",
    "abc",
    "Hello, world 42!",
    "one  two\u00a0three\nfour ",
    "cafe\u0301",
    "naïve ŁÓDŹ",
    "日本語のテキスト。\uff11\uff12\uff13",
    "नमस्ते दुनिया",
    "🤦🏼\u200d♂️ ok",
    "١٢٣ ٤",
    "½ ² ⅷ €5",
    "a-b]c[d^e\\f'g",
]
DATES: list[str | None] = [
    None,
    "2026-01-01",
    "2025-12-31 12:00",
    "2026-01-11",
    "1900-01-01",
    "infinity",
]
ARRAYS: list[list[str] | None] = [None, [], ["a"], ["a", "b", "b"], ["", "it's"]]
NAN, INF = math.nan, math.inf
VECTORS: list[list[float | None] | None] = [
    None, [], [3.0, 4.0], [0.0, 0.0], [1.0, 2.0, 2.0],
    [1.0, None], [NAN, 1.0], [1.0, INF], [1e60, 1.0], [1e-200, 0.0],
]  # fmt: skip


def _literal(engine: str, values: list[Any] | None, of: str) -> str:
    if values is None:
        return f"cast(null as {of}[])"
    listed = [
        "null" if one is None else f"cast('{str(one).replace(chr(39), chr(39) * 2)}' as {of})"
        for one in values
    ]
    array = f"[{', '.join(listed)}]"
    return f"cast({array if engine == 'duckdb' else 'array' + array} as {of}[])"


def _text(value: str | None, of: str) -> str:
    return (
        f"cast(null as {of})"
        if value is None
        else "cast('" + value.replace("'", "''") + f"' as {of})"
    )


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(new_project: NewProject, request: pytest.FixtureRequest) -> MonitoredProject:
    """Sixty rows a day: each value in turn; on the second day every text is empty."""
    engine = request.param
    project = new_project(engine)
    # the schema, and its source, which declarations name
    project.load("other", pd.DataFrame({"id": [1]}))
    rows = []
    for k in range(240):
        day = k // 120
        text = TEXTS[k % len(TEXTS)] if day == 0 else ""
        moment = _text(DATES[k % len(DATES)], "timestamp")
        values = [
            str(k), f"timestamp '{AT + pd.Timedelta(days=day)}'", "0.5", _text(text, "varchar"),
            moment, f"cast({moment} as date)",
            _literal(engine, ARRAYS[k % len(ARRAYS)], "varchar"),
            _literal(engine, VECTORS[k % len(VECTORS)], "double precision"),
            _literal(engine, [], "integer"),
        ]  # fmt: skip
        rows.append(f"({', '.join(values)})")
    project.execute(
        "create table scores as select * from (values " + ", ".join(rows) + ") as literals"
        '(id, "at", score, note, joined_at, joined_on, items, vector, nothing)'
    )
    sources = (project.folder / "models" / "sources.yml").read_text(encoding="utf-8")
    (project.folder / "models" / "sources.yml").write_text(
        sources.replace("name: other", "name: scores")
    )
    project.declare(
        shop=block(
            features={
                "text": ["note"],
                "date": ["joined_at", "joined_on"],
                "array": ["items", "nothing"],
                "embedding": ["vector"],
            },
            min_rows=50,
        )
    )
    project.build("--select", "shop__labelled", "+ml_monitor__quality")
    return project


@pytest.fixture(scope="module")
def labelled(project: MonitoredProject) -> pd.DataFrame:
    return project.query("select * from shop__labelled order by id").head(120)


def of_text(text: str | None) -> dict[str, float]:
    names = (
        "length",
        "is_empty",
        "words",
        "letter_share",
        "digit_share",
        "symbol_share",
        "space_share",
    )
    if text is None:
        return dict.fromkeys(names, NAN)
    kinds = [unicodedata.category(one) for one in text]
    spaces = sum(one.isspace() for one in text)
    letters, digits = sum(kind[0] in "LM" for kind in kinds), sum(kind == "Nd" for kind in kinds)
    counts = (letters, digits, len(text) - letters - digits - spaces, spaces)
    shares = [count / len(text) if text else NAN for count in counts]
    return dict(
        zip(names, [len(text), float(not text.strip()), len(text.split()), *shares], strict=True)
    )


def test_texts_equal_python(labelled: pd.DataFrame) -> None:
    for k, text in enumerate(TEXTS):
        for name, expected in of_text(text).items():
            found = labelled.loc[k, f"note__{name}"]
            assert found == pytest.approx(expected, nan_ok=True), (text, name)


def test_ages_of_dates(labelled: pd.DataFrame) -> None:
    expected = {
        "joined_at": [NAN, 0.5, 1, -9.5, 46021.5, NAN],
        "joined_on": [NAN, 0.5, 1.5, -9.5, 46021.5, NAN],
    }
    for column, ages in expected.items():
        assert labelled[f"{column}__age_days"].head(6).tolist() == pytest.approx(ages, nan_ok=True)


def test_arrays_and_vectors(labelled: pd.DataFrame) -> None:
    lengths = [NAN if one is None else len(one) for one in ARRAYS]
    assert labelled["items__length"].head(5).tolist() == pytest.approx(lengths, nan_ok=True)
    assert set(labelled["nothing__length"]) == {0}
    dimensions = [NAN if one is None else len(one) for one in VECTORS]
    assert labelled["vector__dimensions"].head(10).tolist() == pytest.approx(
        dimensions, nan_ok=True
    )
    norms = labelled["vector__norm"].head(10)
    assert norms[[2, 3, 4]].tolist() == [5, 0, 3]
    assert norms[1] == 0
    assert norms[9] == pytest.approx(0, abs=1e-100)


@pytest.mark.parametrize(
    ("feature", "metric", "day", "expected"),
    [
        ("note__is_empty", "mean", 1, 1.0),
        ("note__length", "maximum", 1, 0.0),
        ("note__letter_share", "null_rate", 1, 1.0),
        ("note__letter_share", "not_a_number_rate", 0, 0.0),
        ("nothing__length", "mean", 0, 0.0),
        ("vector__norm", "null_rate", 0, 0.1),
        # NULL, NaN, infinity or a number beyond all measure inside
        ("vector__norm", "not_a_number_rate", 0, 0.4),
        ("vector__dimensions", "not_a_number_rate", 0, 0.0),
        ("joined_at__age_days", "null_rate", 0, 1 / 3),
    ],
)
def test_quality_judges_them(
    project: MonitoredProject, feature: str, metric: str, day: int, expected: float
) -> None:
    found = project.query(
        f"select * from ml_monitor__quality where feature = '{feature}' and metric = '{metric}' "
        f"and window_start = '{AT.normalize() + pd.Timedelta(days=day)}'"
    )
    assert float(found["value"].iloc[0]) == pytest.approx(expected)


def test_an_emptied_text_is_an_alert(project: MonitoredProject) -> None:
    found = project.query(
        "select feature, verdict from ml_monitor__quality where metric = 'null_rate' "
        "and window_start = '2026-01-02' order by feature"
    ).set_index("feature")["verdict"]
    assert found["note__letter_share"] == "alert"
    assert found["note__length"] == "ok"
    assert np.isin(found.to_numpy(), ["ok", "alert"]).all()


def test_classes_of_characters_are_those_of_unicode() -> None:
    """Every character that Unicode has had since 3.2 and sorts as it did then."""
    source = (REPOSITORY / "macros" / "profile" / "_character_class.sql").read_text("utf-8")
    environment = jinja2.Environment(autoescape=False)  # noqa: S701
    macro = environment.from_string(source + "{{ _character_class(name) }}")
    old = unicodedata.ucd_3_2_0
    expected: dict[str, Callable[[str], bool]] = {
        "letters": lambda one: unicodedata.category(one)[0] in "LM",
        "digits": lambda one: unicodedata.category(one) == "Nd",
        # the separators of files and records, which Python splits at, are not of the property
        "spaces": lambda one: one.isspace() and one not in "\x1c\x1d\x1e\x1f",
    }
    for name, is_in in expected.items():
        found = re.compile(f"[{macro.render(name=name).strip(chr(10))}]")
        for one in map(chr, (*range(0xD800), *range(0xE000, 0x20000))):
            if old.category(one) == unicodedata.category(one) != "Cn":
                assert bool(found.match(one)) == is_in(one), (name, hex(ord(one)))
