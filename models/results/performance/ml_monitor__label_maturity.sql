{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set shown = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365] -%}

with {{ ml_monitor.label_ages() }},

units as (
    select
        monitor,
        window_key,
        window_start,
        window_end,
        model_version,
        {{ ml_monitor.listed_age('max(24 * floor(age_hours / 24.0))') }} as age_hours,
        sum(n) as predictions
    from label_delays
    group by monitor, window_key, window_start, window_end, model_version
),

shown_ages as (
    select units.*, expected_shares.age_hours as shown_hours, expected_shares.expected_share, ripe_shares.ripe_share
    from units
    inner join ripe_shares on ripe_shares.monitor = units.monitor
    inner join expected_shares
        on expected_shares.monitor = units.monitor
        and expected_shares.age_hours <= units.age_hours
        and (expected_shares.age_hours = units.age_hours or expected_shares.age_hours in ({% for days in shown %}{{ 24 * days }}{{ ', ' if not loop.last }}{% endfor %}))
),

-- labels and the ages that are shown in one line of time: what stands before an age was known by then
life_events as (
    select
        monitor, window_key, window_start, window_end, model_version, known_hours as hours, 0 as is_shown, n as labelled,
        cast(null as {{ double }}) as predictions, cast(null as {{ double }}) as expected_share, cast(null as {{ double }}) as ripe_share
    from label_delays
    where known_hours is not null
    union all
    select monitor, window_key, window_start, window_end, model_version, shown_hours, 1, 0, predictions, expected_share, ripe_share
    from shown_ages
),

labelled_by_age as (
    select life_events.*, sum(labelled) over (partition by window_key, model_version order by hours, is_shown rows unbounded preceding) as labelled_by_then
    from life_events
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(model_version as {{ text }}) as model_version,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast('overall' as {{ text }}) as segment,
        cast('all' as {{ text }}) as segment_value,
        cast(hours / 24 as integer) as age_days,
        cast(predictions as bigint) as predictions,
        cast(labelled_by_then as bigint) as labelled,
        cast(labelled_by_then / predictions as {{ double }}) as labelled_share,
        cast(expected_share as {{ double }}) as expected_share,
        cast(ripe_share as {{ double }}) as ripe_share
    from labelled_by_age
    where is_shown = 1
)

select * from final
