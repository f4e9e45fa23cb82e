{% macro quality_metrics() %}
    {#- What a window's values are, feature by feature. The feature `__row__` stands for the rows themselves.
        lower, upper: the range of the value (null: unbounded). features: numeric, categorical, or row for the rows themselves; every feature if absent. warn_at, alert_at: the rise over the reference that is judged by default (null: evidence only, until declared). -#}
    {%- set metrics -%}
- name: row_count
  family: quality
  features: row
  formula: rows of the window, duplicates included
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
