{% macro as_of() %}
    {#- The moment after which nothing loaded is seen, as SQL, or none. -#}
    {%- set moment = var('ml_monitor__as_of', none) -%}
    {%- if moment and execute and not var('ml_monitor__schema', none) -%}
        {{ exceptions.raise_compiler_error("ml_monitor: ml_monitor__as_of needs ml_monitor__schema too, the schema that takes the replayed tables, so that production is not overwritten") }}
    {%- endif -%}
    {%- if moment and execute -%}{%- do ml_monitor.checked_moment('ml_monitor__as_of', moment) -%}{%- endif -%}
    {{ return("cast('" ~ moment ~ "' as timestamp)" if moment else none) }}
{% endmacro %}
