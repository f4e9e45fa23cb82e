{% macro metric_columns(kind, ranges) %}
    {#- What the numbers of a kind hold, metric by metric: [{'name', 'value', 'standard_error', 'low', 'high', 'n', 'support', 'best_constant'}], each an expression of the numbers' columns, or none,
        and the metric's range {'lower', 'upper'}. `ranges` are those of `metric_ranges`; a column without an end of its interval has that of the normal one, inside its range. -#}
    {%- set constants = ml_monitor.best_constants(kind) -%}
    {%- set columns = {
        'binary': ml_monitor.binary_columns,
        'multiclass': ml_monitor.multiclass_columns,
        'class': ml_monitor.class_columns,
        'regression': ml_monitor.regression_columns,
        'ranking': ml_monitor.ranking_columns,
    }[kind]() -%}
    {%- for column in columns -%}
        {%- set range = ranges[column.name] -%}
        {%- do column.update({'lower': range.lower, 'upper': range.upper}) -%}
        {%- if 'best_constant' not in column -%}{%- do column.update({'best_constant': constants.get(column.name)}) -%}{%- endif -%}
        {%- if 'low' not in column -%}{%- do column.update({'low': ml_monitor.normal_bound(column.value, column.standard_error, '-', lower=range.lower)}) -%}{%- endif -%}
        {%- if 'high' not in column -%}{%- do column.update({'high': ml_monitor.normal_bound(column.value, column.standard_error, '+', upper=range.upper)}) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{% macro metric_ranges() %}
    {#- {metric of performance: its entry of the registry}. To be asked for once: the registry is text that is read anew each time. -#}
    {%- set ranges = {} -%}
    {%- for metric in ml_monitor.metrics_of('performance') -%}{%- do ranges.update({metric.name: metric}) -%}{%- endfor -%}
    {{ return(ranges) }}
{% endmacro %}

{% macro _share_column(name, trials) %}
    {{ return({'name': name, 'value': name, 'standard_error': ml_monitor.share_standard_error(name, trials), 'low': ml_monitor.wilson_bound(name, trials, '-'), 'high': ml_monitor.wilson_bound(name, trials, '+'), 'n': 'n', 'support': trials}) }}
{% endmacro %}

{% macro _area_column(name, n) %}
    {%- set error = name ~ '_standard_error' -%}
    {{ return({'name': name, 'value': name, 'standard_error': error, 'low': ml_monitor.logit_bound(name, error, '-'), 'high': ml_monitor.logit_bound(name, error, '+'), 'n': n, 'support': 'least(effective_positives, effective_negatives)'}) }}
{% endmacro %}

{% macro _mean_column(name, n, support=none) %}
    {#- Its interval is the normal one. -#}
    {{ return({'name': name, 'value': name, 'standard_error': name ~ '_standard_error', 'n': n, 'support': support}) }}
{% endmacro %}

{% macro _ratio_column(name, n, support=none) %}
    {%- set error = name ~ '_standard_error' -%}
    {{ return({'name': name, 'value': name, 'standard_error': error, 'low': ml_monitor.log_bound(name, error, '-'), 'high': ml_monitor.log_bound(name, error, '+'), 'n': n, 'support': support}) }}
{% endmacro %}
