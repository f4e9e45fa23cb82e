{% macro label_profile(monitor) %}
    {#- Labelled predictions per window, version and delay in days: a view on the delays that the outcome profile counts in its one label join.
        A delay of -1 is a label that was known before its prediction was made. -#}
    {{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_profiles']) }}
    {%- set own = 'window_key, window_start, window_end, model_version' -%}
    {%- set audit = 'profile_hash, watermark, label_watermark, profiled_at' -%}
    {%- set days = 'cast(floor(bin / 24.0) as integer)' if ml_monitor.declaration(monitor).window == 'hour' else 'bin' -%}
    select {{ own }}, delay_days, cast(sum(n) as bigint) as n, {{ audit }}
    from (
        select {{ own }}, {{ days }} as delay_days, n, {{ audit }}
        from {{ ref(monitor ~ '__outcome_profile') }}
        where part = 'delay' and bin >= {{ ml_monitor.delay_codes().before }}
    ) as delays
    group by {{ own }}, delay_days, {{ audit }}
{% endmacro %}
