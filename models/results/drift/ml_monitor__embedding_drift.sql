{{ config(materialized='ml_monitor_view', enabled=ml_monitor.with_embeddings() | length > 0, schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set metrics = ml_monitor.embedding_metrics() | map(attribute='name') | list -%}
{%- set unit = ['monitor', 'model_version', 'feature'] -%}
{%- set ratio = '(squared_deviations / nullif(noise_floor + between_variance, 0))' -%}

with {{ ml_monitor.centroid_distances() }},

limits as (
    {{ ml_monitor.limits_of('drift') }}
),

numbers as (
    select
        distances.*,
        'overall' as segment,
        'all' as segment_value,
        monitors.min_rows,
        {{ ml_monitor.teaches('distances') }} as teaches,
        0e0 as share_variance
    from centroid_distances as distances
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = distances.monitor
),

-- what the square of the distance varies by from window to window of the reference, beyond chance
teaching_numbers as (
    select
        numbers.*,
        greatest(0, avg(squared_deviations - noise_floor) over (partition by {{ unit | join(', ') }})) as between_variance
    from numbers
    where teaches
),

{{ ml_monitor.lessons('numbers', unit, [], {'sum_ratio': 'sqrt(' ~ ratio ~ ')', 'sum_squared_ratio': ratio}, ['between_variance']) }},

learned_numbers as (
    select
        own_lessons.*,
        case when windows >= {{ ml_monitor.fewest_windows() }} then sum_ratio / windows end as mean_ratio,
        case when windows >= {{ ml_monitor.fewest_windows() }} then
            sqrt(greatest(0, (sum_squared_ratio - {{ ml_monitor.square('sum_ratio') }} / windows) / (windows - 1)) * (1 + 1e0 / windows))
        end as ratio_deviation
    from own_lessons
),

metrics as (
    select
        learned_numbers.*,
        limits.metric,
        limits.direction,
        limits.warn_at,
        limits.alert_at,
        limits.is_declared,
        limits.method,
        limits.deviations,
        greatest(3.5e0, limits.z_limit) as z_limit,
        case limits.metric {% for metric in metrics %}when '{{ metric }}' then {{ metric }} {% endfor %}end as value
    from learned_numbers
    inner join limits on limits.monitor = learned_numbers.monitor and limits.metric in ('{{ metrics | join("', '") }}')
),

{{ ml_monitor.reference_deviations('metrics', ['monitor', 'reference_version', 'segment', 'segment_value', 'feature', 'metric'], 'measured_metrics') }},

-- the standardized distance is judged by the excess of its square over what chance brings, the others as they are
squared as (
    select
        *,
        case when metric = 'standardized_centroid_distance' then 1 else 0 end as is_standardized,
        case when method = 'reference_sd' then null when squared_deviations > 0 then sqrt(squared_deviations / noise_floor) else 0 end as z_score
    from measured_metrics
),

limited as (
    select
        *
        {%- for level, deviations, part in [('alert', ml_monitor._alert_deviations(), '1'), ('warn', '3', '2e0 / 3')] %},
        case
            when alert_at is null then null
            when method = 'reference_sd' then usual_value + usual_deviation * deviations * {{ part }}
            when is_standardized = 0 then {{ level }}_at
            when is_declared then sqrt(noise_floor + {{ ml_monitor.square(level ~ '_at') }})
            when mean_ratio is null then sqrt(noise_floor + 4 * {{ ml_monitor.square(level ~ '_at') }})
            else sqrt(greatest(noise_floor + {{ ml_monitor.square(level ~ '_at') }}, {{ ml_monitor._learned_index(deviations) }}))
        end as {{ level }}_limit
        {%- endfor %}
    from squared
),

judged as (
    select
        *,
        case
            when alert_at is null then 'not_applicable'
            when n < min_rows or reference_n < min_rows or value is null or alert_limit is null then 'insufficient_data'
            when value >= alert_limit and value > 0 and coalesce(z_score >= z_limit, true) then 'alert'
            when value >= warn_limit and value > 0 and coalesce(z_score >= 2.5e0, true) then 'warn'
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
        cast(segment as {{ text }}) as segment,
        cast(segment_value as {{ text }}) as segment_value,

        -- what
        feature,
        cast(baseline as {{ text }}) as baseline,
        metric,

        -- the number
        cast(value as {{ double }}) as value,
        cast(n as bigint) as n,
        cast(reference_n as bigint) as reference_n,
        cast(case when is_standardized = 1 then sqrt(noise_floor) end as {{ double }}) as noise_floor,

        -- how it is judged
        warn_at,
        alert_at,
        cast(alert_limit as {{ double }}) as upper_limit,
        cast(value / nullif(alert_limit, 0) as {{ double }}) as limit_ratio,
        cast(case when alert_at is not null then z_score end as {{ double }}) as z_score,
        cast(case when alert_at is not null and method <> 'reference_sd' then z_limit end as {{ double }}) as z_limit,
        cast(windows as bigint) as learned_windows,
        cast(verdict as {{ text }}) as verdict,
        cast(case
            when verdict = 'not_applicable' then {{ ml_monitor.no_limit_reason() }}
            when n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' vectors'
            when reference_n < min_rows then 'the reference has fewer than ' || cast(min_rows as {{ text }}) || ' vectors'
            when verdict = 'insufficient_data' and method = 'reference_sd' then 'the reference has too few windows to vary'
            when verdict = 'insufficient_data' then 'one side has nothing to compare'
            when value >= alert_limit and z_score < z_limit then
                'chance may explain it: ' || {{ ml_monitor.number_text('z_score') }} || ' standard errors, an alert needs ' || {{ ml_monitor.number_text('z_limit') }}
        end as {{ text }}) as reason
    from judged
)

select * from final
