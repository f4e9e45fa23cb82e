{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with grids as (
    {{ ml_monitor.union_of('grid', ml_monitor.grid_columns()[1:]) }}
),

final as (
    -- a grid of an older declaration means nothing to the profiles of this one
    select grids.*
    from grids
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = grids.monitor and monitors.config_hash = grids.config_hash
)

select * from final
