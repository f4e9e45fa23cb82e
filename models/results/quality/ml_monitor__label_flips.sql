{{ config(
    enabled=ml_monitor.with_label_flips() | length > 0,
    materialized='ml_monitor_view',
    schema=var('ml_monitor__schema', none),
    tags=['ml_monitor_results'],
) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set own_variance = ml_monitor.square('label_flip_rate_standard_error') -%}

with limits as (
    {{ ml_monitor.limits_of('quality') }}
),

{{ ml_monitor.label_ages() }},

flip_numbers as (
    select
        stored.*,
        '__label__' as feature,
        windows.is_reference,
        monitors.min_rows,
        monitors.has_version,
        monitors.reference_from is not null as has_period,
        ripe_shares.ripe_share,
        limits.warn_at,
        limits.alert_at,
        greatest(4, limits.z_limit) as z_limit,
        reference.labelled / nullif(reference.predictions, 0) as reference_labelled_share
    from {{ ref('ml_monitor', 'ml_monitor__score_numbers') }} as stored
    inner join {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows on windows.window_key = stored.window_key
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
    inner join limits on limits.monitor = stored.monitor and limits.metric = 'label_flip_rate'
    left join ripe_shares on ripe_shares.monitor = stored.monitor
    left join {{ ref('ml_monitor', 'ml_monitor__score_numbers') }} as reference
        on reference.window_key = stored.monitor || '|reference' and reference.model_version = stored.model_version
    where stored.window_start is not null and stored.labelled > 0
),

shortages as (
    select
        flip_numbers.*,
        case
            when alert_at is null then {{ ml_monitor.no_limit_reason() }}
            when has_version and model_version = 'all' then 'each version is calibrated apart'
            when label_flip_rate is null or labelled < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' labels'
            when has_period and reference_labelled_share < 0.9 * ripe_share then 'the reference waits for labels'
            when {{ ml_monitor.wilson_bound('(labelled / predictions)', 'predictions', '+', 3.29) }} < 0.9 * ripe_share then 'labels are missing'
        end as shortage
    from flip_numbers
),

teaching_numbers as (
    select
        shortages.*,
        coalesce(is_reference and shortage is null and {{ ml_monitor.outside_incidents('shortages') }}, false) as teaches
    from shortages
),

-- a window of the reference teaches the others, not itself
learned_numbers as (
    select
        teaching_numbers.*,
        sum(case when teaches then 1 else 0 end) over versions - case when teaches then 1 else 0 end as learned_windows,
        sum(case when teaches then label_flip_rate else 0 end) over versions - case when teaches then label_flip_rate else 0 end as rates,
        sum(case when teaches then {{ ml_monitor.square('label_flip_rate') }} else 0 end) over versions - case when teaches then {{ ml_monitor.square('label_flip_rate') }} else 0 end as squares,
        sum(case when teaches then {{ own_variance }} else 0 end) over versions - case when teaches then {{ own_variance }} else 0 end as variances
    from teaching_numbers
    window versions as (partition by monitor, model_version)
),

noises as (
    select
        learned_numbers.*,
        sqrt({{ own_variance }} + case
            when learned_windows >= {{ ml_monitor.fewest_windows() }} then
                greatest(0, (squares - {{ ml_monitor.square('rates') }} / learned_windows) / nullif(learned_windows - 1, 0) - variances / nullif(learned_windows, 0)) * (1 + 1e0 / nullif(learned_windows, 0))
            else 0.0005
        end) as noise
    from learned_numbers
),

final as (
    select
        {{ ml_monitor.typed_quality_columns('judged') }}
    from (
        select
            monitor, model_version, window_start, window_end, segment, segment_value, feature,
            'label_flip_rate' as metric,
            label_flip_rate as value,
            cast(labelled as bigint) as n,
            0 as reference_value,
            cast(null as {{ double }}) as lower_limit,
            greatest(alert_at, z_limit * noise) as upper_limit,
            label_flip_rate / greatest(alert_at, z_limit * noise) as limit_ratio,
            label_flip_rate / noise as z_score,
            z_limit,
            learned_windows,
            case
                when alert_at is null or (has_version and model_version = 'all') then 'not_applicable'
                when shortage is not null then 'insufficient_data'
                when label_flip_rate >= greatest(alert_at, z_limit * noise) then 'alert'
                when label_flip_rate >= greatest(warn_at, 3 * noise) then 'warn'
                else 'ok'
            end as verdict,
            shortage as reason
        from noises
    ) as judged
)

select * from final
