{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set rates = {
    'duplicate_id_rate': 'duplicate_n', 'null_rate': 'null_n', 'unseen_rate': 'unseen_n', 'out_of_range_rate': 'out_of_range_n', 'not_a_number_rate': 'not_a_number_n',
} -%}
{%- set of_rows = ['row_count', 'duplicate_id_rate'] -%}
{%- set values = ['mean', 'standard_deviation', 'minimum', 'maximum'] + ml_monitor._quantiles().keys() | list -%}
{%- set overall_only = ['minimum', 'maximum'] + ml_monitor._quantiles().keys() | list -%}
{%- set of_numbers = values + ['out_of_range_rate', 'not_a_number_rate'] -%}

with limits as (
    {{ ml_monitor.limits('quality') }}
),

numbers as (
    select
        stored.*,
        monitors.min_rows,
        {{ ml_monitor._share_error('stored.n', 'stored.reference_n', 'stored.reference_windows') }} as share_error
    from {{ ref('ml_monitor', 'ml_monitor__quality_numbers') }} as stored
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
            {%- for metric, count in rates.items() %}
            when '{{ metric }}' then numbers.{{ count }}
            {%- endfor %}
        end as rate_n,
        case limits.metric
            {%- for metric, count in rates.items() %}
            when '{{ metric }}' then numbers.reference_{{ count }}
            {%- endfor %}
        end as reference_rate_n,
        case limits.metric
            when 'row_count' then numbers.n
            {%- for metric in values %}
            when '{{ metric }}' then numbers.{{ metric }}
            {%- endfor %}
        end as plain_value,
        case limits.metric
            when 'row_count' then numbers.reference_row_count
            {%- for metric in values %}
            when '{{ metric }}' then numbers.reference_{{ metric }}
            {%- endfor %}
        end as plain_reference_value,
        case when limits.metric in ('{{ values | join("', '") }}') then numbers.number_n else numbers.n end as value_n
    from numbers
    inner join limits on limits.monitor = numbers.monitor
    where (numbers.kind = 'row' and limits.metric in ('{{ of_rows | join("', '") }}'))
        or (numbers.kind <> 'row' and limits.metric = 'null_rate')
        or (numbers.kind = 'categorical' and limits.metric = 'unseen_rate')
        or (numbers.kind in ('continuous', 'discrete') and limits.metric in ('{{ of_numbers | join("', '") }}') and (numbers.segment = 'overall' or limits.metric not in ('{{ overall_only | join("', '") }}')))
),

judged as (
    select
        *,
        coalesce(cast(rate_n as {{ double }}) / nullif(n, 0), plain_value) as value,
        coalesce(cast(reference_rate_n as {{ double }}) / nullif(reference_n, 0), plain_reference_value) as reference_value,
        {{ ml_monitor._share_rise('n', 'reference_n', 'rate_n', 'reference_rate_n') }} / share_error as standard_errors,
        {{ ml_monitor._share_limit('n', 'reference_n', 'reference_rate_n', 'share_error') }} as share_limit
    from metrics
),

worsened as (
    select
        *,
        case direction when 'both' then abs(value - reference_value) when 'lower_is_worse' then reference_value - value else value - reference_value end as worsening
    from judged
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
        metric,

        -- the number
        cast(value as {{ double }}) as value,
        value_n as n,
        cast(reference_value as {{ double }}) as reference_value,

        -- how it is judged
        cast(case when direction in ('both', 'lower_is_worse') then reference_value - alert_at end as {{ double }}) as lower_limit,
        cast(case when alert_at is not null and direction <> 'lower_is_worse' then greatest(reference_value + alert_at, coalesce(share_limit, reference_value + alert_at)) end as {{ double }}) as upper_limit,
        cast(case
            when alert_at is null then 'not_applicable'
            when worsening is null or (metric <> 'row_count' and (value_n < min_rows or reference_n < min_rows)) then 'insufficient_data'
            when worsening >= alert_at and coalesce(standard_errors, 5) > 4 then 'alert'
            when worsening >= warn_at and coalesce(standard_errors, 5) > 3 then 'warn'
            else 'ok'
        end as {{ text }}) as verdict
    from worsened
)

select * from final
