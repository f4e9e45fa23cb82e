"""Story two: how many minutes will a delivery take? Regression, labels within a day.

The prediction is the exact conditional mean, until the world changes overnight.
"""

import numpy as np
import pandas as pd

from monitor.demo import clock, draws, truth
from monitor.demo.text import identifiers, words

ROWS_BY_WEEKDAY = (480, 480, 490, 510, 620, 740, 680)

DISTANCE_LOG_MEAN, DISTANCE_LOG_SD = 1.1, 0.5
PREPARATION_MEAN, PREPARATION_SD = 14.0, 4.0
LOAD_MEAN, LOAD_SD = 2.4, 0.6
ITEMS_WEIGHTS = (0.18, 0.27, 0.22, 0.14, 0.09, 0.05, 0.03, 0.02)
VEHICLES = ("bike", "car", "scooter")
VEHICLE_WEIGHTS = (0.45, 0.20, 0.35)
MINUTES_PER_KM = np.array([2.9, 2.1, 2.3])
CUISINES = ("asian", "bakery", "burger", "pizza", "vegan")
CUISINE_WEIGHTS = (0.26, 0.10, 0.24, 0.28, 0.12)
CUISINE_MINUTES = np.array([0.0, -2.0, 1.0, 2.0, -0.5])
CITIES = ("lisbon", "lyon", "porto")
CITY_WEIGHTS = (0.40, 0.35, 0.25)

HANDOVER_MINUTES = 3.0
MINUTES_PER_ITEM, MINUTES_PER_LOAD = 0.5, 4.0
NOISE_SD, NOISE_SD_PER_MINUTE = 1.0, 0.12
SHORTEST_MINUTES = 3.0

LABELLED_SHARE = 0.99
SHORTEST_DELAY_DAYS = 1.0 / 24.0


def tables() -> dict[str, pd.DataFrame]:
    """Simulate the predictions and their labels.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``delivery_predictions`` and ``delivery_labels``, both unique on the order, in order of
        ``loaded_at``.
    """
    day, ordered_at = clock.arrivals("delivery", ROWS_BY_WEEKDAY)
    rows = len(day)
    order_id = identifiers("D", rows)

    distance = draws.normal("delivery.distance", rows)
    distance += clock.day_to_day("delivery.distance", day)
    distance_km = np.round(np.exp(DISTANCE_LOG_MEAN + DISTANCE_LOG_SD * distance), 2)
    preparation = draws.normal("delivery.preparation", rows)
    preparation += clock.day_to_day("delivery.preparation", day)
    preparation_minutes = np.maximum(
        np.round(PREPARATION_MEAN + PREPARATION_SD * preparation, 1), 1.0
    )
    load = draws.normal("delivery.load", rows) + clock.day_to_day("delivery.load", day)
    load += truth.DELIVERY_SEASON.size * clock.is_weekend(day)
    courier_load = np.maximum(np.round(LOAD_MEAN + LOAD_SD * load, 2), 0.1)
    items = 1 + draws.choice("delivery.items", rows, ITEMS_WEIGHTS)
    vehicle = draws.choice("delivery.vehicle", rows, VEHICLE_WEIGHTS)
    cuisine = draws.choice("delivery.cuisine", rows, CUISINE_WEIGHTS)

    predicted = (
        HANDOVER_MINUTES
        + preparation_minutes
        + CUISINE_MINUTES[cuisine]
        + MINUTES_PER_KM[vehicle] * distance_km
        + MINUTES_PER_ITEM * items
        + MINUTES_PER_LOAD * (courier_load - LOAD_MEAN)
    )
    noise = (NOISE_SD + NOISE_SD_PER_MINUTE * predicted) * draws.normal("delivery.noise", rows)
    per_km = np.where(
        clock.is_during(truth.DELIVERY_CONCEPT, day), truth.DELIVERY_CONCEPT.size, 0.0
    )
    actual = np.maximum(np.round(predicted + per_km * distance_km + noise, 1), SHORTEST_MINUTES)

    predictions = pd.DataFrame(
        {
            "order_id": order_id,
            "ordered_at": ordered_at,
            "predicted_minutes": np.round(predicted, 2),
            "distance_km": distance_km,
            "preparation_minutes": preparation_minutes,
            "courier_load": courier_load,
            "items": items,
            "vehicle": words(VEHICLES, vehicle),
            "cuisine": words(CUISINES, cuisine),
            "city": words(CITIES, draws.choice("delivery.city", rows, CITY_WEIGHTS)),
            "loaded_at": clock.minutes_later(ordered_at, "delivery.loaded", 2, 15),
        }
    )
    known_at = clock.days_later(
        ordered_at, "delivery.label_delay", SHORTEST_DELAY_DAYS, truth.DELIVERY_LATE.size
    )
    labels = pd.DataFrame(
        {
            "order_id": order_id,
            "actual_minutes": actual,
            "known_at": known_at,
            "loaded_at": clock.minutes_later(known_at, "delivery.label_loaded", 2, 20),
        }
    )[draws.uniform("delivery.labelled", rows) < LABELLED_SHARE]
    return {
        "delivery_predictions": predictions.sort_values(
            ["loaded_at", "order_id"], ignore_index=True
        ),
        "delivery_labels": labels.sort_values(["loaded_at", "order_id"], ignore_index=True),
    }
