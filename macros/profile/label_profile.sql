{% macro label_profile(monitor) %}
    {#- Labelled predictions per window, version and delay in days: a view on the delays that the outcome profile counts in its one label join. -#}
    {{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_profiles']) }}
    select window_key, window_start, window_end, model_version, bin as delay_days, n, profile_hash, watermark, label_watermark, profiled_at
    from {{ ref(monitor ~ '__outcome_profile') }}
    where part = 'delay'
{% endmacro %}
