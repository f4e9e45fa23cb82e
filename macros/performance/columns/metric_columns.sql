{% macro metric_columns(kind) %}
    {#- What the numbers of a kind hold, metric by metric: [{'name', 'value', 'standard_error', 'low', 'high', 'n', 'support'}], each an expression of the numbers' columns, or none.
        A ranking's have 'best_constant' too: what the same score for every item would earn. -#}
    {{ return({
        'binary': ml_monitor.binary_columns,
        'multiclass': ml_monitor.multiclass_columns,
        'class': ml_monitor.class_columns,
        'regression': ml_monitor.regression_columns,
        'ranking': ml_monitor.ranking_columns,
    }[kind]()) }}
{% endmacro %}

{% macro range_of(name) %}
    {#- The registry's entry of a metric of performance, which tells the range of its value. -#}
    {{ return(ml_monitor.metrics_of('performance') | selectattr('name', 'equalto', name) | first) }}
{% endmacro %}

{% macro _share_column(name, trials) %}
    {{ return({'name': name, 'value': name, 'standard_error': ml_monitor.share_standard_error(name, trials), 'low': ml_monitor.wilson_bound(name, trials, '-'), 'high': ml_monitor.wilson_bound(name, trials, '+'), 'n': 'n', 'support': trials}) }}
{% endmacro %}

{% macro _area_column(name, n) %}
    {%- set error = name ~ '_standard_error' -%}
    {{ return({'name': name, 'value': name, 'standard_error': error, 'low': ml_monitor.logit_bound(name, error, '-'), 'high': ml_monitor.logit_bound(name, error, '+'), 'n': n, 'support': 'least(effective_positives, effective_negatives)'}) }}
{% endmacro %}

{% macro _mean_column(name, n, support=none) %}
    {%- set metric = ml_monitor.range_of(name) -%}
    {%- set error = metric.name ~ '_standard_error' -%}
    {{ return({
        'name': metric.name, 'value': metric.name, 'standard_error': error, 'n': n, 'support': support,
        'low': ml_monitor.normal_bound(metric.name, error, '-', lower=metric.lower), 'high': ml_monitor.normal_bound(metric.name, error, '+', upper=metric.upper),
    }) }}
{% endmacro %}

{% macro _plain_column(name, n, support=none) %}
    {{ return({'name': name, 'value': name, 'standard_error': none, 'low': none, 'high': none, 'n': n, 'support': support}) }}
{% endmacro %}
