{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}

with bins as (
    select numbers.*
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_calibration') }} as numbers
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = numbers.monitor and monitors.task in ('binary', 'multiclass')
    where numbers.n > 0
),

reference_bins as (
    select monitor, model_version, class, score_bin, labelled, positives
    from bins
    where window_start is null and segment = 'overall'
),

{{ ml_monitor.isotonic('calibrated', 'reference_bins', ['monitor', 'model_version', 'class'], 'score_bin', 'positives', 'labelled') }},

final as (
    select
        bins.monitor,
        bins.model_version,
        bins.window_start,
        bins.window_end,
        bins.segment,
        bins.segment_value,
        bins.class,
        bins.score_bin,
        cast(bins.n as bigint) as n,
        cast(bins.labelled as bigint) as labelled,
        cast(bins.sum_score / bins.n as {{ double }}) as mean_score,
        cast(bins.positives / nullif(bins.labelled, 0) as {{ double }}) as observed_rate,
        -- a version without reference rows is read against the reference of all versions
        cast(coalesce(own.rate, of_all.rate) as {{ double }}) as calibrated_rate
    from bins
    left join calibrated as own
        on own.monitor = bins.monitor and own.class = bins.class and own.score_bin = bins.score_bin and own.model_version = bins.model_version
    left join calibrated as of_all
        on of_all.monitor = bins.monitor and of_all.class = bins.class and of_all.score_bin = bins.score_bin and of_all.model_version = 'all'
    where bins.window_start is not null
)

select * from final
