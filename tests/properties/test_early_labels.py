"""Labels that are loaded before their prediction: they join once it comes."""

from __future__ import annotations

from itertools import product

import pandas as pd

from tests.support.project import NewProject

ORDERS = ("labels_first", "mixed", "corrected")


def _tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four days of ten predictions, labelled right away, the first two the reference."""
    n = 40
    at = pd.Timestamp("2026-01-01") + pd.to_timedelta(2 * pd.RangeIndex(n), unit="h")
    frame = pd.DataFrame({"id": range(n), "at": at, "score": [k % 10 / 10 for k in range(n)]})
    labels = pd.DataFrame({"id": range(n), "label": [k % 2 for k in range(n)]})
    labels["known_at"] = frame["at"] + pd.Timedelta(hours=1)
    return frame, labels


def _loads(order: str) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Return predictions and labels as they are after the first and after the second load."""
    predictions, labels = (
        frame.assign(loaded_at=pd.Timestamp("2026-02-01")) for frame in _tables()
    )
    second = pd.Timestamp("2026-02-02")
    late = predictions["id"] >= 20
    later_predictions = predictions.assign(loaded_at=predictions["loaded_at"].where(~late, second))
    if order == "labels_first":
        return [(predictions[~late], labels), (later_predictions, labels)]
    if order == "mixed":
        odd = late & (predictions["id"] % 2 == 1)
        mixed = labels.assign(loaded_at=labels["loaded_at"].where(~(late & ~odd), second))
        return [(predictions[~late], labels[~late | odd]), (later_predictions, mixed)]
    # what the early labels said is wrong, and one of them is taken back, before a prediction comes
    wrong = labels.assign(label=1 - labels["label"])
    right = labels.assign(loaded_at=second, label=labels["label"].where(labels["id"] != 39))
    both = pd.concat([wrong[late], labels[~late], right[late]])
    return [
        (predictions[~late], pd.concat([wrong[late], labels[~late]])),
        (later_predictions, both),
    ]


def test_a_label_joins_once_its_prediction_comes(new_project: NewProject, engine: str) -> None:
    project = new_project(engine)
    monitors = {
        f"{order}_{'dated' if is_dated else 'plain'}": (order, is_dated)
        for order, is_dated in product(ORDERS, (True, False))
    }
    blocks = {}
    for name, (order, is_dated) in monitors.items():
        labels = {"relation": f"raw.{order}_labels", "label": "label", "timestamp": "known_at"}
        loaded_at = {"loaded_at": "loaded_at"} if is_dated else {}
        if order == "corrected":
            # which of two labels of one time counts, only their loaded_at tells
            labels["loaded_at"] = "loaded_at"
        blocks[name] = {
            "predictions": f"raw.{order}_predictions", "id": "id", "timestamp": "at",
            "task": "binary", "score": "score", "labels": {**labels, **loaded_at}, **loaded_at,
            "reference": {"from": "2026-01-01", "to": "2026-01-03"},
        }  # fmt: skip
    project.declare(**blocks)
    nodes = [f"{name}__{node}" for name in monitors for node in ("outcome_profile", "labelled")]
    for step in (0, 1):
        for order in ORDERS:
            predictions, labels_now = _loads(order)[step]
            project.load(f"{order}_predictions", predictions)
            project.load(f"{order}_labels", labels_now.astype({"label": "Int64"}))
        project.build("--select", *(f"+{name}" for name in nodes))
    expected = _tables()[1].set_index("id")["label"].map({1: "positive", 0: "negative"})
    for name, (order, _) in monitors.items():
        labelled = project.query(f"select id, actual from {name}__labelled order by id")
        known = expected.drop(39) if order == "corrected" else expected
        found = labelled.dropna().set_index("id")["actual"]
        assert len(labelled) == 40
        assert found.to_dict() == known.to_dict(), name
        counted = project.query(
            f"select actual, sum(n) as n from {name}__outcome_profile where part = 'outcome' "
            "and segment = 'overall' and actual <> '' group by actual"
        )
        assert counted.set_index("actual")["n"].to_dict() == known.value_counts().to_dict(), name
        delays = project.query(
            f"select sum(n) as n from {name}__outcome_profile where part = 'delay' and bin = 0"
        )
        assert delays["n"].tolist() == [len(known)], name
