{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}
{%- set columns = [('monitor', text), ('incident_from', 'timestamp'), ('incident_to', 'timestamp'), ('concern', text), ('subject', text), ('reason', text), ('source', text)] -%}

with declared as (
    {{ ml_monitor.no_rows(columns) }}
    {%- for monitor in ml_monitor.declarations() %}
    {%- for incident in ml_monitor.declaration(monitor).incidents %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, {{ ml_monitor.timestamp_literal(incident.get('from')) }}, {{ ml_monitor.timestamp_literal(incident.to) }}, null, null, {{ ml_monitor.text_literal(incident.reason or '') }}, 'declared'
    {%- endfor %}
    {%- endfor %}
),

feedback as (
    {{ ml_monitor.standing_feedback() }}
),

-- what somebody has acknowledged did happen
acknowledged as (
    select
        monitor,
        first_window as incident_from,
        last_window_end as incident_to,
        {{ ml_monitor.alert_concern() }} as concern,
        subject,
        max(coalesce(note, '')) as reason,
        'acknowledged' as source
    from feedback
    where action = 'acknowledge'
    group by 1, 2, 3, 4, 5
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
