{% macro approximate_distinct(expression) %}
    {#- How many distinct values, within a few percent; exact where the engine has no sketch. -#}
    {{ return(adapter.dispatch('approximate_distinct', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__approximate_distinct(expression) -%}
    count(distinct {{ expression }})
{%- endmacro %}

{% macro duckdb__approximate_distinct(expression) -%}
    approx_count_distinct({{ expression }})
{%- endmacro %}
