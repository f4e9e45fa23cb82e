{% macro run_started() -%}
    {#- The start of this run, UTC: the same in every node of one invocation. -#}
    {{ ml_monitor.timestamp_literal(run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f')) }}
{%- endmacro %}
