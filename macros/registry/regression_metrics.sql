{% macro regression_metrics() %}
    {#- How far a window's predicted values are off; the keys are those of `classification_metrics`. -#}
    {%- set metrics -%}
- name: mae
  family: performance
  tasks: [regression]
  formula: mean absolute error, error = prediction - label
  unit: unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: rmse
  family: performance
  tasks: [regression]
  formula: square root of mse
  unit: unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval, delta method
- name: mse
  family: performance
  tasks: [regression]
  formula: mean squared error
  unit: squared unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: mape
  family: performance
  tasks: [regression]
  formula: mean of |error / label| over the labels that are not 0
  unit: ratio
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: wmape
  family: performance
  tasks: [regression]
  formula: sum of |error| / sum of |label|
  unit: ratio
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: Kolassa and Schuetz (2007), Foresight 6; delta method, interval on the logarithmic scale
- name: smape
  family: performance
  tasks: [regression]
  formula: mean of 2 * |error| / (|prediction| + |label|), 0 where both are 0
  unit: ratio
  lower: 0
  upper: 2
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: Makridakis (1993), International Journal of Forecasting 9; normal interval
- name: msle
  family: performance
  tasks: [regression]
  formula: mean of (ln(1 + prediction) - ln(1 + label))^2 over pairs that are both above -1
  unit: squared nats
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval
- name: rmsle
  family: performance
  tasks: [regression]
  formula: square root of msle
  unit: nats
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: 0.025
  alert_at: 0.05
  source: standard; normal interval, delta method
- name: r2
  family: performance
  tasks: [regression]
  formula: 1 - sum of squared errors / sum of squared differences of the labels from their mean; NULL where all labels are equal
  unit: share
  lower: null
  upper: 1
  direction: lower_is_worse
  warn_at: null
  alert_at: null
  source: standard; delta method, interval on the logarithmic scale of 1 - r2 (with long tails it covers 90 to 93 %)
- name: mean_error
  family: performance
  tasks: [regression]
  formula: mean of prediction - label
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; normal interval
- name: median_absolute_error
  family: performance
  tasks: [regression]
  formula: the absolute error that half of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard; interval of order statistics, Woodruff (1952), JASA 47, from the histogram
- name: error_quantile_05
  family: performance
  tasks: [regression]
  formula: the error that 5 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of order statistics, Woodruff (1952), JASA 47, from the histogram; open on a side where n is too small for one
- name: error_quantile_25
  family: performance
  tasks: [regression]
  formula: the error that 25 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of order statistics, Woodruff (1952), JASA 47, from the histogram; open on a side where n is too small for one
- name: error_quantile_50
  family: performance
  tasks: [regression]
  formula: the error that 50 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of order statistics, Woodruff (1952), JASA 47, from the histogram; open on a side where n is too small for one
- name: error_quantile_75
  family: performance
  tasks: [regression]
  formula: the error that 75 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of order statistics, Woodruff (1952), JASA 47, from the histogram; open on a side where n is too small for one
- name: error_quantile_95
  family: performance
  tasks: [regression]
  formula: the error that 95 % of the errors do not exceed, interpolated in a histogram whose bins are 3 % wide; not computed per segment
  unit: unit of the label
  lower: null
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: standard; interval of order statistics, Woodruff (1952), JASA 47, from the histogram; open on a side where n is too small for one
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
