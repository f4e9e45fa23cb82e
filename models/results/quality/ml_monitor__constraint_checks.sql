{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with declared as (
    {{ ml_monitor.declared_constraints() }}
),

{{ ml_monitor.feed_windows() }},

{{ ml_monitor.absent_windows() }},

{{ ml_monitor.domain_counts() }},

numbers as (
    select
        stored.*,
        monitors.min_rows,
        lag(stored.maximum) over (partition by stored.monitor, stored.feature order by stored.window_start) as maximum_before
    from {{ ref('ml_monitor', 'ml_monitor__quality_numbers') }} as stored
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
    where stored.n > 0 and stored.segment = 'overall' and stored.model_version = 'all'
        and stored.monitor in ({{ ml_monitor.text_literals(ml_monitor.with_constraints()) }})
),

-- how long after a window the next rows came, or how long ago it was at the last run
freshness as (
    select
        feed_windows.window_key,
        feed_windows.has_ended,
        greatest(0, {{ ml_monitor.hours_between(
            'least(feed_windows.window_end, case when feed_windows.is_newest then status.loaded_until end)',
            'coalesce(feed_windows.next_start, monitors.as_of, monitors.run_at)',
        ) }}) as hours
    from (
        select
            feed_windows.*,
            lead(window_start) over (partition by monitor order by window_start) as next_start,
            lead(window_start) over (partition by monitor order by window_start) is null as is_newest
        from feed_windows
    ) as feed_windows
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = feed_windows.monitor
    left join (
        select monitor, max(loaded_until) as loaded_until
        from {{ ref('ml_monitor', 'ml_monitor__windows') }}
        group by monitor
    ) as status on status.monitor = feed_windows.monitor
),

checked as (
    select
        numbers.monitor,
        numbers.window_start,
        numbers.window_end,
        numbers.feature,
        declared.constraint_type,
        numbers.n,
        numbers.number_n,
        numbers.min_rows,
        freshness.has_ended,
        domain_counts.unknown_n,
        case declared.constraint_type
            when 'null_rate' then numbers.null_n / cast(numbers.n as {{ double }})
            when 'minimum' then numbers.minimum
            when 'maximum' then numbers.maximum
            when 'monotone' then numbers.minimum
            when 'domain' then coalesce(domain_counts.outside_n, 0)
            when 'unique' then numbers.duplicate_n
            when 'minimum_rows' then numbers.n
            when 'maximum_rows' then numbers.n
            when 'fresh_within' then freshness.hours
        end as value,
        case
            when declared.constraint_type in ('minimum', 'minimum_rows') then declared.value
            when declared.constraint_type = 'monotone' and declared.value = 1 then numbers.maximum_before
        end as lower_limit,
        case
            when declared.constraint_type in ('null_rate', 'maximum', 'maximum_rows', 'fresh_within') then declared.value
            when declared.constraint_type = 'domain' or (declared.constraint_type = 'unique' and declared.value = 1) then 0
        end as upper_limit
    from numbers
    inner join declared on declared.monitor = numbers.monitor and declared.feature = numbers.feature and declared.constraint_type <> 'type'
    left join freshness on freshness.window_key = numbers.window_key
    left join domain_counts on domain_counts.window_key = numbers.window_key and domain_counts.feature = numbers.feature
),

-- a window without any rows, unless the reference has never had one of its season
absent as (
    select
        absent_windows.monitor,
        absent_windows.window_start,
        absent_windows.window_end,
        declared.feature,
        declared.constraint_type,
        0 as n,
        0 as number_n,
        monitors.min_rows,
        absent_windows.has_ended,
        0 as unknown_n,
        0 as value,
        declared.value as lower_limit,
        cast(null as {{ double }}) as upper_limit
    from absent_windows
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = absent_windows.monitor
    inner join declared on declared.monitor = absent_windows.monitor and declared.constraint_type = 'minimum_rows'
    left join season_presence on season_presence.monitor = absent_windows.monitor and season_presence.season = absent_windows.season
    where coalesce(season_presence.present, 1) > 0
),

all_checked as (
    select * from checked
    union all
    select * from absent
),

judged as (
    select
        all_checked.*,
        coalesce(unknown_n, 0) = 0 as is_exact,
        case
            when lower_limit is null and upper_limit is null then 'not_applicable'
            when value is null then 'insufficient_data'
            when constraint_type = 'null_rate' and n < min_rows then 'insufficient_data'
            when constraint_type = 'minimum_rows' and not has_ended then 'insufficient_data'
            when value < lower_limit or value > upper_limit then 'alert'
            when constraint_type = 'domain' and unknown_n > 0 then 'insufficient_data'
            when constraint_type in ('minimum', 'maximum', 'monotone') and number_n < min_rows then 'insufficient_data'
            when constraint_type in ('domain', 'unique') and n < min_rows then 'insufficient_data'
            else 'ok'
        end as verdict
    from all_checked
),

final as (
    select
        -- where and when
        cast(monitor as {{ text }}) as monitor,
        window_start,
        window_end,

        -- what
        cast(feature as {{ text }}) as feature,
        cast(constraint_type as {{ text }}) as constraint_type,

        -- the number
        cast(value as {{ double }}) as value,
        cast(n as bigint) as n,
        is_exact,

        -- how it is judged
        cast(lower_limit as {{ double }}) as lower_limit,
        cast(upper_limit as {{ double }}) as upper_limit,
        cast(verdict as {{ text }}) as verdict,
        cast(case
            when verdict = 'not_applicable' and constraint_type = 'monotone' and value is not null then 'nothing before it to compare with, or declared false'
            when verdict = 'not_applicable' then 'declared false'
            when verdict = 'insufficient_data' and value is null then 'there is nothing to compare'
            when verdict = 'insufficient_data' and constraint_type = 'minimum_rows' then 'the window had not ended at the last run'
            when verdict = 'insufficient_data' and unknown_n > 0 then
                'of ' || cast(unknown_n as {{ text }}) || ' rows the bins do not tell whether they are in the domain: its values that the reference has seldom or never share a bin with others'
            when verdict = 'insufficient_data' then 'fewer than ' || cast(min_rows as {{ text }}) || ' rows'
        end as {{ text }}) as reason
    from judged
)

select * from final
