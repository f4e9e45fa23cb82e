{% macro drift_metrics() %}
    {#- Distances between a window's distribution of a feature and its baseline's. p: shares of the baseline, q: shares of the window.
        lower, upper: the range of the value (null: unbounded). features: the kind of features that have it, all if absent; attributions: the ranking of all of them. is_optional: shown where a declaration names it under `metrics` or `thresholds`. warn_at, alert_at: the worsening that is judged by default
        (null: evidence only, until declared); of the population stability index, its excess over what chance brings. -#}
    {%- set metrics -%}
- name: population_stability_index
  family: drift
  formula: sum of (q - p) * ln(q / p) over the deciles, or the categories with a baseline share of at least 1 %; NULL, non-finite and unseen values are bins of their own; where a bin is empty on one side, both sides get one pseudo-row spread by the pooled shares
  unit: nats
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.05
  alert_at: 0.1
  source: Siddiqi (2006), Credit Risk Scorecards
- name: jensen_shannon_distance
  family: drift
  formula: square root of the Jensen-Shannon divergence in base 2, on the bins of the population stability index, without smoothing
  unit: distance
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Endres and Schindelin (2003), IEEE Transactions on Information Theory 49
- name: hellinger_distance
  family: drift
  is_optional: true
  formula: square root of half the sum of (sqrt(p) - sqrt(q)) squared, on the bins of the population stability index, without smoothing
  unit: distance
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Hellinger (1909)
- name: total_variation_distance
  family: drift
  is_optional: true
  formula: half the sum of |q - p|, on the bins of the population stability index
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Levin, Peres and Wilmer (2009), Markov Chains and Mixing Times
- name: l_infinity_distance
  family: drift
  is_optional: true
  formula: greatest |q - p|, on the bins of the population stability index
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: kolmogorov_smirnov_statistic
  family: drift
  features: numeric
  formula: greatest difference of the cumulative shares of the numbers; at the edges of fine bins, and inside them where one side's values begin or end or where the means of the bin's values put its summit (within 0.001 of the raw rows in a window of tens of thousands, within 0.01 in one of hundreds); in a segment, of ten coarse bins
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Smirnov (1939)
- name: wasserstein_distance
  family: drift
  features: numeric
  formula: integral of the difference of the cumulative shares, bin by bin and by parts, so that it is exact where one cumulative share stays above the other inside a bin; in a segment, on ten coarse bins, a lower bound
  unit: unit of the feature
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Vallender (1974), Theory of Probability and its Applications 18
- name: normalized_wasserstein_distance
  family: drift
  features: numeric
  formula: wasserstein_distance divided by the baseline's standard deviation (of the population)
  unit: baseline standard deviations
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Vallender (1974), Theory of Probability and its Applications 18
- name: cramer_von_mises_statistic
  family: drift
  features: numeric
  is_optional: true
  formula: n * m / N^2 * sum of (a + r) * (F - G)^2 over fine bins, where a and r are a bin's numbers in the window and the baseline, n and m those of all bins, N = n + m, and F and G the cumulative shares at the bin's end; 1/6 on average where nothing has moved; in a segment, on ten coarse bins
  unit: statistic
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Anderson (1962), Annals of Mathematical Statistics 33
- name: anderson_darling_statistic
  family: drift
  features: numeric
  is_optional: true
  formula: statistic of two samples by midranks, fine bins as ties, not standardized (within 3 % of the raw rows in a window of thousands); 1 on average where nothing has moved; in a segment, on ten coarse bins
  unit: statistic
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Scholz and Stephens (1987), Journal of the American Statistical Association 82, equation 7
- name: chi_square_statistic
  family: drift
  formula: Pearson's statistic of the table of two samples by the bins of the population stability index; both samples are random
  unit: statistic
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Pearson (1900)
- name: mean_difference
  family: drift
  features: numeric
  formula: mean of the window's numbers - mean of the baseline's
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: standardized_mean_difference
  family: drift
  features: numeric
  formula: mean_difference / the baseline's standard deviation (of the population)
  unit: baseline standard deviations
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: Glass (1976), with the baseline as control
- name: null_rate_difference
  family: drift
  formula: share of NULLs in the window - share of NULLs in the baseline
  unit: share
  lower: -1
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: unseen_rate
  family: drift
  features: categorical
  formula: share of rows whose category the reference does not have
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: tail_rate_difference
  family: drift
  features: numeric
  formula: share of the window's rows below the reference's 0.1 % quantile or above its 99.9 % quantile - the same share of the baseline; by whole fine bins, not computed per segment
  unit: share
  lower: -1
  upper: 1
  direction: higher_is_worse
  warn_at: 0.0025
  alert_at: 0.005
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: normalized_discounted_cumulative_gain
  family: drift
  features: attributions
  formula: sum of r / log2(1 + place) over the features, where r is a feature's mean absolute attribution in the baseline and place the one that the window's means give it, divided by the same sum in the baseline's own order; 1 where the order is the same
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.05
  alert_at: 0.1
  source: Järvelin and Kekäläinen (2002), ACM Transactions on Information Systems 20; alert below 0.90 as Hardt et al. (2021), Amazon SageMaker Clarify
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}

{% macro metrics_without_labels() %}
    {#- Drift metrics that labels do not have: a label that is missing is none, and the bins of predictions do not tell its tails. -#}
    {{ return(['null_rate_difference', 'tail_rate_difference']) }}
{% endmacro %}
