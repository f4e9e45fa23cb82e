{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set grains = ['hour', 'day', 'week', 'month'] -%}

with {{ ml_monitor.column_spells() }},

-- what a run found of a declared column: broken, sound again, or of another kind that can be read all the same
found as (
    select
        column_spells.monitor,
        monitors.grain,
        column_spells.declared_name as feature,
        column_spells.first_seen_at,
        case
            when not is_sound then 1
            when kind_before <> 'missing' and kind_before <> kind and coalesce(', ' || kinds || ',' like '%, ' || kind_before || ',%', true) then 1
            else 0
        end as value,
        is_sound
    from column_spells
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = column_spells.monitor
    where declared_name is not null and (not is_sound or (kind_before is not null and kind_before <> kind))
),

dated as (
    select
        found.*,
        cast(case grain{% for grain in grains %} when '{{ grain }}' then {{ dbt.date_trunc(grain, 'first_seen_at') }}{% endfor %} end as timestamp) as window_start
    from found
),

-- one that can be read is told once
ended as (
    select monitor, grain, feature, first_seen_at, value, window_start, 1 as priority
    from dated
    union all
    select
        monitor, grain, feature, first_seen_at, 0,
        case grain{% for grain in grains %} when '{{ grain }}' then {{ ml_monitor.window_end(grain, 'window_start') }}{% endfor %} end,
        0
    from dated
    where value = 1 and is_sound
),

last_of_windows as (
    select
        ended.*,
        case grain{% for grain in grains %} when '{{ grain }}' then {{ ml_monitor.window_end(grain, 'window_start') }}{% endfor %} end as window_end,
        row_number() over (partition by monitor, feature, window_start order by priority desc, first_seen_at desc, value desc) as place
    from ended
),

quality_rows as (
    select
        last_of_windows.*,
        'all' as model_version,
        'overall' as segment,
        'all' as segment_value,
        'schema_changes' as metric,
        0 as n,
        0 as reference_value,
        null as lower_limit,
        0 as upper_limit,
        2 * value as limit_ratio,
        null as z_score,
        null as z_limit,
        null as learned_windows,
        case value when 1 then 'alert' else 'ok' end as verdict,
        case value when 1 then 'ml_monitor__schema_changes says how' end as reason
    from last_of_windows
    where place = 1
),

final as (
    select
        {{ ml_monitor.typed_quality_columns('quality_rows') }}
    from quality_rows
)

select * from final
