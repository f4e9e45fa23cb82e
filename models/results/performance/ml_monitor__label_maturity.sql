{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set shown = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365] -%}

with {{ ml_monitor.label_ages() }},

shown_ages as (
    select window_ages.*, ages.age_days as shown_age
    from window_ages
    inner join ages
        on ages.age_days <= window_ages.age_days
        and (ages.age_days = window_ages.age_days or ages.age_days in ({{ shown | join(', ') }}))
),

labelled_by_age as (
    select shown_ages.window_key, label_delays.model_version, shown_ages.shown_age, sum(label_delays.n) as n
    from shown_ages
    inner join label_delays on label_delays.window_key = shown_ages.window_key and label_delays.delay_days < shown_ages.shown_age
    group by shown_ages.window_key, label_delays.model_version, shown_ages.shown_age
),

final as (
    select
        cast(shown_ages.monitor as {{ ml_monitor.type_text() }}) as monitor,
        cast(unit_labels.model_version as {{ ml_monitor.type_text() }}) as model_version,
        cast(shown_ages.window_start as timestamp) as window_start,
        cast(shown_ages.window_end as timestamp) as window_end,
        cast('overall' as {{ ml_monitor.type_text() }}) as segment,
        cast('all' as {{ ml_monitor.type_text() }}) as segment_value,
        cast(shown_ages.shown_age as integer) as age_days,
        cast(unit_labels.predictions as bigint) as predictions,
        cast(coalesce(labelled_by_age.n, 0) as bigint) as labelled,
        cast(coalesce(labelled_by_age.n, 0) / unit_labels.predictions as {{ double }}) as labelled_share,
        cast(expected_shares.expected_share as {{ double }}) as expected_share
    from shown_ages
    inner join unit_labels on unit_labels.window_key = shown_ages.window_key
    left join labelled_by_age
        on labelled_by_age.window_key = shown_ages.window_key
        and labelled_by_age.model_version = unit_labels.model_version
        and labelled_by_age.shown_age = shown_ages.shown_age
    left join expected_shares on expected_shares.monitor = shown_ages.monitor and expected_shares.age_days = shown_ages.shown_age
)

select * from final
