{% macro relation(name) %}
    {#- "model_or_seed" or "source.table", as the declaration writes it. None for what `monitor run` has found dbt not to know:
        one such name keeps dbt from parsing, and with it every other monitor. -#}
    {%- if not name or name in var('ml_monitor__unknown_relations', []) -%}
        {{ return(none) }}
    {%- elif '.' in name -%}
        {%- set parts = name.split('.') -%}
        {{ return(source(parts[0], parts[1])) }}
    {%- else -%}
        {{ return(ref(name)) }}
    {%- endif -%}
{% endmacro %}
