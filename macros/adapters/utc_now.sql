{% macro utc_now() %}
    {#- The moment at which a query runs, UTC. -#}
    {{ return(adapter.dispatch('utc_now', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__utc_now() -%}
    cast(now() at time zone 'UTC' as timestamp)
{%- endmacro %}
