{% macro quality_columns() %}
    {#- Columns of ml_monitor__quality, in order: what every relation has that is part of it. -#}
    {{ return([
        'monitor', 'model_version', 'window_start', 'window_end', 'segment', 'segment_value', 'feature', 'metric', 'value', 'n', 'reference_value',
        'lower_limit', 'upper_limit', 'limit_ratio', 'z_score', 'z_limit', 'learned_windows', 'verdict', 'reason',
    ]) }}
{% endmacro %}

{% macro typed_quality_columns(relation) %}
    {#- The same of a CTE, cast to their types. -#}
    {%- set types = {
        'window_start': 'timestamp', 'window_end': 'timestamp', 'n': 'bigint', 'learned_windows': 'bigint',
        'value': ml_monitor.type_double(), 'reference_value': ml_monitor.type_double(), 'lower_limit': ml_monitor.type_double(), 'upper_limit': ml_monitor.type_double(),
        'limit_ratio': ml_monitor.type_double(), 'z_score': ml_monitor.type_double(), 'z_limit': ml_monitor.type_double(),
    } -%}
    {%- for column in ml_monitor.quality_columns() %}
        cast({{ relation }}.{{ column }} as {{ types.get(column, ml_monitor.type_text()) }}) as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
