{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with final as (
    {%- for source, relation in [('realized', 'confusion'), ('estimated', 'estimated_confusion')] %}
    {{ 'union all' if not loop.first }}
    select
        numbers.monitor,
        numbers.model_version,
        numbers.window_start,
        numbers.window_end,
        numbers.segment,
        numbers.segment_value,
        cast('{{ source }}' as {{ ml_monitor.type_text() }}) as source,
        numbers.actual,
        numbers.predicted,
        numbers.n
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_' ~ relation) }} as numbers
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = numbers.monitor and monitors.task in ('binary', 'multiclass') and monitors.grain = numbers.grain
    where numbers.n > 0
    {%- endfor %}
)

select * from final
