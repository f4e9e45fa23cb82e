{{ config(enabled=ml_monitor.with_multivariate() | length > 0, materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with limits as (
    {{ ml_monitor.limits_of('joint') }}
),

names as (
    select monitor, feature_number, feature
    from ({{ ml_monitor.joint_features() }}) as joint_features
),

numbers as (
    select
        stored.*,
        names.feature,
        other_names.feature as other_feature,
        monitors.min_rows,
        limits.warn_at,
        limits.alert_at,
        limits.is_declared,
        greatest(3.5e0, {{ ml_monitor.two_sided('limits.z_limit') }}) as z_limit,
        -- about ten times as likely by chance, however many pairs there are
        greatest(3.5e0, {{ ml_monitor.two_sided('limits.z_limit') }}) - 0.5e0 as z_warn,
        {{ ml_monitor.fisher('stored.correlation') }} - {{ ml_monitor.fisher('stored.reference_correlation') }} as rise,
        coalesce(1e0 / nullif(greatest(stored.n - 3, 0), 0) + 1e0 / nullif(greatest(stored.reference_n - 3, 0), 0), 0) as share_variance,
        coalesce(stored.is_reference and stored.n >= monitors.min_rows and stored.correlation is not null and {{ ml_monitor.outside_incidents('stored', subject='subject') }}, false) as teaches
    from (select correlation_numbers.*, '__joint__' as subject from {{ ref('ml_monitor', 'ml_monitor__correlation_numbers') }} as correlation_numbers) as stored
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
    inner join names on names.monitor = stored.monitor and names.feature_number = stored.feature_number
    inner join names as other_names on other_names.monitor = stored.monitor and other_names.feature_number = stored.other_number
    inner join limits on limits.monitor = stored.monitor and limits.metric = 'correlation_difference'
    where stored.n > 0
),

teaching_numbers as (
    select * from numbers
    where teaches
),

-- what correlations vary by from window to window of the reference, on Fisher's scale, each held out of what it is compared with
{{ ml_monitor.lessons('numbers', ['monitor', 'model_version', 'feature_number', 'other_number'], [], sums={
    'rises': 'coalesce(rise, 0)',
    'squared_rises': 'coalesce(' ~ ml_monitor.square('rise') ~ ', 0)',
}) }},

margins as (
    select
        *,
        {%- for level in ['alert', 'warn'] %}
        -- with few windows to learn from, twice the difference
        {{ level }}_at * case when windows >= {{ ml_monitor.fewest_windows() }} or is_declared then 1 else 2 end as least_{{ level }},
        {%- endfor %}
        sqrt(share_variance + case
            when windows >= {{ ml_monitor.fewest_windows() }} then greatest(0, (squared_rises - {{ ml_monitor.square('rises') }} / windows) / (windows - 1) - sum_share_variance / windows) * (1 + 1e0 / windows)
            else 0
        end) as noise
    from own_lessons
),

limited as (
    select
        *,
        abs(rise) / nullif(noise, 0) as z_score,
        abs(correlation - reference_correlation) as difference,
        {%- for level, z in [('alert', 'z_limit'), ('warn', 'z_warn')] %}
        least(reference_correlation - least_{{ level }}, {{ ml_monitor.inverse_fisher(ml_monitor.fisher('reference_correlation') ~ ' - ' ~ z ~ ' * noise') }}) as {{ level }}_below,
        greatest(reference_correlation + least_{{ level }}, {{ ml_monitor.inverse_fisher(ml_monitor.fisher('reference_correlation') ~ ' + ' ~ z ~ ' * noise') }}) as {{ level }}_above{{ ',' if not loop.last }}
        {%- endfor %}
    from margins
),

judged as (
    select
        *,
        case
            when alert_at is null then 'not_applicable'
            when n < min_rows or reference_n < min_rows or rise is null then 'insufficient_data'
            when correlation <= alert_below or correlation >= alert_above then 'alert'
            when correlation <= warn_below or correlation >= warn_above then 'warn'
            else 'ok'
        end as verdict
    from limited
),

final as (
    select
        -- where and when
        monitor,
        model_version,
        window_start,
        window_end,
        cast('overall' as {{ text }}) as segment,
        cast('all' as {{ text }}) as segment_value,

        -- what
        cast(feature as {{ text }}) as feature,
        cast(other_feature as {{ text }}) as other_feature,

        -- the number
        correlation,
        n,
        reference_correlation,
        reference_n,

        -- how it is judged; a limit beyond 1 is never reached
        cast(alert_below as {{ double }}) as lower_limit,
        cast(alert_above as {{ double }}) as upper_limit,
        cast(difference / nullif(case when correlation < reference_correlation then reference_correlation - alert_below else alert_above - reference_correlation end, 0) as {{ double }}) as limit_ratio,
        cast(z_score as {{ double }}) as z_score,
        cast(z_limit as {{ double }}) as z_limit,
        cast(windows as bigint) as learned_windows,
        cast(verdict as {{ text }}) as verdict,
        cast(case
            when verdict = 'not_applicable' then {{ ml_monitor.no_limit_reason() }}
            when n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' sampled rows have both features'
            when reference_n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' sampled rows of the reference have both features'
            when verdict = 'insufficient_data' then 'a feature does not vary'
        end as {{ text }}) as reason
    from judged
)

select * from final
