"""Story one: will an applicant default? Binary, with labels that are up to 45 days late.

The default rate follows a logistic law. Version v1 does not know the applicant's
employment and gives the exact mean over it; v2 knows it. Both are calibrated on the reference.
"""

import numpy as np
import pandas as pd

from monitor.demo import clock, draws, truth
from monitor.demo.clock import Instants
from monitor.demo.draws import Floats, Integers
from monitor.demo.text import words

ROWS_BY_WEEKDAY = (640, 640, 640, 640, 620, 380, 340)
FIRST_ID = 100_001

INCOME_LOG_MEAN, INCOME_LOG_SD = 10.35, 0.45
AMOUNT_LOG_MEAN, AMOUNT_LOG_SD = 9.0, 0.6
AMOUNT_INCOME_CORRELATION = 0.4
USUAL_NULL_RATE = 0.004

INTERCEPT = -1.75
INCOME_EFFECT, AMOUNT_EFFECT, UTILISATION_EFFECT = -0.75, 0.30, 0.85
ACCOUNTS_EFFECT, DELINQUENCIES_EFFECT = 0.05, 0.65
ACCOUNTS_WEIGHTS = (0.06, 0.14, 0.19, 0.19, 0.15, 0.11, 0.07, 0.05, 0.03, 0.01)
DELINQUENCIES_WEIGHTS = (0.76, 0.15, 0.06, 0.02, 0.01)
PURPOSES = ("car", "debt_consolidation", "education", "home_improvement")
PURPOSE_WEIGHTS = (0.34, 0.31, 0.12, 0.23)
PURPOSE_EFFECTS = np.array([-0.15, 0.30, 0.0, -0.20])
HOUSINGS = ("mortgage", "own", "rent")
HOUSING_WEIGHTS = (0.36, 0.20, 0.44)
HOUSING_EFFECTS = np.array([-0.10, -0.30, 0.20])
EMPLOYMENTS = ("none", "permanent", "self_employed", "temporary")
EMPLOYMENT_WEIGHTS = (0.07, 0.60, 0.14, 0.19)
EMPLOYMENT_EFFECTS = np.array([1.30, -0.45, 0.30, 0.45])

REGIONS = ("east", "north", "south", "west")
REGION_WEIGHTS = (0.22, 0.28, 0.26, 0.24)
CHANNELS = ("branch", "online", "partner")
CHANNEL_WEIGHTS = ((0.27, 0.55, 0.18), (0.10, 0.70, 0.20))
GENDERS = ("female", "male", "undisclosed")
GENDER_WEIGHTS = (0.48, 0.50, 0.02)
SURCHARGE_DIRECTIONS = np.array([0.5, -0.5, 0.0])
AGE_BANDS = ("18-29", "30-44", "45-59", "60+")
AGE_BAND_WEIGHTS = (0.25, 0.34, 0.27, 0.14)

LABELLED_SHARE = 0.97
SHORTEST_DELAY_DAYS = 5.0
SHORT_DELAYS_POWER = 1.7


def _probability(log_odds: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-log_odds))
    return result


def tables() -> dict[str, pd.DataFrame]:
    """Simulate the predictions of both versions and their labels.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``credit_predictions``, unique on application and version, and ``credit_labels``, which
        holds several rows for some applications; both in order of ``loaded_at``.
    """
    day, scored_at = clock.arrivals("credit", ROWS_BY_WEEKDAY)
    rows = len(day)
    application_id = np.arange(FIRST_ID, FIRST_ID + rows)

    income = draws.normal("credit.income", rows) + clock.day_to_day("credit.income", day)
    rho = AMOUNT_INCOME_CORRELATION
    amount = rho * income + np.sqrt(1.0 - rho**2) * draws.normal("credit.amount", rows)
    income = income + clock.growth(truth.CREDIT_INCOME, day)
    utilisation = draws.normal("credit.utilisation", rows)
    utilisation += clock.day_to_day("credit.utilisation", day)
    null_rate = np.where(
        clock.is_during(truth.CREDIT_NULLS, day), truth.CREDIT_NULLS.size, USUAL_NULL_RATE
    )
    is_unknown = draws.uniform("credit.utilisation_null", rows) < null_rate
    accounts = draws.choice("credit.open_accounts", rows, ACCOUNTS_WEIGHTS)
    delinquencies = draws.choice("credit.delinquencies", rows, DELINQUENCIES_WEIGHTS)
    purpose = draws.choice("credit.purpose", rows, PURPOSE_WEIGHTS)
    housing = draws.choice("credit.housing", rows, HOUSING_WEIGHTS)
    employment = draws.choice("credit.employment", rows, EMPLOYMENT_WEIGHTS)
    gender = draws.choice("credit.gender", rows, GENDER_WEIGHTS)
    channel_weights = np.array(CHANNEL_WEIGHTS)[clock.is_weekend(day).astype(np.int64)]

    without_utilisation = (
        INTERCEPT
        + INCOME_EFFECT * income
        + AMOUNT_EFFECT * amount
        + ACCOUNTS_EFFECT * (accounts - np.arange(10) @ np.array(ACCOUNTS_WEIGHTS))
        + DELINQUENCIES_EFFECT * delinquencies
        + PURPOSE_EFFECTS[purpose]
        + HOUSING_EFFECTS[housing]
    )
    true_log_odds = without_utilisation + UTILISATION_EFFECT * utilisation
    default_rate = _probability(true_log_odds + EMPLOYMENT_EFFECTS[employment])
    defaulted = draws.uniform("credit.defaulted", rows) < default_rate

    # The model puts the mean in place of a missing utilisation, as many do.
    known_log_odds = without_utilisation + np.where(
        is_unknown, 0.0, UTILISATION_EFFECT * utilisation
    )
    surcharge = SURCHARGE_DIRECTIONS[gender] * clock.growth(truth.CREDIT_BIAS, day)
    scores = {
        "v1": _probability(known_log_odds[:, np.newaxis] + EMPLOYMENT_EFFECTS)
        @ np.array(EMPLOYMENT_WEIGHTS),
        "v2": _probability(known_log_odds + EMPLOYMENT_EFFECTS[employment]),
    }
    is_scored = {
        "v1": ~clock.is_during(truth.CREDIT_ROLLOUT, day),
        "v2": clock.is_during(truth.CREDIT_SHADOW, day)
        | clock.is_during(truth.CREDIT_ROLLOUT, day),
    }

    applications = pd.DataFrame(
        {
            "application_id": application_id,
            "scored_at": scored_at,
            "income": np.round(np.exp(INCOME_LOG_MEAN + INCOME_LOG_SD * income), -1),
            "amount": np.round(np.exp(AMOUNT_LOG_MEAN + AMOUNT_LOG_SD * amount), -2),
            "utilisation": np.where(
                is_unknown, np.nan, np.round(_probability(utilisation - 0.3), 3)
            ),
            "open_accounts": accounts,
            "delinquencies": delinquencies,
            "purpose": words(PURPOSES, purpose),
            "housing": words(HOUSINGS, housing),
            "employment": words(EMPLOYMENTS, employment),
            "region": words(REGIONS, draws.choice("credit.region", rows, REGION_WEIGHTS)),
            "channel": words(CHANNELS, draws.choice_by_row("credit.channel", channel_weights)),
            "gender": words(GENDERS, gender),
            "age_band": words(AGE_BANDS, draws.choice("credit.age_band", rows, AGE_BAND_WEIGHTS)),
        }
    )
    predictions = [
        _scored(applications, version, _surcharged(scores[version], surcharge))[is_scored[version]]
        for version in ("v1", "v2")
    ]
    return {
        "credit_predictions": pd.concat(predictions).sort_values(
            ["loaded_at", "application_id", "model_version"], ignore_index=True
        ),
        "credit_labels": _labels(application_id, scored_at, defaulted.astype(np.int64)),
    }


def _surcharged(score: Floats, surcharge: Floats) -> Floats:
    """Move a score by `surcharge` on the log-odds scale."""
    return _probability(np.log(score / (1.0 - score)) + surcharge)


def _scored(applications: pd.DataFrame, version: str, score: Floats) -> pd.DataFrame:
    """Add one version's score to the applications, and when that row was loaded."""
    frame = applications.copy()
    frame.insert(1, "model_version", words((version,), np.zeros(len(frame), dtype=np.int64)))
    frame.insert(3, "p_default", np.round(score, 6))
    scored_at = applications["scored_at"].to_numpy()
    frame["loaded_at"] = clock.minutes_later(scored_at, f"credit.loaded_{version}", 3, 30)
    return frame


def _labels(application_id: Integers, scored_at: Instants, defaulted: Integers) -> pd.DataFrame:
    """Build the label rows: firsts, then corrections, second deliveries and withdrawals."""
    is_labelled = draws.uniform("credit.labelled", len(application_id)) < LABELLED_SHARE
    application_id, scored_at = application_id[is_labelled], scored_at[is_labelled]
    defaulted = defaulted[is_labelled]
    rows = len(application_id)

    known_at = clock.days_later(
        scored_at,
        "credit.label_delay",
        SHORTEST_DELAY_DAYS,
        truth.CREDIT_LATE.size,
        SHORT_DELAYS_POWER,
    )
    loaded_at = clock.minutes_later(known_at, "credit.label_loaded", 5, 60)
    again_at = clock.days_later(known_at, "credit.label_again", 2.0, 20.0)
    again_loaded_at = clock.minutes_later(again_at, "credit.label_again_loaded", 5, 60)

    corrected = truth.CREDIT_CORRECTED.size
    duplicated = corrected + truth.CREDIT_DUPLICATED.size
    withdrawn = duplicated + truth.CREDIT_WITHDRAWN.size
    fate = draws.uniform("credit.label_fate", rows)
    is_corrected = fate < corrected
    is_duplicated = (fate >= corrected) & (fate < duplicated)
    is_withdrawn = (fate >= duplicated) & (fate < withdrawn)
    is_twice = fate < withdrawn

    first = pd.DataFrame(
        {
            "application_id": application_id,
            "defaulted": pd.array(np.where(is_corrected, 1 - defaulted, defaulted), dtype="Int64"),
            "known_at": known_at,
            "loaded_at": loaded_at,
        }
    )
    second = pd.DataFrame(
        {
            "application_id": application_id,
            "defaulted": pd.Series(defaulted, dtype="Int64").mask(is_withdrawn),
            "known_at": np.where(is_duplicated, known_at, again_at),
            "loaded_at": again_loaded_at,
        }
    )[is_twice]
    return pd.concat([first, second]).sort_values(
        ["loaded_at", "application_id"], ignore_index=True
    )
