{% macro product(one, other) %}
    {#- The product of two numbers below 1e150. Below the range of a double some engines round it to 0, others stop with an error. -#}
    {{ return(adapter.dispatch('product', 'ml_monitor')(one, other)) }}
{% endmacro %}

{% macro default__product(one, other) -%}
    {{ one }} * {{ other }}
{%- endmacro %}

{% macro postgres__product(one, other) -%}
    case when abs({{ one }}) < 1e-150 or abs({{ other }}) < 1e-150 then 0 else {{ one }} * {{ other }} end
{%- endmacro %}
