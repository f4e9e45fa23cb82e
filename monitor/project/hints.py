"""Names by which people call the columns of a prediction log."""

from __future__ import annotations

import re
from collections.abc import Iterable

ID = (
    "id",
    "prediction_id",
    "row_id",
    "request_id",
    "event_id",
    "entity_id",
    "uuid",
    "guid",
    "key",
    "row_key",
)
TIMESTAMP = (
    "timestamp",
    "ts",
    "scored_at",
    "predicted_at",
    "prediction_timestamp",
    "prediction_time",
    "prediction_date",
    "scoring_date",
    "inference_time",
    "event_timestamp",
    "event_time",
    "created_at",
    "requested_at",
    "datetime",
    "date_time",
    "time",
    "date",
)
LOADED_AT = (
    "loaded_at",
    "_loaded_at",
    "ingested_at",
    "_ingested_at",
    "inserted_at",
    "_inserted_at",
    "_fivetran_synced",
    "_airbyte_extracted_at",
    "_dlt_loaded_at",
)
LABEL_TIMESTAMP = (
    "known_at",
    "labelled_at",
    "labeled_at",
    "observed_at",
    "label_timestamp",
    "label_time",
    "outcome_at",
    "resolved_at",
)
VERSION = ("model_version", "version", "model_id", "model_name", "model")
PREDICTION = (
    "y_pred",
    "prediction",
    "predicted",
    "pred",
    "yhat",
    "y_hat",
    "predicted_label",
    "predicted_class",
    "predicted_value",
    "prediction_label",
    "model_output",
)
LABEL = (
    "y_true",
    "label",
    "target",
    "actual",
    "ground_truth",
    "truth",
    "outcome",
    "label_value",
    "true_label",
    "actual_label",
    "actual_value",
    "true_value",
    "y",
    "class",
)
SCORE = (
    "y_pred_proba",
    "score",
    "proba",
    "probability",
    "prob",
    "y_score",
    "y_proba",
    "pred_proba",
    "prediction_score",
    "predicted_probability",
    "propensity",
    "confidence",
)
POSITIVE = ("1", "1.0", "true", "yes", "y", "t", "positive", "pos", "fraud", "churned", "default")

_NOT_A_VALUE = re.compile(r"_(id|at|on|ts|time|date|timestamp|version|name)$")
_SHAPES = {
    "prediction": re.compile(r"^(y_)?pred(icted|iction)?_|_(pred|prediction|predicted)$|^will_"),
    "label": re.compile(
        r"^(actual|true|target|label|observed)_|_(label|actual|target|true|truth|outcome)$"
    ),
    "score": re.compile(r"(^|_)(proba|probability|prob|propensity)(_|$)|^p_|_score$"),
}


def snake(name: str) -> str:
    """Write a column's name in lower snake case, to compare it.

    Examples
    --------
    >>> snake("PassengerId"), snake("home.dest")
    ('passenger_id', 'home_dest')
    """
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    text = re.sub(r"[^0-9a-zA-Z]+", "_", spaced).lower()
    return text if name.startswith("_") else text.lstrip("_")


def by_name(columns: Iterable[str], names: Iterable[str], shape: str | None = None) -> list[str]:
    """Return the columns with one of `names`, best first, then those of the named shape."""
    listed = list(columns)
    order = {name: rank for rank, name in enumerate(names)}
    exact = sorted(
        (column for column in listed if snake(column) in order),
        key=lambda column: order[snake(column)],
    )
    pattern = _SHAPES[shape] if shape is not None else None
    if pattern is None:
        return exact
    shaped = [
        column
        for column in listed
        if column not in exact
        and pattern.search(snake(column))
        and not _NOT_A_VALUE.search(snake(column))
    ]
    return exact + shaped


def looks_like_id(column: str) -> bool:
    """Say whether a name is one of an identifier.

    Examples
    --------
    >>> looks_like_id("PassengerId"), looks_like_id("paid")
    (True, False)
    """
    name = snake(column)
    return name in ID or name.endswith(("_id", "_uuid", "_key", "_guid", "_ref"))


def may_be_id(column: str) -> bool:
    """Say whether a name is one of a number that may identify, if no value occurs twice.

    Examples
    --------
    >>> may_be_id("orderNo"), may_be_id("rooms")
    (True, False)
    """
    return looks_like_id(column) or snake(column).endswith(("_no", "_nr", "_num", "_number"))
