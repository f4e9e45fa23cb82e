{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with final as (
    {{ ml_monitor.label_moments() }}
)

select * from final
