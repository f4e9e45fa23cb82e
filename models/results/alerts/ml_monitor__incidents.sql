{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}
{%- set states = ['open', 'acknowledged', 'snoozed', 'resolved'] -%}

with ranked_alerts as (
    select
        alerts.*,
        case when concern = 'performance' and subject = 'all' then 'performance' else subject end as shown_subject,
        case severity {% for level in ml_monitor.severities() %}when '{{ level }}' then {{ loop.index }} {% endfor %}end as severity_rank,
        case state {% for state in states %}when '{{ state }}' then {{ loop.index }} {% endfor %}end as state_rank,
        row_number() over (
            partition by incident_id
            order by
                case state {% for state in states %}when '{{ state }}' then {{ loop.index }} {% endfor %}end,
                case segment when 'overall' then 0 else 1 end,
                case severity {% for level in ml_monitor.severities() %}when '{{ level }}' then {{ loop.index }} {% endfor %}end desc,
                worst_ratio desc nulls last,
                alert_id
        ) as place,
        row_number() over (partition by incident_id, case when concern = 'performance' then 1 else 0 end, subject order by alert_id) as subject_place
    from {{ ref('ml_monitor', 'ml_monitor__alerts') }} as alerts
),

incidents as (
    select
        incident_id,
        monitor,
        max(owner) as owner,
        min(first_window) as first_window,
        max(last_window) as last_window,
        min(opened_at) as opened_at,
        case when count(closed_at) = count(*) then max(closed_at) end as closed_at,
        count(*) as alerts,
        sum(case when state <> 'resolved' then 1 else 0 end) as unresolved_alerts,
        max(severity_rank) as severity_rank,
        min(state_rank) as state_rank,
        {{ ml_monitor.text_list('case when subject_place = 1 then shown_subject end', ml_monitor.binary_order('shown_subject')) }} as subjects,
        max(case when place = 1 then summary end) as worst_summary
    from ranked_alerts
    group by incident_id, monitor
),

final as (
    select
        incident_id,
        monitor,
        cast(case severity_rank {% for level in ml_monitor.severities() %}when {{ loop.index }} then '{{ level }}' {% endfor %}end as {{ text }}) as severity,
        cast(case state_rank {% for state in states %}when {{ loop.index }} then '{{ state }}' {% endfor %}end as {{ text }}) as state,
        first_window,
        last_window,
        opened_at,
        closed_at,
        cast(alerts as bigint) as alerts,
        cast(unresolved_alerts as bigint) as unresolved_alerts,
        cast(subjects as {{ text }}) as subjects,
        owner,
        cast(worst_summary || case alerts when 1 then '' when 2 then '; and 1 more alert' else '; and ' || cast(alerts - 1 as {{ text }}) || ' more alerts' end as {{ text }}) as summary
    from incidents
)

select * from final
