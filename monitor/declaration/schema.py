"""The declaration of one monitored ML model: the single schema both validators use."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

NAME_PATTERN = r"^[a-z][a-z0-9_]*$"
INTERVAL_PATTERN = r"^\d+ (second|minute|hour|day|week)s?$"
TASKS = ("binary", "multiclass", "regression", "ranking")
WINDOWS = ("hour", "day", "week", "month")
SEVERITIES = ("low", "medium", "high", "critical")
LIMIT_METHODS = ("learned", "reference_sd")
BASELINES = ("reference", "season", "previous", "trailing")
ROLL_UPS = {"hour": ("day", "week", "month"), "day": ("week", "month"), "week": (), "month": ()}
"""What the windows of each length add up to: a week may lie in two months."""
COLUMN_KINDS = ("number", "text", "boolean", "date", "timestamp", "timestamp_with_time_zone")
FEATURE_KINDS = ("numeric", "categorical", "text", "date", "array", "embedding")
DERIVED_MEASURES = {
    "text": (
        "length",
        "is_empty",
        "words",
        "letter_share",
        "digit_share",
        "symbol_share",
        "space_share",
    ),
    "date": ("age_days",),
    "array": ("length",),
    "embedding": ("norm", "dimensions"),
}
"""The numeric features that stand for a column of another kind."""
MIN_ROWS = 100
SEGMENT_VALUES = 50
CUT_OFF = 10
MOST_JOINT_FEATURES = 50
MOST_COMBINED_FEATURES = 5

Scalar = bool | int | float | str
ColumnKind = Literal["number", "text", "boolean", "date", "timestamp", "timestamp_with_time_zone"]
Column = Annotated[str, Field(min_length=1)]
RelationName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?$",
        description='A model or seed, or "source.table" for a source.',
    ),
]


def tag(name: str) -> str:
    """Name one branch of a union so that it cannot be mistaken for a user's key."""
    return f"<{name}>"


def _text_as_date(value: object) -> object:
    """Let a quoted date through: YAML reads it as text, people mean the date."""
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _score_shape(value: object) -> str:
    return tag("score by class") if isinstance(value, dict) else tag("score column")


def _reference_shape(value: object) -> str:
    is_relation = isinstance(value, dict) and "relation" in value
    is_relation = is_relation or isinstance(value, ReferenceRelation)
    return tag("reference relation") if is_relation else tag("reference period")


def _metrics_shape(value: object) -> str:
    return tag("all metrics") if isinstance(value, str) else tag("metric names")


def _segment_shape(value: object) -> str:
    return tag("segment combination") if isinstance(value, list) else tag("segment column")


def _multivariate_shape(value: object) -> str:
    is_block = isinstance(value, dict | Multivariate)
    return tag("multivariate block") if is_block else tag("multivariate switch")


Date = Annotated[datetime.date, BeforeValidator(_text_as_date)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=False, frozen=True)


class ReferencePeriod(_Block):
    """Half-open period of the predictions, on window borders."""

    start: Date = Field(alias="from", description="First day of the reference.")
    end: Date = Field(alias="to", description="First day after the reference.")


class ReferenceRelation(_Block):
    """A relation of its own, such as the training set; never shown as a window."""

    relation: RelationName


class Labels(_Block):
    """Where the true outcomes are; without `relation`, a column of the predictions."""

    relation: RelationName | None = None
    id: Column | None = Field(default=None, description="Defaults to the monitor's id.")
    label: Column
    timestamp: Column | None = Field(default=None, description="When the label became known.")
    loaded_at: Column | None = Field(default=None, description="When the row arrived or changed.")


class Features(_Block):
    """The model's inputs, by kind."""

    numeric: list[Column] = []
    categorical: list[Column] = []
    text: list[Column] = Field(default=[], description="Length, emptiness, words, characters.")
    date: list[Column] = Field(default=[], description="Age in days at the prediction.")
    array: list[Column] = Field(default=[], description="Number of elements.")
    embedding: list[Column] = Field(default=[], description="Norm, dimensions and centroid.")

    @property
    def derived(self) -> dict[str, str]:
        """The features that are derived from columns, each with its column."""
        return {
            f"{column}__{measure}": column
            for kind, measures in DERIVED_MEASURES.items()
            for column in getattr(self, kind)
            for measure in measures
        }


class Protected(_Block):
    """A protected attribute and the group the others are compared with."""

    reference: Scalar | None = None


class Threshold(_Block):
    """Declared limits of one metric."""

    warn_at: float = Field(allow_inf_nan=False)
    alert_at: float = Field(allow_inf_nan=False)


Segment = Annotated[
    Annotated[Column, Tag(tag("segment column"))]
    | Annotated[list[Column], Tag(tag("segment combination"))],
    Discriminator(_segment_shape),
]


class Limits(_Block):
    """How limits are found that are not declared, and which segments open alerts."""

    method: Literal["learned", "reference_sd"] = "learned"
    k: float | None = Field(
        default=None,
        gt=0,
        allow_inf_nan=False,
        description="Standard deviations of method reference_sd; 3 if absent.",
    )
    segments: list[Segment] = []


class Incident(_Block):
    """A half-open period that is known not to be usual; it never teaches a limit."""

    start: Date = Field(alias="from", description="First day of the incident.")
    end: Date = Field(alias="to", description="First day after the incident.")
    reason: str | None = None


class Costs(_Block):
    """What one prediction of each outcome costs; a gain is negative."""

    true_positive: float = Field(default=0, allow_inf_nan=False)
    false_positive: float = Field(default=0, allow_inf_nan=False)
    false_negative: float = Field(default=0, allow_inf_nan=False)
    true_negative: float = Field(default=0, allow_inf_nan=False)


class Constraint(_Block):
    """What must hold of a feature, or of the rows themselves (`__row__`)."""

    type: ColumnKind | None = None
    null_rate: float | None = Field(default=None, ge=0, le=1)
    minimum: float | None = Field(default=None, allow_inf_nan=False)
    maximum: float | None = Field(default=None, allow_inf_nan=False)
    domain: list[Scalar] | None = Field(default=None, min_length=1)
    monotone: bool | None = Field(default=None, description="No window begins below the last.")
    unique: bool | None = Field(default=None, description="No id of a version twice in a window.")
    minimum_rows: int | None = Field(default=None, ge=0, description="Of a window that has ended.")
    maximum_rows: int | None = Field(default=None, ge=0)
    fresh_within: str | None = Field(default=None, pattern=INTERVAL_PATTERN)


class Multivariate(_Block):
    """Features that are watched together, by a sample of each window's rows."""

    features: list[Column] = Field(default=[], description="All that are declared if absent.")
    combinations: list[Column] = Field(
        default=[],
        description="Whose coarse bins are combined; if absent the first five, categories first.",
    )
    sample: int = Field(default=1000, ge=100, le=100_000, description="Rows kept of a window.")
    domain_classifier: bool = False


class Owner(_Block):
    """Who is told when an alert opens."""

    name: Annotated[str, Field(min_length=1)]
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None


Metrics = Annotated[
    Annotated[Literal["all"], Tag(tag("all metrics"))]
    | Annotated[list[Annotated[str, Field(min_length=1)]], Tag(tag("metric names"))],
    Discriminator(_metrics_shape),
]
Score = Annotated[
    Annotated[Column, Tag(tag("score column"))]
    | Annotated[dict[Scalar, Column], Tag(tag("score by class"))],
    Discriminator(_score_shape),
]
Reference = Annotated[
    Annotated[ReferencePeriod, Tag(tag("reference period"))]
    | Annotated[ReferenceRelation, Tag(tag("reference relation"))],
    Discriminator(_reference_shape),
]


JointFeatures = Annotated[
    Annotated[bool, Tag(tag("multivariate switch"))]
    | Annotated[Multivariate, Tag(tag("multivariate block"))],
    Discriminator(_multivariate_shape),
]


class Declaration(_Block):
    """One ML model under `vars: ml_monitor:` in dbt_project.yml."""

    predictions: RelationName
    id: Column = Field(description="Unique together with version.")
    timestamp: Column = Field(description="When the prediction was made; decides its window.")
    loaded_at: Column | None = Field(default=None, description="When the row arrived or changed.")
    task: Literal["binary", "multiclass", "regression", "ranking"]
    version: Column | None = None
    score: Score | None = Field(
        default=None,
        description="Probability column; multiclass: {class: column}; ranking: what it sorts by.",
    )
    group: Column | None = Field(
        default=None, description="Ranking: the query or user that the item was ranked for."
    )
    k: int | None = Field(default=None, ge=1, description="Ranking: the cut-off; 10 if absent.")
    prediction: Column | None = Field(default=None, description="Predicted class or value.")
    threshold: float | None = Field(default=None, ge=0, le=1)
    positive: Scalar | None = Field(default=None, description="Positive class; 1 if absent.")
    weights: Column | None = Field(default=None, description="How many cases a row stands for.")
    labels: Labels | None = None
    reference: Reference
    window: Literal["hour", "day", "week", "month"] = "day"
    roll_up: list[Literal["day", "week", "month"]] = Field(
        default=[], description="Longer windows that performance is also computed for."
    )
    features: Features = Features()
    segments: list[Segment] = []
    segment_values: int = Field(
        default=SEGMENT_VALUES,
        ge=2,
        description="Values that a segment's column keeps; the rest are `(other)`.",
    )
    find_segments: bool = Field(
        default=False,
        description="Search all combinations of up to three segment columns for the worst.",
    )
    protected: dict[Column, Protected] = {}
    metrics: Metrics = Field(
        default=[], description="Optional metrics that results hold too, or `all` of them."
    )
    baselines: list[Literal["reference", "season", "previous", "trailing"]] = Field(
        default=[], description="What drift is also measured against; the first two always are."
    )
    trailing: int | None = Field(
        default=None, ge=1, description="Windows of the baseline trailing; 7 if absent."
    )
    attributions: dict[Column, Column] = Field(
        default={}, description="Features and the columns that hold their attributions."
    )
    thresholds: dict[str, Threshold] = {}
    limits: Limits = Limits()
    incidents: list[Incident] = []
    severity: dict[str, Literal["low", "medium", "high", "critical"]] = Field(
        default={},
        description="Of the alerts of a metric or a feature, or of `performance` as a whole.",
    )
    costs: Costs | None = None
    repeats: bool = Field(default=False, description="Count repeated rows and replayed ids.")
    entity: Column | None = Field(default=None, description="Who or what a prediction is about.")
    constraints: dict[str, Constraint] = {}
    effects: bool = Field(
        default=False, description="Count what comes true by feature bin, once a window is mature."
    )
    multivariate: JointFeatures = Field(
        default=False, description="Whether, and how, features are also watched together."
    )
    min_rows: int = Field(default=MIN_ROWS, ge=1)
    late_by: str = Field(default="1 hour", pattern=INTERVAL_PATTERN)
    lookback: int = Field(default=60, ge=1, description="Windows redone without loaded_at.")
    owner: Owner | None = None
    demo: bool = False

    @property
    def block(self) -> dict[str, Any]:
        """The declaration as it is written, under the keys of YAML."""
        return self.model_dump(by_alias=True, exclude_none=True)

    @property
    def decision_threshold(self) -> float | None:
        """The score from which a binary row is predicted positive, or None."""
        if self.task != "binary" or self.score is None or self.prediction is not None:
            return self.threshold
        return 0.5 if self.threshold is None else self.threshold

    @property
    def positive_class(self) -> Scalar:
        """The positive class of a binary task."""
        return 1 if self.positive is None else self.positive

    @property
    def cut_off(self) -> int:
        """The first so many items of a query that a ranking is judged by."""
        return CUT_OFF if self.k is None else self.k

    @property
    def label_id(self) -> str:
        """The column of the labels that holds the prediction's id."""
        return self.labels.id if self.labels and self.labels.id else self.id

    @property
    def score_columns(self) -> dict[Scalar | None, str]:
        """Score columns by class; the key is None where there is one score only."""
        if self.score is None:
            return {}
        if isinstance(self.score, str):
            return {None: self.score}
        by_class: dict[Scalar | None, str] = {}
        by_class.update(self.score.items())
        return by_class

    @property
    def joint_features(self) -> list[str]:
        """Features that are watched together, in the order of the declaration."""
        chosen = self.multivariate.features if isinstance(self.multivariate, Multivariate) else []
        every = [*self.features.numeric, *self.features.categorical]
        return (chosen or every) if self.multivariate else []

    @property
    def joint_combinations(self) -> list[str]:
        """Features whose coarse bins are combined, as declared."""
        one = self.multivariate
        return one.combinations if isinstance(one, Multivariate) else []

    @property
    def segment_columns(self) -> list[str]:
        """Distinct columns that any segment uses, in the order declared."""
        columns: dict[str, None] = {}
        for segment in self.segments:
            for column in [segment] if isinstance(segment, str) else segment:
                columns.setdefault(column)
        return list(columns)


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of one monitor's block, for editors and documentation.

    Examples
    --------
    >>> json_schema()["required"]
    ['predictions', 'id', 'timestamp', 'task', 'reference']
    """
    return Declaration.model_json_schema(by_alias=True)
