{% macro square(expression) %}
    {#- The square of a number. Beyond the range of a double some engines round it to infinity or 0, others stop with an error. -#}
    {{ return(adapter.dispatch('square', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__square(expression) -%}
    {{ expression }} * {{ expression }}
{%- endmacro %}

{% macro postgres__square(expression) -%}
    case when abs({{ expression }}) < 1e-150 then 0 when abs({{ expression }}) < 1e150 then {{ expression }} * {{ expression }} end
{%- endmacro %}
