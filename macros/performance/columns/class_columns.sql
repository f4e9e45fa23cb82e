{% macro class_columns() %}
    {#- One class of a multiclass model against the rest; see `metric_columns`. -#}
    {%- set metrics = ml_monitor.rate_columns() -%}
    {%- do metrics.append(ml_monitor._area_column('roc_auc', 'positives + negatives')) -%}
    {%- do metrics.append(ml_monitor._area_column('average_precision', 'positives + negatives')) -%}
    {%- do metrics.append(ml_monitor._mean_column('brier_score', 'scored')) -%}
    {{ return(metrics) }}
{% endmacro %}
