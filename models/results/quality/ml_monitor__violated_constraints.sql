{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set number = ml_monitor.number_text('value', 6) -%}
{%- set in_order = ml_monitor.binary_order('constraint_type') -%}

with declared as (
    {{ ml_monitor.declared_constraints() }}
),

checks as (
    select checks.*, declared.rule
    from {{ ref('ml_monitor', 'ml_monitor__constraint_checks') }} as checks
    inner join declared on declared.monitor = checks.monitor and declared.feature = checks.feature and declared.constraint_type = checks.constraint_type
),

found_values as (
    select
        checks.*,
        case
            when constraint_type in ('domain', 'unique', 'minimum_rows', 'maximum_rows') then {{ ml_monitor.count_text('value') }} || case value when 1 then ' row' else ' rows' end
            when constraint_type = 'fresh_within' then {{ number }} || ' hours'
            when constraint_type = 'null_rate' then 'share ' || {{ number }}
            when constraint_type = 'maximum' then 'greatest ' || {{ number }}
            else 'least ' || {{ number }}
        end as found
    from checks
    where verdict = 'alert'
),

-- minimum and maximum are one rule
broken_rules as (
    select
        monitor,
        window_start,
        feature,
        rule,
        {{ ml_monitor.text_list('found', in_order) }} as found
    from found_values
    group by monitor, window_start, feature, rule
),

broken_windows as (
    select monitor, window_start, feature, {{ ml_monitor.text_list("rule || ' (' || found || ')'", ml_monitor.binary_order('rule')) }} as broken
    from broken_rules
    group by monitor, window_start, feature
),

counted as (
    select
        monitor,
        window_start,
        window_end,
        feature,
        max(n) as n,
        sum(case when verdict = 'alert' then 1 else 0 end) as violated,
        sum(case when verdict = 'ok' then 1 else 0 end) as kept
    from checks
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
        case when violated > 0 then broken when kept = 0 then 'no constraint could be checked' end as reason
    from counted
    left join broken_windows on broken_windows.monitor = counted.monitor and broken_windows.window_start = counted.window_start and broken_windows.feature = counted.feature
),

final as (
    select
        {{ ml_monitor.typed_quality_columns('quality_rows') }}
    from quality_rows
)

select * from final
