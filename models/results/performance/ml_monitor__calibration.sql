{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}

with {{ ml_monitor.calibrated_bins() }},

final as (
    select
        monitor,
        model_version,
        window_start,
        window_end,
        segment,
        segment_value,
        class,
        score_bin,
        cast(n as bigint) as n,
        cast(labelled as bigint) as labelled,
        cast(sum_score / n as {{ double }}) as mean_score,
        cast(positives / nullif(labelled, 0) as {{ double }}) as observed_rate,
        cast(calibrated_rate as {{ double }}) as calibrated_rate
    from calibrated_bins
    where n > 0
)

select * from final
