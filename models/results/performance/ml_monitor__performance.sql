{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() %}

with judged_performance as (
    select * from {{ ref('ml_monitor', 'ml_monitor__judged_performance') }}
),

{{ ml_monitor.history('judged_performance') }},

final as (
    select
        monitor,
        model_version,
        window_start,
        window_end,
        segment,
        segment_value,
        grain,
        source,
        metric,
        class,
        value,
        ci_low,
        ci_high,
        n,
        labelled_share,
        reference_value,
        cast(previous_window_start as timestamp) as previous_window_start,
        cast(previous_value as {{ double }}) as previous_value,
        cast(trailing_value as {{ double }}) as trailing_value,
        cast(trailing_windows as bigint) as trailing_windows,
        cast(season_value as {{ double }}) as season_value,
        cast(season_windows as bigint) as season_windows,
        best_constant,
        lower_limit,
        upper_limit,
        verdict,
        reason,
        limit_ratio,
        estimation_error,
        record_windows,
        record_error,
        record_noise
    from metric_history
)

select * from final
