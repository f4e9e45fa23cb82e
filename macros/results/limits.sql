{% macro limits(family) %}
    {#- Rows (monitor, metric, direction, warn_at, alert_at, is_declared): what each metric of a family is judged by, for each monitor.
        What the declaration says under `thresholds` stands in place of the registry's defaults. -#}
    {%- set metrics = ml_monitor.metrics_of(family) -%}
    {%- set ns = namespace(is_first=true) -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set declared = ml_monitor.declaration(monitor).thresholds -%}
        {%- for metric in metrics %}
            {%- set limit = declared.get(metric.name, metric) %}
    {{ 'union all' if not ns.is_first }}
    select {{ ml_monitor._limit_row([monitor, metric.name, metric.direction], [limit.warn_at, limit.alert_at], metric.name in declared) }}
            {%- set ns.is_first = false -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if ns.is_first -%}
    {{ ml_monitor.no_rows([
        ('monitor', ml_monitor.type_text()), ('metric', ml_monitor.type_text()), ('direction', ml_monitor.type_text()),
        ('warn_at', ml_monitor.type_double()), ('alert_at', ml_monitor.type_double()), ('is_declared', 'boolean'),
    ]) }}
    {%- endif -%}
{% endmacro %}

{% macro _limit_row(texts, numbers, is_declared) -%}
    {%- for name in ['monitor', 'metric', 'direction'] -%}
        cast({{ ml_monitor.text_literal(texts[loop.index0]) }} as {{ ml_monitor.type_text() }}) as {{ name }},{{ ' ' }}
    {%- endfor -%}
    {%- for name in ['warn_at', 'alert_at'] -%}
        cast({{ numbers[loop.index0] if numbers[loop.index0] is not none else 'null' }} as {{ ml_monitor.type_double() }}) as {{ name }},{{ ' ' }}
    {%- endfor -%}
    {{ 'true' if is_declared else 'false' }} as is_declared
{%- endmacro %}
