"""Centroids of vectors against numpy; a moved one is an alert, a quiet stream keeps still."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

START = pd.Timestamp("2026-01-01")
DAYS, REFERENCE_DAYS, PER_DAY, DIMENSIONS = 40, 14, 150, 6
MOVED, BROKEN, FEW = 37, 38, 39
SPREAD = np.array([3.0, 1, 1, 0.5, 0.2, 0])
METRICS = ["centroid_distance", "centroid_cosine_distance", "standardized_centroid_distance"]


def _rows() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    days = np.repeat(np.arange(DAYS), PER_DAY)
    days = days[(days != FEW) | (np.arange(len(days)) % PER_DAY < 20)]
    frame = pd.DataFrame({"id": range(len(days)), "at": START + pd.to_timedelta(days, unit="D")})
    frame["day"] = days
    frame["score"] = 0.5
    frame["version"] = np.where(frame["id"] % 2 == 0, "a", "b")
    # from day to day the subjects of texts differ a little
    topics = rng.normal(0, 0.1, (DAYS, DIMENSIONS)) * SPREAD
    vectors = 1 + topics[days] + rng.normal(0, 1, (len(days), DIMENSIONS)) * SPREAD
    vectors[days == MOVED] += 0.6 * SPREAD
    listed = [list(map(float, one)) for one in vectors]
    odd = frame.index[(days == BROKEN) | (days == 3)]
    for place, index in enumerate(odd):
        if place % 10 == 0:
            listed[index] = listed[index][:4]
        elif place % 10 == 1:
            listed[index][2] = float("nan")
    frame["vector"] = listed
    return frame


def _sound(rows: pd.DataFrame, days: list[int], version: str = "all") -> np.ndarray:
    chosen = rows[rows["day"].isin(days)]
    if version != "all":
        chosen = chosen[chosen["version"] == version]
    vectors = [one for one in chosen["vector"] if len(one) == DIMENSIONS]
    found = np.array(vectors)
    return found[np.isfinite(found).all(axis=1)]


END = START + pd.Timedelta(days=REFERENCE_DAYS)
TEXTS = block(
    predictions="scored",
    version="version",
    features={"embedding": ["vector"]},
    reference={"from": f"{START:%Y-%m-%d}", "to": f"{END:%Y-%m-%d}"},
)
TRAINED = block(
    predictions="later", features={"embedding": ["vector"]}, reference={"relation": "training"}
)


def _load(project: MonitoredProject, rows: pd.DataFrame) -> None:
    """Write the rows, and the model `scored` of them."""
    left, right = ("[", "]") if project.engine == "duckdb" else ("{", "}")
    texts = [f"{left}{', '.join(map(repr, one))}{right}" for one in rows["vector"]]
    project.load("stored", rows.drop(columns="day").assign(vector=texts))
    array = "double[]" if project.engine == "duckdb" else "double precision[]"
    (project.folder / "models" / "scored.sql").write_text(
        "{{ config(materialized='table') }}\n"
        f'select id, "at", score, version, cast(vector as {array}) as vector '
        "from {{ source('raw', 'stored') }}",
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return _rows()


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(
    new_project: NewProject, request: pytest.FixtureRequest, rows: pd.DataFrame
) -> MonitoredProject:
    """Two monitors: one's reference is its first days, the other's is a relation of them."""
    project: MonitoredProject = new_project(request.param)
    _load(project, rows)
    for name, condition in (
        ("training", f"< timestamp '{END}'"),
        ("later", f">= timestamp '{START + pd.Timedelta(days=20)}'"),
    ):
        columns = "score, vector" if name == "training" else "*"
        (project.folder / "models" / f"{name}.sql").write_text(
            f"select {columns} from {{{{ ref('scored') }}}} where \"at\" {condition}",
            encoding="utf-8",
        )
    project.declare(texts=TEXTS, trained=TRAINED)
    project.build("--select", "+ml_monitor__embedding_drift")
    return project


@pytest.fixture(scope="module")
def drift(project: MonitoredProject) -> pd.DataFrame:
    found = project.query("select * from ml_monitor__embedding_drift where monitor = 'texts'")
    found["day"] = (found["window_start"] - START).dt.days
    assert not found.duplicated(["day", "model_version", "metric"]).any()
    return found.set_index(["model_version", "day", "metric"]).sort_index()


@pytest.mark.parametrize("version", ["all", "a"])
@pytest.mark.parametrize("day", [2, 3, 20, MOVED, BROKEN])
def test_distances_equal_numpy(
    drift: pd.DataFrame, rows: pd.DataFrame, day: int, version: str
) -> None:
    own = _sound(rows, [day], version)
    others = [one for one in range(REFERENCE_DAYS) if one != day]
    reference = _sound(rows, others, version)
    one, other = own.mean(axis=0), reference.mean(axis=0)
    distance = np.linalg.norm(one - other)
    angle = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
    scale = np.sqrt(((reference - other) ** 2).sum(axis=1).mean())
    expected = [distance, 1 - angle, distance / scale]
    found = drift.loc[(version, day)].loc[METRICS]
    assert found["value"].to_numpy() == pytest.approx(expected)
    assert set(found["n"]) == {len(own)}
    assert set(found["reference_n"]) == {len(reference)}
    floor = np.sqrt(1 / len(own) + 1 / len(reference))
    assert found["noise_floor"].iloc[2] == pytest.approx(floor)
    assert found["noise_floor"].iloc[:2].isna().all()


def test_a_moved_centroid_is_an_alert_and_a_quiet_stream_keeps_still(drift: pd.DataFrame) -> None:
    judged = drift.xs("standardized_centroid_distance", level="metric")["verdict"]
    assert judged["all"].loc[MOVED] == "alert"
    assert judged["all"].loc[FEW] == "insufficient_data"
    quiet = judged["all"].drop([MOVED, FEW])
    assert len(quiet) == DAYS - 2
    assert set(quiet) <= {"ok", "warn"}
    assert (quiet == "ok").mean() > 0.9
    others = drift.drop("standardized_centroid_distance", level="metric")["verdict"]
    assert set(others) == {"not_applicable"}


def test_the_limit_is_learned_from_windows_that_are_held_out(drift: pd.DataFrame) -> None:
    """The rule in Python: what squares vary by beyond chance, each window left out of its own."""
    whole = drift.xs("standardized_centroid_distance", level="metric").loc["all"]
    squares = whole["value"].to_numpy() ** 2
    floors = whole["noise_floor"].to_numpy() ** 2
    z = whole["z_limit"].iloc[0]
    teach = np.arange(REFERENCE_DAYS)
    between = max(0, (squares[teach] - floors[teach]).mean())
    ratios = np.sqrt(squares / (floors + between))
    for day in (1, 20, MOVED):
        others = ratios[teach[teach != day]]
        k = len(others)
        spread = others.std(ddof=1) * np.sqrt(1 + 1 / k)
        learned = (floors[day] + between) * (others.mean() + max(4, z**2 / 3.5) * spread) ** 2
        limit = np.sqrt(max(floors[day] + 0.2**2, learned))
        assert whole["learned_windows"].iloc[day] == k
        assert whole["upper_limit"].iloc[day] == pytest.approx(limit)
        assert whole["limit_ratio"].iloc[day] == pytest.approx(np.sqrt(squares[day]) / limit)


def test_vectors_of_another_length_are_counted_elsewhere(project: MonitoredProject) -> None:
    found = project.query(
        "select dimensions, sum(n) as n from texts__embedding_profile where dimension = 1 "
        f"and window_start = '{START + pd.Timedelta(days=BROKEN)}' group by 1 order by 1"
    )
    assert found.astype(int).to_numpy().tolist() == [[4, 15], [6, 120]]


def test_an_alert_names_the_vector(new_project: NewProject, rows: pd.DataFrame) -> None:
    project = new_project("duckdb")
    _load(project, rows[rows["day"] <= MOVED])
    project.declare(texts=TEXTS)
    project.build("--select", "+ml_monitor__alert_episodes")
    found = project.query("select * from ml_monitor__alert_episodes where subject = 'vector'")
    assert found["metric"].tolist() == ["standardized_centroid_distance"]
    assert found["first_window"].tolist() == [START + pd.Timedelta(days=MOVED)]
    tests = project.query(
        "select distinct family, tests from ml_monitor__limits where family = 'drift'"
    )
    # three metrics of each of norm, dimensions and score, those of categories for the prediction,
    # and one of the vector
    assert tests["tests"].tolist() == [3 * 3 + 3 + 1]


def test_a_reference_of_its_own(project: MonitoredProject, rows: pd.DataFrame) -> None:
    found = project.query(
        "select * from ml_monitor__embedding_drift where metric = 'centroid_distance' "
        "and monitor = 'trained' "
        f"and window_start = '{START + pd.Timedelta(days=MOVED)}'"
    )
    reference = _sound(rows, list(range(REFERENCE_DAYS)))
    distance = np.linalg.norm(_sound(rows, [MOVED]).mean(axis=0) - reference.mean(axis=0))
    assert found["value"].tolist() == pytest.approx([distance])
    assert found["reference_n"].tolist() == [len(reference)]
