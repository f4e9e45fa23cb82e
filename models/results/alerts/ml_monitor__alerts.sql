{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with alert_log as (
    select log.*, monitors.owner
    from {{ ref('ml_monitor', 'ml_monitor__alert_log') }} as log
    -- those of a monitor that is declared no more are history
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = log.monitor
),

{%- if ml_monitor.with_constraints() %}

broken_constraints as (
    select monitor, window_start, feature, reason
    from {{ ref('ml_monitor', 'ml_monitor__violated_constraints') }}
    where verdict = 'alert'
),
{%- endif %}

feedback as (
    {{ ml_monitor.standing_feedback() }}
),

said as (
    select
        alert_id,
        max(case when action = 'acknowledge' and recency = 1 then last_window_end end) as acknowledged_until,
        max(case when action = 'acknowledge' then recorded_at end) as acknowledged_at,
        max(case when action = 'snooze' and recency = 1 then snoozed_until end) as snoozed_until,
        max(case when action = 'snooze' then recorded_at end) as snoozed_at,
        sum(case when action = 'unhelpful' then 1 else 0 end) as unhelpful_marks
    from (
        select feedback.*, row_number() over (partition by alert_id, action order by recorded_at desc) as recency
        from feedback
    ) as feedback
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
    select
        beginnings.*,
        sum(begins_incident) over (partition by beginnings.monitor order by first_window, alert_id rows unbounded preceding) as incident,
        {{ 'broken_constraints.reason' if ml_monitor.with_constraints() else 'cast(null as ' ~ text ~ ')' }} as broken_constraints
    from beginnings
    {%- if ml_monitor.with_constraints() %}
    left join broken_constraints
        on beginnings.concern = 'constraint'
        and broken_constraints.monitor = beginnings.monitor
        and broken_constraints.feature = beginnings.subject
        and broken_constraints.window_start = beginnings.last_window
    {%- endif %}
),

final as (
    select
        -- which
        incidents.alert_id,
        -- named for when it began, whatever else joins it
        cast({{ ml_monitor.alert_name(["'incident'", 'incidents.monitor', 'min(incidents.first_window) over (partition by incidents.monitor, incidents.incident)']) }} as {{ text }}) as incident_id,

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
            when said.snoozed_until > {{ ml_monitor.as_of() or ml_monitor.utc_now() }} and coalesce(said.snoozed_at >= said.acknowledged_at, true) then 'snoozed'
            -- until another metric joins
            when incidents.last_began < said.acknowledged_until then 'acknowledged'
            else 'open'
        end as {{ text }}) as state,
        incidents.is_cleared,
        cast(coalesce(said.unhelpful_marks, 0) as bigint) as unhelpful_marks,
        incidents.owner,
        cast({{ ml_monitor.alert_summary('incidents') }} as {{ text }}) as summary
    from incidents
    left join said on said.alert_id = incidents.alert_id
)

select * from final
