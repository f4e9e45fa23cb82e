{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}

with rules as (
    select
        monitor,
        family,
        metric,
        count(*) as alerts,
        sum(case when state = 'open' then 1 else 0 end) as open_alerts,
        sum(case when state = 'acknowledged' then 1 else 0 end) as acknowledged_alerts,
        sum(case when is_cleared then 1 else 0 end) as cleared_alerts,
        sum(unhelpful_marks) as unhelpful_marks,
        sum(case when unhelpful_marks > 0 then 1 else 0 end) as unhelpful_alerts
    from {{ ref('ml_monitor', 'ml_monitor__alerts') }}
    group by monitor, family, metric
),

final as (
    select
        monitor,
        family,
        metric,
        cast(alerts as bigint) as alerts,
        cast(open_alerts as bigint) as open_alerts,
        cast(acknowledged_alerts as bigint) as acknowledged_alerts,
        cast(cleared_alerts as bigint) as cleared_alerts,
        cast(unhelpful_marks as bigint) as unhelpful_marks,
        cast(unhelpful_alerts as bigint) as unhelpful_alerts,
        cast(unhelpful_alerts as {{ double }}) / alerts as unhelpful_share
    from rules
)

select * from final
