{% macro rate_columns(predicted, actual, rest, union) %}
    {#- The rates of one class against the rest. predicted, actual, rest: how many labelled predictions are predicted to be of the class, are of it, are not; union: how many are or are predicted to be. -#}
    {%- set metrics = [] -%}
    {%- for name, trials in [('precision', predicted), ('recall', actual), ('specificity', rest), ('selection_rate', 'n'), ('prevalence', 'n')] -%}
        {%- do metrics.append(ml_monitor._share_column(name, trials)) -%}
    {%- endfor -%}
    {%- do metrics.append({'name': 'f1', 'value': 'f1', 'standard_error': ml_monitor.f1_standard_error(union), 'low': ml_monitor.f1_bound(union, '-'), 'high': ml_monitor.f1_bound(union, '+'), 'n': 'n', 'support': union}) -%}
    {{ return(metrics) }}
{% endmacro %}
