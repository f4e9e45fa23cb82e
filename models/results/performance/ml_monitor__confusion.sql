{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with final as (
    select
        numbers.monitor,
        numbers.model_version,
        numbers.window_start,
        numbers.window_end,
        numbers.segment,
        numbers.segment_value,
        cast('realized' as {{ ml_monitor.type_text() }}) as source,
        numbers.actual,
        numbers.predicted,
        numbers.n
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_confusion') }} as numbers
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = numbers.monitor and monitors.task in ('binary', 'multiclass') and monitors.grain = numbers.grain
    where numbers.n > 0
)

select * from final
