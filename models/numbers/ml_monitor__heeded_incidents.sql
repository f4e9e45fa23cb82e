{{ ml_monitor.once_a_run_config() }}

with final as (
    select * from {{ ref('ml_monitor', 'ml_monitor__known_incidents') }}
)

select * from final
