{% macro day_of_week(moment) %}
    {#- The weekday of a UTC timestamp, 1 (Monday) to 7. -#}
    {{ return(adapter.dispatch('day_of_week', 'ml_monitor')(moment)) }}
{% endmacro %}

{% macro default__day_of_week(moment) -%}
    extract(isodow from {{ moment }})
{%- endmacro %}
