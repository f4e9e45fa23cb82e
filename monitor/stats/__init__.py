"""Significance tests of counts and sums from profiles; raw rows are never read.

Importing it costs numpy and ``scipy.special``; the few tests that need ``scipy.stats`` import it
when they are called. NaN in gives NaN out; what cannot be, a negative count for one, is a
ValueError.
"""

from monitor.stats.anderson_darling import anderson_darling
from monitor.stats.benjamini_hochberg import benjamini_hochberg
from monitor.stats.chi_square_minimum_effect import chi_square_minimum_effect
from monitor.stats.chi_square_p_value import chi_square_p_value
from monitor.stats.cramer_von_mises import cramer_von_mises
from monitor.stats.delong import DeLong, delong
from monitor.stats.delong_paired import delong_paired
from monitor.stats.fisher_exact import fisher_exact
from monitor.stats.g_test import g_test
from monitor.stats.kolmogorov_smirnov import kolmogorov_smirnov
from monitor.stats.kolmogorov_smirnov_p_value import kolmogorov_smirnov_p_value
from monitor.stats.mann_whitney import MannWhitney, mann_whitney
from monitor.stats.mcnemar import McNemar, mcnemar
from monitor.stats.permutation import permutation
from monitor.stats.population_stability_index_minimum_effect import (
    population_stability_index_minimum_effect,
)
from monitor.stats.result import Significance
from monitor.stats.sequential_change import SequentialChange, sequential_change
from monitor.stats.sequential_mean_difference import sequential_mean_difference
from monitor.stats.two_proportion import TwoProportion, two_proportion
from monitor.stats.two_proportion_minimum_effect import two_proportion_minimum_effect
from monitor.stats.two_sample_chi_square import two_sample_chi_square
from monitor.stats.welch import Welch, welch
from monitor.stats.welch_minimum_effect import welch_minimum_effect

__all__ = [
    "DeLong",
    "MannWhitney",
    "McNemar",
    "SequentialChange",
    "Significance",
    "TwoProportion",
    "Welch",
    "anderson_darling",
    "benjamini_hochberg",
    "chi_square_minimum_effect",
    "chi_square_p_value",
    "cramer_von_mises",
    "delong",
    "delong_paired",
    "fisher_exact",
    "g_test",
    "kolmogorov_smirnov",
    "kolmogorov_smirnov_p_value",
    "mann_whitney",
    "mcnemar",
    "permutation",
    "population_stability_index_minimum_effect",
    "sequential_change",
    "sequential_mean_difference",
    "two_proportion",
    "two_proportion_minimum_effect",
    "two_sample_chi_square",
    "welch",
    "welch_minimum_effect",
]
