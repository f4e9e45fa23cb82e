{% macro label_metrics() %}
    {#- How a window's labels come in; the keys are those of `classification_metrics`. -#}
    {%- set metrics -%}
{%- for name, part in [('05', '5 %'), ('50', 'half'), ('95', '95 %')] %}
- name: label_delay_quantile_{{ name }}
  family: performance
  formula: >-
    time from a prediction to its label within which {{ part }} of the labels that are due had come, interpolated inside a day (of hourly windows, below two days, inside an hour). Due are the labels that
    came within the age that the whole window has reached and, of its other predictions, the part that the reference had still to come at that age; NULL until {{ part }} of them have come.
    0 where the label was known before the prediction; labels without a time are left out
  unit: days
  lower: 0
  upper: null
  direction: both
  warn_at: null
  alert_at: null
  source: Efron (1967), Fifth Berkeley Symposium 4, for labels still to come; interval of order statistics
{%- endfor %}
- name: labelled_share_gap
  family: performance
  tasks: [binary, multiclass]
  formula: >-
    greatest labelled share among the predicted classes of at least 30 predictions less the least, by the labels that came within the age that the whole window has reached.
    Judged by itself and not by its rise; it warns where the two shares also differ by more than 3.5 standard deviations (likelihood ratio with Yates' correction, more where there are more than two classes), and alerts
    only above a declared alert_at: a gap is never greater than 1
  unit: share
  lower: 0
  upper: 1
  direction: higher_is_worse
  warn_at: 0.05
  alert_at: 1
  source: interval of Newcombe (1998), Statistics in Medicine 17; likelihood ratio of Wilks (1938)
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
