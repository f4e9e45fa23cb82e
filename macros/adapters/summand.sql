{% macro summand(column) %}
    {#- A number to be summed where the sum of those that count as not a number is dropped afterwards: only an engine that stops when a sum overflows has to leave them out. -#}
    {{ return(adapter.dispatch('summand', 'ml_monitor')(column)) }}
{% endmacro %}

{% macro default__summand(column) -%}
    {{ column }}
{%- endmacro %}

{% macro postgres__summand(column) -%}
    case when abs({{ column }}) <= {{ ml_monitor.largest_number() }} then {{ column }} end
{%- endmacro %}
