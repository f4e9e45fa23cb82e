{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set of_categories = ['unseen_rate'] -%}
{%- set of_numbers = [
    'kolmogorov_smirnov_statistic', 'wasserstein_distance', 'normalized_wasserstein_distance', 'mean_difference', 'standardized_mean_difference',
] -%}
{%- set shares = {'null_rate_difference': 'null_n', 'unseen_rate': 'unseen_n'} -%}

with limits as (
    {{ ml_monitor.limits('drift') }}
),

numbers as (
    select
        stored.*,
        monitors.min_rows,
        (stored.bins - 1) * (cast(1 as {{ double }}) / nullif(stored.n, 0) + cast(1 as {{ double }}) / nullif(stored.reference_n, 0)) as noise_floor,
        {{ ml_monitor._share_error('stored.n', 'stored.reference_n', 'stored.reference_windows') }} as share_error
    from {{ ref('ml_monitor', 'ml_monitor__drift_numbers') }} as stored
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
    where stored.n > 0
),

-- one row per metric that suits the feature's kind
metrics as (
    select
        numbers.*,
        limits.metric,
        limits.direction,
        limits.warn_at,
        limits.alert_at,
        case limits.metric
            {%- for metric in ml_monitor.drift_metrics() %}
            when '{{ metric.name }}' then numbers.{{ metric.name }}
            {%- endfor %}
        end as value,
        case when limits.metric = 'population_stability_index' then numbers.noise_floor end as floor,
        case limits.metric
            {%- for metric, count in shares.items() %}
            when '{{ metric }}' then {{ ml_monitor._share_rise('numbers.n', 'numbers.reference_n', 'numbers.' ~ count, 'numbers.reference_' ~ count) }} / numbers.share_error
            {%- endfor %}
        end as standard_errors,
        case limits.metric
            {%- for metric, count in shares.items() %}
            when '{{ metric }}' then {{ ml_monitor._share_limit('numbers.n', 'numbers.reference_n', 'numbers.reference_' ~ count, 'numbers.share_error') }} - numbers.reference_{{ count }} / cast(nullif(numbers.reference_n, 0) as {{ double }})
            {%- endfor %}
        end as share_limit
    from numbers
    inner join limits on limits.monitor = numbers.monitor
    where (numbers.kind <> 'categorical' or limits.metric not in ('{{ of_numbers | join("', '") }}'))
        and (numbers.kind = 'categorical' or limits.metric not in ('{{ of_categories | join("', '") }}'))
),

judged as (
    select
        *,
        -- what is held against the limits: the excess over what chance alone brings, the rise, or the distance from 0
        case direction when 'both' then abs(value) when 'lower_is_worse' then -value else value end - coalesce(floor, 0) as excess
    from metrics
),

final as (
    select
        -- where and when
        monitor,
        model_version,
        window_start,
        window_end,
        segment,
        segment_value,

        -- what
        feature,
        baseline,
        metric,

        -- the number
        cast(value as {{ double }}) as value,
        n,
        reference_n,
        cast(floor as {{ double }}) as noise_floor,

        -- how it is judged
        warn_at,
        alert_at,
        cast(case when direction = 'both' then -alert_at end as {{ double }}) as lower_limit,
        cast(case when alert_at is not null then greatest(alert_at + coalesce(floor, 0), coalesce(share_limit, alert_at)) end as {{ double }}) as upper_limit,
        cast(null as {{ double }}) as p_value,
        cast(null as {{ double }}) as q_value,
        cast(case
            when alert_at is null then 'not_applicable'
            when n < min_rows or reference_n < min_rows or value is null then 'insufficient_data'
            when excess >= alert_at and coalesce(standard_errors, 5) > 4 then 'alert'
            when excess >= warn_at and coalesce(standard_errors, 5) > 3 then 'warn'
            else 'ok'
        end as {{ text }}) as verdict
    from judged
)

select * from final
