{% macro feed_metrics() %}
    {#- What is judged by rules of its own, among the quality metrics. Keys as in quality_metrics; learned: judged by default without an alert_at, by what the reference's windows vary by. -#}
    {%- set metrics -%}
- name: missing_windows
  family: quality
  features: row
  learned: true
  formula: windows without rows in a row, up to this one; 0 where there are rows. A window is missed where nine tenths of the windows of its season in the reference have rows, and the missing ones together should have had 20 or more
  unit: windows
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: a Poisson count with a mean of 20 is 0 with a chance of 2 in a billion
- name: violated_constraints
  family: quality
  learned: true
  formula: declared constraints of the feature that the window breaks; see ml_monitor__constraint_checks
  unit: constraints
  lower: 0
  upper: null
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: schema_changes
  family: quality
  learned: true
  formula: 1 in the window of the run that found a declared column missing or of another kind, 0 in that of the run that found it sound again; see ml_monitor__schema_changes
  unit: columns
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: null
  alert_at: null
  source: standard
- name: label_flip_rate
  family: quality
  features: row
  tasks: [binary]
  needs: labels
  formula: the share f of flipped labels that fits best, observed rate = p + f * (1 - 2p), by least squares over score bins, p the reference's calibrated rate; of the feature __label__. A change of the label itself looks the same
  unit: share
  lower: null
  upper: null
  direction: higher_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: class-independent label noise, Angluin and Laird (1988), Machine Learning 2; weighted least squares; delta method
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
