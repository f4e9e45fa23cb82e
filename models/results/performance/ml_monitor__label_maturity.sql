{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set shown = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365] -%}

with {{ ml_monitor.label_ages() }},

units as (
    select monitor, window_key, window_start, window_end, model_version, {{ ml_monitor.listed_age('24 * floor(age_hours / 24.0)') }} as age_hours, sum(n) as predictions
    from label_delays
    group by monitor, window_key, window_start, window_end, model_version, age_hours
),

shown_ages as (
    select units.*, ages.age_hours as shown_hours
    from units
    inner join ages
        on ages.age_hours <= units.age_hours
        and (ages.age_hours = units.age_hours or ages.age_hours in ({% for days in shown %}{{ 24 * days }}{{ ', ' if not loop.last }}{% endfor %}))
),

labelled_by_age as (
    select shown_ages.window_key, shown_ages.model_version, shown_ages.shown_hours, sum(label_delays.n) as n
    from shown_ages
    inner join label_delays
        on label_delays.window_key = shown_ages.window_key
        and label_delays.model_version = shown_ages.model_version
        and label_delays.known_hours <= shown_ages.shown_hours
    group by shown_ages.window_key, shown_ages.model_version, shown_ages.shown_hours
),

final as (
    select
        cast(shown_ages.monitor as {{ text }}) as monitor,
        cast(shown_ages.model_version as {{ text }}) as model_version,
        cast(shown_ages.window_start as timestamp) as window_start,
        cast(shown_ages.window_end as timestamp) as window_end,
        cast('overall' as {{ text }}) as segment,
        cast('all' as {{ text }}) as segment_value,
        cast(shown_ages.shown_hours / 24 as integer) as age_days,
        cast(shown_ages.predictions as bigint) as predictions,
        cast(coalesce(labelled_by_age.n, 0) as bigint) as labelled,
        cast(coalesce(labelled_by_age.n, 0) / shown_ages.predictions as {{ double }}) as labelled_share,
        cast(expected_shares.expected_share as {{ double }}) as expected_share,
        cast(ripe_shares.ripe_share as {{ double }}) as ripe_share
    from shown_ages
    left join labelled_by_age
        on labelled_by_age.window_key = shown_ages.window_key
        and labelled_by_age.model_version = shown_ages.model_version
        and labelled_by_age.shown_hours = shown_ages.shown_hours
    left join expected_shares on expected_shares.monitor = shown_ages.monitor and expected_shares.age_hours = shown_ages.shown_hours
    left join ripe_shares on ripe_shares.monitor = shown_ages.monitor
)

select * from final
