{{ config(
    enabled=ml_monitor.with_segments(is_found=true) | length > 0,
    materialized='ml_monitor_view',
    schema=var('ml_monitor__schema', none),
    tags=['ml_monitor_results'],
) }}

{%- set columns = [('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp')] + ml_monitor.segment_profile_columns() + [('profiled_at', 'timestamp')] %}

with final as (
    {{ ml_monitor.union_of('segment_profile', columns, where='n > 0 and window_start is not null', monitors=ml_monitor.with_segments(is_found=true)) }}
)

select * from final
