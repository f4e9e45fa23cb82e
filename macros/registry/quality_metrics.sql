{% macro quality_metrics() %}
    {#- What a window's values are, feature by feature. The feature `__row__` stands for the rows themselves.
        lower, upper: the range of the value (null: unbounded). features: numeric, categorical, row for the rows themselves, or score; every feature if absent. needs: the key of a declaration without which there is none (`threshold`: a score that no declared prediction decides on; `labels`: a score too). warn_at, alert_at: the rise over the reference that is judged by default (null: evidence only, until declared). -#}
    {%- set metrics -%}
- name: row_count
  family: quality
  features: row
  learned: true
  formula: rows of the window, duplicates included. Overall and of all versions it is judged by its logarithm against the reference's windows of the same season, if there are two of each, once the window has ended; of several versions the rows of the largest or of all, whichever are nearer to what is usual
  unit: rows
  lower: 0
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: duplicate_id_rate
  family: quality
  features: row
  formula: 1 - rows left when the last of each version and id is kept / all rows; of the feature __row__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: late_row_rate
  family: quality
  features: row
  needs: loaded_at
  formula: rows that arrived more than late_by after their window had ended / all rows; of the feature __row__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: repeated_content_rate
  family: quality
  features: row
  needs: repeats
  formula: rows whose features, score and prediction all equal an earlier row's of the window and version / all rows; of the feature __row__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: replayed_id_rate
  family: quality
  features: row
  needs: repeats
  formula: rows whose version and id one of the lookback windows before has already / all rows; of the feature __row__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: largest_entity_rate
  family: quality
  features: row
  needs: entity
  formula: rows of the entity that has most of them / all rows; of the feature __row__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: distinct_entity_rate
  family: quality
  features: row
  needs: entity
  formula: different entities / all rows; of the feature __row__. The reference's is the mean of its windows
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: below_threshold_rate
  family: quality
  features: score
  tasks: [binary]
  needs: threshold
  formula: predictions in the bins of the score just below the decision threshold, the fewest that held 1 % of the reference / all rows; of the feature __score__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: after the test of manipulation at a cut-off of McCrary (2008), J. Econometrics 142, with the reference in the place of a smooth density; Anscombe (1948) for its standard error
- name: above_threshold_rate
  family: quality
  features: score
  tasks: [binary]
  needs: threshold
  formula: predictions in the bins of the score at and just above the decision threshold, the fewest that held 1 % of the reference / all rows; of the feature __score__
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: after the test of manipulation at a cut-off of McCrary (2008), J. Econometrics 142, with the reference in the place of a smooth density; Anscombe (1948) for its standard error
- name: constant_rate
  family: quality
  formula: rows that hold the only value there is, NULLs apart / all rows; 0 where values differ; overall. The reference's is the share of its fullest bin, and what that varies by is what is learned
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: null_rate
  family: quality
  formula: rows whose value is NULL / all rows
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: unseen_rate
  family: quality
  features: categorical
  formula: rows whose category the reference does not have / all rows
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: out_of_range_rate
  family: quality
  features: numeric
  formula: rows whose number lies below the least or above the greatest of the reference / all rows
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: not_a_number_rate
  family: quality
  features: numeric
  formula: rows whose value is NaN, infinite or beyond 1e50 / all rows
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Anscombe (1948) for its standard error, on the arcsine scale
- name: mean
  family: quality
  features: numeric
  formula: mean of the numbers, from sums that are centred on the reference's median
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: standard_deviation
  family: quality
  features: numeric
  formula: standard deviation of the numbers (of the population, divided by n), from centred sums
  unit: unit of the feature
  lower: 0
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: minimum
  family: quality
  features: numeric
  formula: least number; not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: maximum
  family: quality
  features: numeric
  formula: greatest number; not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: quantile_01
  family: quality
  features: numeric
  formula: the number that 1 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: quantile_05
  family: quality
  features: numeric
  formula: the number that 5 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: quantile_25
  family: quality
  features: numeric
  formula: the number that 25 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: median
  family: quality
  features: numeric
  formula: the number that 50 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: quantile_75
  family: quality
  features: numeric
  formula: the number that 75 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: quantile_95
  family: quality
  features: numeric
  formula: the number that 95 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
- name: quantile_99
  family: quality
  features: numeric
  formula: the number that 99 % of the numbers do not exceed, interpolated between the least and the greatest number of its fine bin, which beyond the reference's extremes is wide (a third off where all values are a hundred times as great); not computed per segment
  unit: unit of the feature
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
