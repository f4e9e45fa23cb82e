{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with counted as (
    select
        monitor,
        window_start,
        window_end,
        feature,
        max(n) as n,
        sum(case when verdict = 'alert' then 1 else 0 end) as violated,
        sum(case when verdict = 'ok' then 1 else 0 end) as kept
    from {{ ref('ml_monitor', 'ml_monitor__constraint_checks') }}
    group by monitor, window_start, window_end, feature
),

quality_rows as (
    select
        counted.*,
        'all' as model_version,
        'overall' as segment,
        'all' as segment_value,
        'violated_constraints' as metric,
        violated as value,
        0 as reference_value,
        null as lower_limit,
        0 as upper_limit,
        violated as limit_ratio,
        null as z_score,
        null as z_limit,
        null as learned_windows,
        case when violated > 0 then 'alert' when kept > 0 then 'ok' else 'insufficient_data' end as verdict,
        case when violated > 0 then 'ml_monitor__constraint_checks says which' when kept = 0 then 'no constraint could be checked' end as reason
    from counted
),

final as (
    select
        {{ ml_monitor.typed_quality_columns('quality_rows') }}
    from quality_rows
)

select * from final
