"""Streams of a binary model's outcomes: scores and labels as counts, with variation and a loss.

The score is calibrated on average. From day to day the scores move, the classes lie nearer or
farther apart, and positives become more frequent or rarer. With a loss the score tells less of
the label, while scores and positives stay as frequent as they were: drift sees nothing of it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit, ndtr

from benchmarks.alarms.profiled import day
from benchmarks.alarms.streams import Counts, Setting, blocks
from tests.support.project import MonitoredProject

Floats = npt.NDArray[np.float64]

BINS = 40
PREVALENCE, DISTANCE = 0.3, 1.5  # classes lie that many standard deviations apart
SCORES = (np.arange(BINS) + 0.5) / BINS
THRESHOLD = 0.5


def outcomes(setting: Setting, seeds: int, rng: np.random.Generator) -> Counts:
    """Return labelled predictions by seed, day, score bin and label (0, 1)."""
    moved, apart, frequent = (_variation(setting, seeds, rng) for _ in range(3))
    prevalence = expit(logit(PREVALENCE) + frequent)
    # the latent value at which a score of the base model begins
    edges = (logit(np.arange(1, BINS) / BINS) - logit(PREVALENCE)) / DISTANCE + DISTANCE / 2
    chances = np.stack(
        [
            _shares(edges - moved[..., None]) * (1 - prevalence)[..., None],
            _shares(edges - (moved + DISTANCE + apart)[..., None]) * prevalence[..., None],
        ],
        axis=-1,
    )
    for days, size in blocks(setting, "accuracy"):
        _lose(chances[:, days], size)
    shape = chances.shape
    flat = chances.reshape(*shape[:2], -1)
    drawn = rng.multinomial(np.broadcast_to(setting.rows_of_days, shape[:2]), flat)
    return np.asarray(drawn).reshape(shape)


def _variation(setting: Setting, seeds: int, rng: np.random.Generator) -> Floats:
    phase = rng.uniform(0, 7, (seeds, 1))
    season = np.sin(2 * np.pi * (np.arange(setting.days) + phase) / 7)
    steps = rng.normal(size=(seeds, setting.days))
    return np.asarray(setting.daily * steps + setting.weekly * season)


def _shares(edges: Floats) -> Floats:
    below = ndtr(edges)
    ends = np.zeros((*edges.shape[:-1], 1))
    return np.diff(np.concatenate([ends, below, ends + 1], axis=-1), axis=-1)


def _lose(chances: Floats, loss: float) -> None:
    """Draw a part of the labels anew, whatever their score, so that accuracy falls by `loss`."""
    rows, labels = chances.sum(axis=-1), chances.sum(axis=-2)
    is_positive = SCORES >= THRESHOLD
    right = chances[..., is_positive, 1].sum(-1) + chances[..., ~is_positive, 0].sum(-1)
    selected = rows[..., is_positive].sum(-1)
    right_by_chance = selected * labels[..., 1] + (1 - selected) * labels[..., 0]
    part = loss / (right - right_by_chance)
    anew = rows[..., None] * labels[..., None, :]
    chances += part[..., None, None] * (anew - chances)


def write_outcomes(
    project: MonitoredProject, monitor: str, setting: Setting, drawn: Counts
) -> None:
    """Add outcomes to a monitor's grid and profiles, which a `Writer` has written."""
    seed, number, score, label = np.nonzero(drawn)
    p = SCORES[score]
    frame = pd.DataFrame(
        {
            "seed": seed,
            "day": number,
            "score": score,
            "p": p,
            "predicted": np.where(p >= THRESHOLD, "positive", "negative"),
            "actual": np.where(label == 1, "positive", "negative"),
            "n": drawn[drawn > 0],
            "loss": -np.log(np.where(label == 1, p, 1 - p)),
        }
    )
    scores = pd.DataFrame({"score": range(BINS), "p": SCORES})
    project.load("outcomes", frame)
    project.load("scores", scores)
    days = [day(number) for number in range(setting.days)]
    project.load("days", pd.DataFrame({"day": range(setting.days), "start": days}))
    for statement in _statements(monitor):
        project.execute(statement)
    for table in ("outcomes", "scores", "days"):
        project.execute(f"drop table {table}")


def _statements(monitor: str) -> list[str]:
    keys = "window_key, window_start, window_end, model_version, segment, segment_value"
    same = "part, attribute, group_value, class, bin, predicted, actual, n"
    return [
        f"""
        insert into {monitor}__grid (
            monitor, config_hash, fitted_at, part, feature, kind, bin, coarse_bin, position,
            lower_edge, category
        )
        select '{monitor}', config_hash, current_timestamp, 'outcome', '__score__', 'discrete',
            score, score, 'inside', p, 'positive'
        from scores
        cross join ml_monitor__monitors as monitors
        where monitors.monitor = '{monitor}'
        """,
        f"""
        insert into {monitor}__outcome_profile (
            {keys}, {same}, sum_score, sum_squared_score, sum_log_loss, sum_squared_log_loss,
            profiled_at
        )
        select
            {", ".join(f"windows.{key}" for key in keys.split(", "))},
            'outcome', 'none', 'all', 'positive', score, predicted, actual, outcomes.n,
            outcomes.n * p, outcomes.n * p * p, outcomes.n * loss, outcomes.n * loss * loss,
            profiled_at
        from outcomes
        inner join days on days.day = outcomes.day
        inner join {monitor}__feature_profile as windows
            on windows.feature = '__row__'
            and windows.window_start = days.start
            and windows.model_version = 'v' || substring(cast(1000 + seed as varchar), 2)
        """,
        f"""
        insert into {monitor}__outcome_profile ({keys}, {same}, profiled_at)
        select {keys}, 'delay', 'none', 'all', 'all', -2, predicted, '', sum(n), profiled_at
        from {monitor}__outcome_profile
        where part = 'outcome'
        group by {keys}, predicted, profiled_at
        """,
    ]
