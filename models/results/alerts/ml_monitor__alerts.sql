{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with alert_log as (
    select log.*, monitors.owner
    from {{ ref('ml_monitor', 'ml_monitor__alert_log') }} as log
    -- those of a monitor that is declared no more are history
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = log.monitor
),

feedback as (
    select
        feedback.*,
        row_number() over (partition by alert_id order by recorded_at desc, action asc) as recency
    from {{ ref('ml_monitor', 'ml_monitor__feedback') }} as feedback
    where action in ('acknowledge', 'snooze')
),

unhelpful as (
    select alert_id, count(*) as marks
    from {{ ref('ml_monitor', 'ml_monitor__feedback') }}
    where action = 'unhelpful'
    group by alert_id
),

-- alerts of one monitor that begin in the same or in neighbouring windows are one incident
beginnings as (
    select
        alert_log.*,
        case when first_window <= lag(last_begun_end) over (partition by monitor order by first_window, alert_id) then 0 else 1 end as begins_incident
    from (
        select
            alert_log.*,
            max(first_window_end) over (partition by monitor order by first_window, alert_id rows unbounded preceding) as last_begun_end
        from alert_log
    ) as alert_log
),

incidents as (
    select beginnings.*, sum(begins_incident) over (partition by monitor order by first_window, alert_id rows unbounded preceding) as incident
    from beginnings
),

final as (
    select
        -- which
        incidents.alert_id,
        cast(first_value(incidents.alert_id) over (partition by incidents.monitor, incidents.incident order by incidents.first_window, incidents.alert_id) as {{ text }}) as incident_id,

        -- what
        incidents.monitor,
        incidents.model_version,
        incidents.segment,
        incidents.segment_value,
        incidents.concern,
        incidents.family,
        incidents.subject,
        incidents.source,
        incidents.baseline,
        incidents.metric,
        incidents.metrics,
        cast({{ ml_monitor.alert_severity('incidents') }} as {{ text }}) as severity,

        -- when
        incidents.first_window,
        incidents.last_window,
        incidents.last_window_end,
        incidents.last_began,
        incidents.windows,
        incidents.opened_at,
        incidents.closed_at,

        -- the numbers of the worst metric
        incidents.value,
        incidents.reference_value,
        incidents.lower_limit,
        incidents.upper_limit,
        incidents.n,
        incidents.worst_ratio,

        -- what is done about it
        cast(case
            when incidents.is_over or incidents.is_cleared then 'resolved'
            when feedback.action = 'snooze' and feedback.snoozed_until > {{ ml_monitor.as_of() or ml_monitor.utc_now() }} then 'snoozed'
            when feedback.action = 'acknowledge' and incidents.last_began < feedback.last_window_end then 'acknowledged'
            else 'open'
        end as {{ text }}) as state,
        incidents.is_cleared,
        cast(coalesce(unhelpful.marks, 0) as bigint) as unhelpful_marks,
        incidents.owner,
        cast({{ ml_monitor.alert_summary('incidents') }} as {{ text }}) as summary
    from incidents
    left join feedback on feedback.alert_id = incidents.alert_id and feedback.recency = 1
    left join unhelpful on unhelpful.alert_id = incidents.alert_id
)

select * from final
