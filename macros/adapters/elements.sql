{% macro elements(expression) %}
    {#- How many elements an array has; NULL of NULL, 0 of an empty one. -#}
    {{ return(adapter.dispatch('elements', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__elements(expression) -%}
    len({{ expression }})
{%- endmacro %}

{% macro postgres__elements(expression) -%}
    case when {{ expression }} is not null then coalesce(array_length({{ expression }}, 1), 0) end
{%- endmacro %}
