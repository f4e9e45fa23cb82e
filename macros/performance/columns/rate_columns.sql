{% macro rate_columns() %}
    {#- The rates of one class against the rest; x_trials: the effective number of labelled predictions that x is a share of. -#}
    {%- set metrics = [] -%}
    {%- for name, trials in [('precision', 'precision_trials'), ('recall', 'recall_trials'), ('specificity', 'specificity_trials'), ('selection_rate', 'n'), ('prevalence', 'n')] -%}
        {%- do metrics.append(ml_monitor._share_column(name, trials)) -%}
    {%- endfor -%}
    {%- do metrics.append({'name': 'f1', 'value': 'f1', 'standard_error': ml_monitor.f1_standard_error('f1_trials'), 'low': ml_monitor.f1_bound('f1_trials', '-'), 'high': ml_monitor.f1_bound('f1_trials', '+'), 'n': 'n', 'support': 'f1_trials'}) -%}
    {{ return(metrics) }}
{% endmacro %}
