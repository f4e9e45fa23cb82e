{#- Written by `monitor ack`, `snooze` and `unhelpful`; dbt makes it once and never touches its rows, not even with full-refresh. -#}
{{ config(
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

{%- set text = ml_monitor.type_text() -%}

with final as (
    {{ ml_monitor.no_rows([
        ('alert_id', text), ('action', text), ('snoozed_until', 'timestamp'), ('note', text), ('author', text), ('recorded_at', 'timestamp'),
        ('monitor', text), ('family', text), ('subject', text), ('metric', text), ('first_window', 'timestamp'), ('last_window_end', 'timestamp'),
    ]) }}
)

select * from final
