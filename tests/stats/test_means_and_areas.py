"""Tests of two means and of two ROC AUCs, against scipy and definitions on the raw rows."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from monitor.stats import delong, delong_paired, welch


def test_welch_is_scipys() -> None:
    rng = np.random.default_rng(1)
    one, other = rng.normal(3, 2, 40), rng.normal(2, 5, 300)
    sides = [f(side) for side in (one, other) for f in (np.mean, lambda x: np.var(x, ddof=1), len)]
    ours, theirs = welch(*sides), scipy_stats.ttest_ind(one, other, equal_var=False)
    assert (ours.statistic, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert ours.degrees_of_freedom == pytest.approx(theirs.df)
    interval = theirs.confidence_interval(0.95)
    assert (ours.effect_low, ours.effect_high) == pytest.approx((interval.low, interval.high))
    assert ours.standardized_mean_difference == pytest.approx(
        (one.mean() - other.mean()) / other.std(ddof=1)
    )


def test_hedges_g_by_hand() -> None:
    # a pooled standard deviation of 2; 1 - 3 / (4 * 18 - 1) for ten rows a side
    result = welch(11, 4, 10, 10, 4, 10)
    assert result.hedges_g == pytest.approx(0.5 * (1 - 3 / 71))


def test_welch_takes_arrays_and_says_what_it_does_not_know() -> None:
    result = welch([1, 1, 1, 2, np.nan], [1, 1, 0, 0, 1], [5, 1, 5, 5, 5], 1, [1, 1, 0, 0, 1], 9)
    assert result.p_value.tolist()[2:4] == [1, 0]
    assert np.isnan(result.p_value).tolist() == [False, True, False, False, True]
    assert np.isnan(result.effect).tolist() == [False, True, False, False, True]
    with pytest.raises(ValueError, match="variance holds -1"):
        welch(1, -1, 5, 1, 1, 5)


def _counts(score: np.ndarray, label: np.ndarray, groups: int) -> list[np.ndarray]:
    return [np.bincount(score[label == side], minlength=groups) for side in (1, 0)]


def _area(score: np.ndarray, label: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the ROC AUC of raw rows and the placements of positives and of negatives."""
    ones, others = score[label == 1][:, None], score[label == 0][None, :]
    wins = (ones > others) + (ones == others) / 2
    return float(wins.mean()), wins.mean(axis=1), wins.mean(axis=0)


def _rows(rng: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    label = (rng.random(rows) < 0.3).astype(int)
    latent = label + rng.normal(0, 1, rows)
    scores = [np.digitize(latent + rng.normal(0, s, rows), np.linspace(-2, 3, 9)) for s in (0.3, 1)]
    return scores[0], scores[1], label


def test_delong_is_its_definition_on_the_raw_rows() -> None:
    rng = np.random.default_rng(2)
    (first, _, label), (_, second, other_label) = _rows(rng, 300), _rows(rng, 500)
    result = delong(*_counts(first, label, 10), *_counts(second, other_label, 10))
    area, of_ones, of_others = _area(first, label)
    other, of_other_ones, of_other_others = _area(second, other_label)
    parts = (of_ones, of_others, of_other_ones, of_other_others)
    variance = sum(np.var(part, ddof=1) / len(part) for part in parts)
    assert (result.roc_auc, result.reference_roc_auc) == pytest.approx((area, other))
    assert result.standard_error == pytest.approx(np.sqrt(variance))
    z = (area - other) / np.sqrt(variance)
    assert result.p_value == pytest.approx(2 * scipy_stats.norm.sf(abs(z)))
    assert result.effect_high - result.effect == pytest.approx(1.959964 * np.sqrt(variance))


def test_delong_of_the_same_rows_is_its_definition() -> None:
    rng = np.random.default_rng(3)
    first, second, label = _rows(rng, 400)
    joint = np.zeros((2, 10, 10))
    np.add.at(joint, (1 - label, first, second), 1)
    result = delong_paired(*joint)
    area, of_ones, of_others = _area(first, label)
    other, of_other_ones, of_other_others = _area(second, label)
    variance = np.var(of_ones - of_other_ones, ddof=1) / len(of_ones)
    variance += np.var(of_others - of_other_others, ddof=1) / len(of_others)
    assert result.effect == pytest.approx(area - other)
    assert result.standard_error == pytest.approx(np.sqrt(variance))
    # judging the same rows leaves less to chance
    apart = delong(*_counts(first, label, 10), *_counts(second, label, 10))
    assert result.standard_error < apart.standard_error
    stacked = delong_paired(np.stack([joint[0]] * 2), np.stack([joint[1]] * 2))
    assert stacked.p_value == pytest.approx([result.p_value] * 2)


def test_the_same_score_twice_has_no_difference() -> None:
    result = delong_paired(np.diag([5, 10, 20]), np.diag([30, 10, 5]))
    assert (result.effect, result.statistic, result.p_value) == (0, 0, 1)


def test_delong_by_hand_and_at_its_edges() -> None:
    # a positive above both negatives and one above one of them: (1 + 1/2) / 2, twice
    result = delong([0, 1, 0, 1], [1, 0, 1, 0], [1, 1], [1, 1])
    assert (result.roc_auc, result.reference_roc_auc) == (0.75, 0.5)
    parted = delong([0, 40], [60, 0], [0, 30], [50, 0])
    assert (parted.effect, parted.p_value) == (0, 1)
    assert delong([0, 40], [60, 0], [30, 0], [0, 50]).p_value == 0
    for empty in (delong([0, 0], [3, 4], [3, 4], [5, 6]), delong([0, 1], [3, 4], [3, 4], [5, 6])):
        assert np.isnan(empty.p_value)
    with pytest.raises(ValueError, match="reference_positives has shape"):
        delong([1, 2], [3, 4], [1, 2], [3, 4, 5])
    with pytest.raises(ValueError, match="each pair of score groups"):
        delong_paired([1, 2], [3, 4])


def test_delong_is_right_five_times_in_a_hundred() -> None:
    rng = np.random.default_rng(4)
    ones, others = np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.3, 0.2, 0.1])
    window = rng.multinomial(60, ones, 4000), rng.multinomial(120, others, 4000)
    reference = rng.multinomial(300, ones, 4000), rng.multinomial(900, others, 4000)
    assert (delong(*window, *reference).p_value <= 0.05).mean() == pytest.approx(0.05, abs=0.012)
    # two scores of the same rows, equally good and half alike
    joint = [0.5 * np.outer(side, side) + 0.5 * np.diag(side) for side in (ones, others)]
    draws = [
        rng.multinomial(n, side.ravel(), 4000) for n, side in zip((80, 150), joint, strict=True)
    ]
    paired = delong_paired(*(draw.reshape(-1, 4, 4) for draw in draws))
    assert (paired.p_value <= 0.05).mean() == pytest.approx(0.05, abs=0.012)
