{% macro count_text(expression) %}
    {#- A whole number as people read it, 18,203. -#}
    {{ return(adapter.dispatch('count_text', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__count_text(expression) -%}
    format('{:,}', cast({{ expression }} as bigint))
{%- endmacro %}

{% macro postgres__count_text(expression) -%}
    to_char(cast({{ expression }} as bigint), 'FM999,999,999,999,999,999')
{%- endmacro %}
