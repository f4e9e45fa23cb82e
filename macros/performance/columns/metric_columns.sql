{% macro metric_columns(kind) %}
    {#- What the numbers of a kind hold, metric by metric: [{'name', 'value', 'standard_error', 'low', 'high', 'n', 'support', 'best_constant'}], each an expression of the numbers' columns, or none. -#}
    {%- set constants = ml_monitor.best_constants(kind) -%}
    {%- set columns = {
        'binary': ml_monitor.binary_columns,
        'multiclass': ml_monitor.multiclass_columns,
        'class': ml_monitor.class_columns,
        'regression': ml_monitor.regression_columns,
        'ranking': ml_monitor.ranking_columns,
    }[kind]() -%}
    {%- for column in columns if 'best_constant' not in column -%}{%- do column.update({'best_constant': constants.get(column.name)}) -%}{%- endfor -%}
    {{ return(columns) }}
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

{% macro _ratio_column(name, n, support=none) %}
    {%- set error = name ~ '_standard_error' -%}
    {{ return({'name': name, 'value': name, 'standard_error': error, 'low': ml_monitor.log_bound(name, error, '-'), 'high': ml_monitor.log_bound(name, error, '+'), 'n': n, 'support': support}) }}
{% endmacro %}
