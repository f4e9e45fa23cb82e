{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}
{%- set columns = [('monitor', text), ('incident_from', 'timestamp'), ('incident_to', 'timestamp'), ('reason', text), ('source', text)] -%}

with declared as (
    {{ ml_monitor.no_rows(columns) }}
    {%- for monitor in ml_monitor.declarations() %}
    {%- for incident in ml_monitor.declaration(monitor).incidents %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, {{ ml_monitor.timestamp_literal(incident.get('from')) }}, {{ ml_monitor.timestamp_literal(incident.to) }}, {{ ml_monitor.text_literal(incident.reason or '') }}, 'declared'
    {%- endfor %}
    {%- endfor %}
),

-- what somebody has acknowledged did happen
acknowledged as (
    select monitor, first_window as incident_from, last_window_end as incident_to, coalesce(note, '') as reason, 'acknowledged' as source
    from {{ ref('ml_monitor', 'ml_monitor__feedback') }}
    where action = 'acknowledge'
),

incidents as (
    select * from declared
    union all
    select * from acknowledged
),

final as (
    select
        {%- for name, type in columns %}
        cast({{ name }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from incidents
)

select * from final
