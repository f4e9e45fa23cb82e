{% macro limits(family) %}
    {#- Rows (monitor, metric, direction, warn_at, alert_at, is_declared): what each metric of a family is judged by, for each monitor.
        What the declaration says under `thresholds` stands in place of the registry's defaults. -#}
    {%- set metrics = ml_monitor.metrics_of(family) -%}
    {{ ml_monitor.no_rows([
        ('monitor', ml_monitor.type_text()), ('metric', ml_monitor.type_text()), ('direction', ml_monitor.type_text()),
        ('warn_at', ml_monitor.type_double()), ('alert_at', ml_monitor.type_double()), ('is_declared', 'boolean'),
    ]) }}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- set name, declared = ml_monitor.text_literal(monitor), ml_monitor.declaration(monitor).thresholds -%}
        {%- for metric in metrics %}
            {%- set limit = declared.get(metric.name, metric) %}
    union all
    select {{ name }}, '{{ metric.name }}', '{{ metric.direction }}'
            {%- for number in [limit.warn_at, limit.alert_at] %}, {{ number if number is not none else 'null' }}{% endfor %}, {{ 'true' if metric.name in declared else 'false' }}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
