{% macro utc_timestamp(expression, data_type) %}
    {#- The moment as a timestamp without a zone, in UTC. Text and timestamps without a zone are taken as UTC already; whatever the zone of the session. Empty text, as a CSV leaves it, is NULL. -#}
    {{ return(adapter.dispatch('utc_timestamp', 'ml_monitor')(expression, data_type)) }}
{% endmacro %}

{% macro default__utc_timestamp(expression, data_type) %}
    {%- set kind = ml_monitor.type_kind(data_type) -%}
    {%- if kind == 'timestamp_with_time_zone' -%}
        ({{ expression }} at time zone 'UTC')
    {%- elif kind == 'text' -%}
        {%- set expression = "nullif(trim(" ~ expression ~ "), '')" -%}
        (case
            when regexp_replace({{ expression }}, '^.*([Zz]|[Uu][Tt][Cc]|[Tt ][0-9:.]+ ?[+-][0-9:]+)$', 'zoned') = 'zoned' then cast({{ expression }} as timestamp with time zone) at time zone 'UTC'
            else cast({{ expression }} as timestamp)
        end)
    {%- elif kind == 'timestamp' and data_type | lower in ['timestamp', 'timestamp without time zone'] -%}
        {{ expression }}
    {%- else -%}
        cast({{ expression }} as timestamp)
    {%- endif -%}
{% endmacro %}
