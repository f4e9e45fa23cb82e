{% macro edge_text(expression, decimals) %}
    {#- A number rounded to so many decimals, as text, without trailing zeros. -#}
    {{ return(adapter.dispatch('edge_text', 'ml_monitor')(expression, decimals)) }}
{% endmacro %}

{% macro default__edge_text(expression, decimals) -%}
    regexp_replace(cast(round({{ expression }}, {{ decimals }}) + 0e0 as varchar), '[.]0$', '')
{%- endmacro %}

{% macro postgres__edge_text(expression, decimals) -%}
    cast(trim_scale(round(cast({{ expression }} as numeric), {{ decimals }})) as text)
{%- endmacro %}
