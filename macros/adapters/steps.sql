{% macro steps(first, after_last) %}
    {#- Rows of whole numbers, in a column `step`. -#}
    {{ return(adapter.dispatch('steps', 'ml_monitor')(first, after_last)) }}
{% endmacro %}

{% macro default__steps(first, after_last) -%}
    select step from generate_series({{ first }}, {{ after_last - 1 }}) as numbers(step)
{%- endmacro %}
