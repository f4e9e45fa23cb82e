{% macro text_list(expression, order_by) %}
    {#- The texts of a group, joined by commas. -#}
    {{ return(adapter.dispatch('text_list', 'ml_monitor')(expression, order_by)) }}
{% endmacro %}

{% macro default__text_list(expression, order_by) -%}
    string_agg({{ expression }}, ', ' order by {{ order_by }})
{%- endmacro %}
