"""Story three: which category is a product in? Four classes, labels for a part of the rows.

Features are drawn given the class, and the scores are the exact posterior (Bayes' rule), as
long as every value is one the model was trained on.
"""

import numpy as np
import pandas as pd

from monitor.demo import clock, draws, truth
from monitor.demo.draws import Floats, Integers
from monitor.demo.text import identifiers, words

ROWS_BY_WEEKDAY = (450, 450, 450, 440, 430, 350, 350)

CLASSES = ("electronics", "fashion", "home", "toys")
CLASS_WEIGHTS = np.array([0.24, 0.34, 0.24, 0.18])
LOG_SDS = {"price": 0.75, "weight_kg": 0.85, "description_length": 0.45}
LOG_MEANS = {
    "price": np.array([5.2, 3.7, 4.1, 3.1]),
    "weight_kg": np.array([0.3, -0.9, 1.0, -0.3]),
    "description_length": np.array([6.6, 5.8, 6.2, 5.9]),
}
DECIMALS = {"price": 2, "weight_kg": 3, "description_length": 0}
BRAND_TIERS = ("none", "premium", "standard")
BRAND_TIER_WEIGHTS = np.array(
    [[0.10, 0.45, 0.45], [0.30, 0.30, 0.40], [0.55, 0.10, 0.35], [0.40, 0.10, 0.50]]
)
FEEDS = ("app", "csv", "partner", truth.CATEGORY_UNSEEN.subject.split("=")[1])
FEED_WEIGHTS = np.array(
    [[0.30, 0.20, 0.50], [0.60, 0.15, 0.25], [0.35, 0.40, 0.25], [0.50, 0.25, 0.25]]
)
UNSEEN_CLASS_WEIGHTS = np.array([0.10, 0.15, 0.15, 0.60])
COUNTRIES = ("de", "es", "fr")
COUNTRY_WEIGHTS = (0.42, 0.25, 0.33)

SHORTEST_DELAY_DAYS = 0.5


def tables() -> dict[str, pd.DataFrame]:
    """Simulate the predictions and their labels.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``category_predictions`` and ``category_labels``, both unique on the product, in order of
        ``loaded_at``.
    """
    day, scored_at = clock.arrivals("category", ROWS_BY_WEEKDAY)
    rows = len(day)
    product_id = identifiers("P", rows)

    unseen_rate = np.where(
        clock.is_during(truth.CATEGORY_UNSEEN, day), truth.CATEGORY_UNSEEN.size, 0.0
    )
    is_unseen = draws.uniform("category.unseen", rows) < unseen_rate
    class_weights = np.where(is_unseen[:, np.newaxis], UNSEEN_CLASS_WEIGHTS, CLASS_WEIGHTS)
    actual = draws.choice_by_row("category.class", class_weights)
    logs = {
        name: means[actual]
        + LOG_SDS[name]
        * (draws.normal(f"category.{name}", rows) + clock.day_to_day(f"category.{name}", day))
        for name, means in LOG_MEANS.items()
    }
    brand_tier = draws.choice_by_row("category.brand_tier", BRAND_TIER_WEIGHTS[actual])
    feed = draws.choice_by_row("category.feed", FEED_WEIGHTS[actual])
    feed[is_unseen] = len(FEEDS) - 1

    scores = _posterior(logs, brand_tier, feed, is_unseen)
    predictions = pd.DataFrame(
        {
            "product_id": product_id,
            "scored_at": scored_at,
            "predicted_category": words(CLASSES, scores.argmax(axis=1).astype(np.int64)),
            **{f"p_{name}": np.round(scores[:, i], 6) for i, name in enumerate(CLASSES)},
            **{name: np.round(np.exp(log), DECIMALS[name]) for name, log in logs.items()},
            "brand_tier": words(BRAND_TIERS, brand_tier),
            "feed": words(FEEDS, feed),
            "country": words(COUNTRIES, draws.choice("category.country", rows, COUNTRY_WEIGHTS)),
            "loaded_at": clock.minutes_later(scored_at, "category.loaded", 2, 20),
        }
    )
    reviewed_at = clock.days_later(
        scored_at, "category.label_delay", SHORTEST_DELAY_DAYS, truth.CATEGORY_LATE.size
    )
    labels = pd.DataFrame(
        {
            "product_id": product_id,
            "category": words(CLASSES, actual),
            "reviewed_at": reviewed_at,
            "loaded_at": clock.minutes_later(reviewed_at, "category.label_loaded", 5, 60),
        }
    )[draws.uniform("category.labelled", rows) < truth.CATEGORY_PARTIAL.size]
    return {
        "category_predictions": predictions.sort_values(
            ["loaded_at", "product_id"], ignore_index=True
        ),
        "category_labels": labels.sort_values(["loaded_at", "product_id"], ignore_index=True),
    }


def _posterior(
    logs: dict[str, Floats], brand_tier: Integers, feed: Integers, is_unseen: draws.Booleans
) -> Floats:
    """Give each class's probability; a feed the model does not know tells it nothing."""
    log_weight = np.log(CLASS_WEIGHTS) + np.log(BRAND_TIER_WEIGHTS.T)[brand_tier]
    known_feed = np.where(is_unseen, 0, feed)
    log_weight += np.where(is_unseen[:, np.newaxis], 0.0, np.log(FEED_WEIGHTS.T)[known_feed])
    for name, log in logs.items():
        distance = (log[:, np.newaxis] - LOG_MEANS[name]) / LOG_SDS[name]
        log_weight -= 0.5 * distance**2
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    result: Floats = weight / weight.sum(axis=1, keepdims=True)
    return result
