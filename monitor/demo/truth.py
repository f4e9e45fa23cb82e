"""What was done to the demo data: every event, with its dates and size.

The three stories read their dates and sizes from here, so that this list cannot disagree
with the data. A period is half-open: ``starts_on`` is the first day on which the event acts,
``ends_on`` the first day on which it no longer does.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Monitor = Literal["credit", "delivery", "category"]
Kind = Literal[
    "bias",
    "concept_change",
    "corrected_labels",
    "duplicated_labels",
    "gradual_drift",
    "late_labels",
    "null_rate",
    "partial_labels",
    "rollout",
    "shadow",
    "unseen_category",
    "weekly_season",
    "withdrawn_labels",
]

FIRST_DAY = date(2026, 1, 1)
END = date(2026, 5, 1)


@dataclass(frozen=True)
class Event:
    """One thing that happens to one simulated ML model.

    Attributes
    ----------
    monitor : str
        The monitor it happens to.
    kind : str
        What happens.
    subject : str
        The column it happens to; ``column=value`` for one group or category; a model version;
        ``labels``.
    starts_on : datetime.date
        First day (UTC, by the prediction's timestamp) on which it acts.
    ends_on : datetime.date or None
        First day on which it no longer acts; None: it lasts to the end of the data.
    size : float
        How large it is, in the unit that `description` names.
    description : str
        One sentence for a reader, which says what `size` measures.
    """

    monitor: Monitor
    kind: Kind
    subject: str
    starts_on: date
    ends_on: date | None
    size: float
    description: str


CREDIT_INCOME = Event(
    "credit",
    "gradual_drift",
    "income",
    date(2026, 2, 23),
    None,
    -0.8,
    "Applicants' incomes fall day by day; the model's relation to the outcome still holds. "
    "Size: shift of log income reached on the last day, in reference standard deviations.",
)
CREDIT_BIAS = Event(
    "credit",
    "bias",
    "gender=female",
    date(2026, 3, 2),
    None,
    0.9,
    "A risk surcharge behind the score raises women's scores and lowers men's a little more "
    "each day, while true risk stays as it was; age is not touched. "
    "Size: gap between the two on the log-odds scale reached on the last day.",
)
CREDIT_NULLS = Event(
    "credit",
    "null_rate",
    "utilisation",
    date(2026, 4, 7),
    date(2026, 4, 21),
    0.22,
    "The credit bureau's pipeline sends no utilisation for part of the applications, until it "
    "is repaired. Size: share of NULLs.",
)
CREDIT_SHADOW = Event(
    "credit",
    "shadow",
    "v2",
    date(2026, 3, 16),
    date(2026, 4, 20),
    1.0,
    "Challenger v2, which also knows the applicant's employment, scores the same applications "
    "as champion v1. Size: share of applications that both score.",
)
CREDIT_ROLLOUT = Event(
    "credit",
    "rollout",
    "v2",
    date(2026, 4, 20),
    None,
    1.0,
    "Version v2 replaces v1. Size: share of applications that v2 alone scores.",
)
CREDIT_LATE = Event(
    "credit",
    "late_labels",
    "labels",
    FIRST_DAY,
    None,
    45.0,
    "Outcomes become known five days after the application at the earliest. "
    "Size: the longest delay in days.",
)
CREDIT_CORRECTED = Event(
    "credit",
    "corrected_labels",
    "labels",
    FIRST_DAY,
    None,
    0.015,
    "The first outcome was wrong and a second row corrects it days later. "
    "Size: share of labelled applications.",
)
CREDIT_DUPLICATED = Event(
    "credit",
    "duplicated_labels",
    "labels",
    FIRST_DAY,
    None,
    0.01,
    "The same outcome is delivered twice. Size: share of labelled applications.",
)
CREDIT_WITHDRAWN = Event(
    "credit",
    "withdrawn_labels",
    "labels",
    FIRST_DAY,
    None,
    0.005,
    "The outcome is taken back days later by a row whose label is NULL. "
    "Size: share of labelled applications.",
)
DELIVERY_SEASON = Event(
    "delivery",
    "weekly_season",
    "courier_load",
    FIRST_DAY,
    None,
    0.35,
    "Couriers carry more orders on Saturdays and Sundays, every week, as in the reference: no "
    "fault. Size: weekend shift in standard deviations.",
)
DELIVERY_CONCEPT = Event(
    "delivery",
    "concept_change",
    "distance_km",
    date(2026, 3, 23),
    None,
    1.2,
    "Road works: each kilometre takes longer overnight, while no feature and no prediction "
    "changes. Size: additional minutes per kilometre.",
)
DELIVERY_LATE = Event(
    "delivery",
    "late_labels",
    "labels",
    FIRST_DAY,
    None,
    1.0,
    "The delivery's duration is known an hour after the prediction at the earliest. "
    "Size: the longest delay in days.",
)
CATEGORY_UNSEEN = Event(
    "category",
    "unseen_category",
    "feed=live_feed",
    date(2026, 3, 18),
    None,
    0.12,
    "A feed the model was never trained on goes live, with mostly toys. "
    "Size: share of rows that come from it.",
)
CATEGORY_PARTIAL = Event(
    "category",
    "partial_labels",
    "labels",
    FIRST_DAY,
    None,
    0.6,
    "People review a random part of the products. Size: share of rows that ever get a label.",
)
CATEGORY_LATE = Event(
    "category",
    "late_labels",
    "labels",
    FIRST_DAY,
    None,
    5.0,
    "A review takes half a day at the least. Size: the longest delay in days.",
)

EVENTS: tuple[Event, ...] = (
    CREDIT_INCOME,
    CREDIT_BIAS,
    CREDIT_NULLS,
    CREDIT_SHADOW,
    CREDIT_ROLLOUT,
    CREDIT_LATE,
    CREDIT_CORRECTED,
    CREDIT_DUPLICATED,
    CREDIT_WITHDRAWN,
    DELIVERY_SEASON,
    DELIVERY_CONCEPT,
    DELIVERY_LATE,
    CATEGORY_UNSEEN,
    CATEGORY_PARTIAL,
    CATEGORY_LATE,
)
