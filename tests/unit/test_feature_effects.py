"""What the model makes of each feature, against pandas, and how a person reads its bins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.support.project import MonitoredProject, NewProject
from tests.support.scores import block

DAYS = pd.date_range("2026-01-01", periods=4, freq="D")
UNIT = ["window_start", "model_version", "segment", "segment_value"]
EFFECTS = "select * from ml_monitor__feature_effects where monitor = '{}'"
REFERENCE = {"from": "2026-01-01", "to": "2026-01-04"}


def _rows() -> pd.DataFrame:
    """Return 600 rows a day, three days of them the reference; on the fourth all has changed."""
    rng = np.random.default_rng(5)
    n = 600 * len(DAYS)
    frame = pd.DataFrame({"id": range(n), "at": np.repeat(DAYS, 600)})
    is_last = (frame["at"] == DAYS[3]).to_numpy()
    frame["tenure"] = rng.normal(40, 10, n) + np.where(is_last, 8, 0)
    frame["rooms"] = rng.integers(1, 6, n).astype(float)
    frame.loc[rng.random(n) < 0.05, "rooms"] = np.nan
    frame["plan"] = rng.choice(["free", "basic", "gold"], n, p=[0.5, 0.3, 0.2])
    frame.loc[is_last & (frame["id"] % 9 == 0), "plan"] = "trial"
    frame.loc[frame["id"] % 50 == 0, "plan"] = None
    frame["city"] = [f"city {k:02d}" for k in rng.integers(0, 14, n)]
    frame["region"] = rng.choice(["north", "south"], n)
    frame["version"] = np.where(is_last & (frame["id"] % 2 == 0), "v2", "v1")
    score = 0.3 + 0.004 * (frame["tenure"] - 40) + np.where(frame["plan"] == "gold", 0.2, 0)
    frame["score"] = np.clip(score + rng.normal(0, 0.05, n), 0.01, 0.99)
    # a pipeline that loses scores loses them in one place
    frame.loc[is_last & (frame["plan"] == "basic"), "score"] = np.nan
    frame["nothing"], frame["same"], frame["flat"] = np.nan, 7.0, 0.5
    return frame


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return _rows()


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def project(
    new_project: NewProject, request: pytest.FixtureRequest, rows: pd.DataFrame
) -> MonitoredProject:
    project = new_project(request.param)
    project.load("scores", rows)
    project.declare(
        shop=block(
            version="version",
            features={"numeric": ["tenure", "rooms"], "categorical": ["plan", "city"]},
            segments=["region"],
            reference=REFERENCE,
        ),
        price={
            **{key: value for key, value in block().items() if key != "score"},
            "task": "regression",
            "prediction": "tenure",
            "features": {"numeric": ["tenure", "nothing", "same"]},
            "reference": REFERENCE,
        },
        flat=block(score="flat", features={"categorical": ["plan"]}, reference=REFERENCE),
    )
    project.build("--select", "+ml_monitor__feature_effects", "+ml_monitor__feature_importance")
    return project


@pytest.fixture(scope="module")
def effects(project: MonitoredProject) -> pd.DataFrame:
    found = project.query(EFFECTS.format("shop"))
    assert not found.duplicated([*UNIT, "feature", "bin"]).any()
    return found


def unit(
    effects: pd.DataFrame, day: int, feature: str, version: str = "all", region: str = ""
) -> pd.DataFrame:
    value, segment = (region, "region") if region else ("all", "overall")
    return effects[
        (effects["window_start"] == DAYS[day])
        & (effects["model_version"] == version)
        & (effects["segment"] == segment)
        & (effects["segment_value"] == value)
        & (effects["feature"] == feature)
    ].set_index("bin_text")


def chosen(
    rows: pd.DataFrame, days: list[int], version: str = "all", region: str = ""
) -> pd.Series:
    mask = rows["at"].isin(DAYS[days])
    if version != "all":
        mask &= rows["version"] == version
    return mask & (rows["region"] == region) if region else mask


@pytest.mark.parametrize(
    ("day", "version", "region", "others"),
    [
        (3, "all", "", [0, 1, 2]),
        (3, "all", "south", [0, 1, 2]),
        (3, "v1", "north", [0, 1, 2]),
        # a version without reference rows is compared with those of all versions
        (3, "v2", "", [0, 1, 2]),
        # a reference window is compared with the other ones
        (1, "all", "", [0, 2]),
        (2, "v1", "south", [0, 1]),
    ],
)
def test_categories_equal_pandas(
    effects: pd.DataFrame,
    rows: pd.DataFrame,
    day: int,
    version: str,
    region: str,
    others: list[int],
) -> None:
    names = rows["plan"].fillna("(null)").replace("trial", "(unseen)")
    window = rows[chosen(rows, [day], version, region)]
    has_own = version in {"v1", "all"}
    reference = rows[chosen(rows, others, version if has_own else "all", region)]
    found = unit(effects, day, "plan", version, region)
    assert set(found.index) == {*names[window.index], *names[reference.index]}
    for name, row in found.iterrows():
        own, other = (side[names[side.index] == name] for side in (window, reference))
        assert row["n"] == len(own)
        assert row["reference_n"] == len(other)
        assert row["share"] == pytest.approx(len(own) / len(window))
        assert row["reference_share"] == pytest.approx(len(other) / len(reference))
        for column, side in (("mean_score", own), ("reference_mean_score", other)):
            assert row[column] == pytest.approx(side["score"].mean(), nan_ok=True)
        assert pd.isna(row["observed_rate"])


def test_bins_without_a_score_have_no_mean(effects: pd.DataFrame) -> None:
    found = unit(effects, 3, "plan")
    assert found.loc["basic", "n"] > 100
    assert np.isnan(found.loc["basic", "mean_score"])
    assert found.loc["basic", "reference_mean_score"] == pytest.approx(0.3, abs=0.02)


def test_numbers_are_cut_at_the_deciles_of_the_reference(
    project: MonitoredProject, effects: pd.DataFrame, rows: pd.DataFrame
) -> None:
    found = unit(effects, 3, "tenure").reset_index().set_index("bin").sort_index()
    inside = found[found["bin_text"].str.contains(" to ")]
    assert inside.index.tolist() == list(range(1, 11))
    assert inside["reference_share"].to_numpy() == pytest.approx(0.1, abs=0.012)
    edges = project.query(
        "select coarse_bin, min(lower_edge) as edge from ml_monitor__grid "
        "where monitor = 'shop' and feature = 'tenure' and part = 'feature' and coarse_bin > 0 "
        "group by 1 order by 1"
    )["edge"].to_numpy()
    window = rows[chosen(rows, [3])]
    places = np.digitize(window["tenure"], edges)
    for place, row in found.iterrows():
        own = window[places == place]
        assert row["n"] == len(own)
        assert row["mean_score"] == pytest.approx(own["score"].mean(), nan_ok=True)
    for place, text in inside["bin_text"].items():
        shown = [float(edge) for edge in text.split(" to ")]
        assert shown == pytest.approx([edges[place - 1], edges[place]], abs=0.05)
    assert found.loc[11, "bin_text"] == f"above {inside.loc[10, 'bin_text'].split(' to ')[1]}"


def test_few_values_are_named(effects: pd.DataFrame, rows: pd.DataFrame) -> None:
    found = unit(effects, 3, "rooms").sort_values("bin")
    assert list(found.index) == ["(null)", "1", "2", "3", "4", "5"]
    counted = rows.loc[chosen(rows, [3]), "rooms"].value_counts().sort_index()
    assert found["n"].tolist()[1:] == counted.tolist()


def test_beyond_nine_categories_the_rest_is_one(effects: pd.DataFrame) -> None:
    found = unit(effects, 3, "city")
    assert len(found) == 10
    assert found.loc["(other)", "reference_share"] == pytest.approx(5 / 14, abs=0.05)


def test_scores_and_predictions_have_a_distribution(
    project: MonitoredProject, effects: pd.DataFrame, rows: pd.DataFrame
) -> None:
    window, reference = (rows[chosen(rows, days)] for days in ([3], [0, 1, 2]))
    score = unit(effects, 3, "__score__")
    assert score.loc["(null)", "n"] == window["score"].isna().sum() > 0
    inside = score[score.index.str.contains(" to ")]
    assert inside["reference_share"].to_numpy() == pytest.approx(0.1, abs=0.012)
    low, high = np.array([[float(edge) for edge in name.split(" to ")] for name in inside.index]).T
    means = inside["mean_score"].to_numpy()
    assert ((low - 0.001 <= means) & (means <= high + 0.001)).all()
    classes = unit(effects, 3, "__prediction__")
    for side, of in (("n", window), ("reference_n", reference)):
        scored = of.dropna(subset=["score"])
        is_positive = scored["score"] >= 0.5
        assert classes.loc["positive", side] == is_positive.sum() > 0
        assert classes.loc["negative", side] == (~is_positive).sum() > 0
    price = unit(project.query(EFFECTS.format("price")), 3, "__prediction__")
    own = unit(project.query(EFFECTS.format("price")), 3, "tenure")
    assert price["n"].sum() == own["n"].sum() == 600
    assert price["mean_score"].max() > 50
    explained = project.query("select distinct feature from ml_monitor__feature_importance")
    assert set(explained["feature"]) == {
        *("tenure", "rooms", "plan", "city"),
        *("nothing", "same"),
    }


def test_importance_is_the_variance_that_bins_explain(
    project: MonitoredProject, rows: pd.DataFrame
) -> None:
    found = project.query("select * from ml_monitor__feature_importance where monitor = 'shop'")
    keys = [*UNIT, "feature"]
    assert not found.duplicated(keys).any()
    by_key = found.set_index(keys).sort_index()
    for version, region, feature in [("all", "", "plan"), ("v1", "south", "city")]:
        segment = ("region", region) if region else ("overall", "all")
        row = by_key.loc[(DAYS[3], version, *segment, feature)]
        ranks = rows.loc[chosen(rows, [0, 1, 2]), "city"].value_counts()
        top = sorted(ranks.index, key=lambda name: (-ranks[name], name))[:9]
        bins = (
            rows["plan"].fillna("(null)")
            if feature == "plan"
            else rows["city"].where(rows["city"].isin(top), "(other)")
        )
        for side, days in (("", [3]), ("reference_", [0, 1, 2])):
            one = rows[chosen(rows, days, version, region)].dropna(subset=["score"])
            groups = one["score"].groupby(bins[one.index])
            between = ((groups.mean() - one["score"].mean()) ** 2 * groups.size()).sum()
            share = between / ((one["score"] - one["score"].mean()) ** 2).sum()
            n, k = len(one), groups.ngroups
            assert row[f"{side}n"] == n
            assert row[f"{side}explained_share"] == pytest.approx(share)
            epsilon = max(0, 1 - (1 - share) * (n - 1) / (n - k))
            assert row[f"{side}importance"] == pytest.approx(epsilon)
        change = row["importance"] - row["reference_importance"]
        assert row["importance_change"] == pytest.approx(change)
    whole = by_key.loc[(DAYS[3], "all", "overall", "all")]
    assert whole["reference_importance"].idxmax() == "plan"
    # what the score does not depend on explains nothing beyond chance
    assert whole.loc["rooms", "importance"] < 0.02


def test_a_regression_and_features_without_values(
    project: MonitoredProject, rows: pd.DataFrame
) -> None:
    effects = project.query(EFFECTS.format("price"))
    for feature, text in (("nothing", "(null)"), ("same", "7")):
        found = unit(effects, 3, feature)
        own = found.loc[text]
        assert (own["n"], own["share"], own["reference_share"]) == (600, 1, 1)
        expected = rows.loc[chosen(rows, [3]), "tenure"].mean()
        assert own["mean_score"] == pytest.approx(expected)
        assert found.drop(text)["n"].sum() == 0
    by_feature = project.query(
        "select * from ml_monitor__feature_importance where monitor = 'price' "
        f"and window_start = '{DAYS[1]}'"
    ).set_index("feature")
    assert by_feature["importance"].to_dict() == pytest.approx(
        {"nothing": 0, "same": 0, "tenure": 0.96}, abs=0.03
    )


def test_a_score_that_does_not_vary_explains_nothing(project: MonitoredProject) -> None:
    found = project.query("select * from ml_monitor__feature_importance where monitor = 'flat'")
    assert len(found) == 4
    columns = ["explained_share", "importance", "reference_importance", "importance_change"]
    assert found[columns].isna().all(axis=None)
    assert set(found["n"]) == {600}
