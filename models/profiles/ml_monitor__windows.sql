{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set columns = [('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('n', 'bigint'), ('profiled_at', 'timestamp'), ('watermark', 'timestamp')] -%}

with feature_windows as (
    {{ ml_monitor.union_of('feature_profile', columns, where="segment = 'overall' and feature = '__row__'") }}
),

outcome_windows as (
    {{ ml_monitor.union_of('outcome_profile', columns, where="segment = 'overall' and part = 'row'") }}
),

both_profiles as (
    select monitor, window_key, window_start, window_end, n, watermark as loaded_until, profiled_at as feature_profiled_at, null as outcome_profiled_at
    from feature_windows
    union all
    select monitor, window_key, window_start, window_end, 0 as n, watermark as loaded_until, null as feature_profiled_at, profiled_at as outcome_profiled_at
    from outcome_windows
),

windows as (
    select
        monitor,
        window_key,
        window_start,
        window_end,
        sum(n) as n,
        max(loaded_until) as loaded_until,
        max(feature_profiled_at) as feature_profiled_at,
        max(outcome_profiled_at) as outcome_profiled_at
    from both_profiles
    group by monitor, window_key, window_start, window_end
),

final as (
    select
        windows.monitor,
        windows.window_key,
        windows.window_start,
        windows.window_end,
        cast(windows.n as bigint) as n,
        windows.loaded_until,
        windows.feature_profiled_at,
        windows.outcome_profiled_at,
        coalesce(windows.window_start >= monitors.reference_from and windows.window_start < monitors.reference_to, false) as is_reference
    from windows
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = windows.monitor
)

select * from final
