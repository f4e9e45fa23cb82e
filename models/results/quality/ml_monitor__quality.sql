{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set rates = ml_monitor.quality_rates() -%}
{%- set values = ['mean', 'standard_deviation', 'minimum', 'maximum'] + ml_monitor._quantiles().keys() | list -%}
{%- set overall_only = ['minimum', 'maximum'] + ml_monitor._quantiles().keys() | list -%}
{%- set by_kind = {} -%}
{%- for metric in ml_monitor.quality_metrics() -%}
    {%- do by_kind.setdefault(metric.get('features', 'all'), []).append("'" ~ metric.name ~ "'") -%}
{%- endfor -%}
{%- set whole_rows_only = [] -%}
{%- for metric in ml_monitor.quality_metrics() if metric.needs in ['repeats', 'entity'] -%}{%- do whole_rows_only.append("'" ~ metric.name ~ "'") -%}{%- endfor -%}
{%- set unit = ['monitor', 'reference_version', 'segment', 'segment_value', 'feature', 'metric'] -%}

with {{ ml_monitor.judged_by('quality') }},

{{ ml_monitor.measured_quality() }},

lessons as (
    select * from {{ ref('ml_monitor', 'ml_monitor__quality_lessons') }}
),

-- what rates vary by from window to window of the reference, each held out of what it is compared with
{{ ml_monitor.own_lessons('numbers', ml_monitor.quality_lesson_unit(), rates.keys() | list) }},

-- one row per metric that suits the feature's kind
metrics as (
    select
        numbers.*,
        limits.metric,
        limits.direction,
        limits.warn_at,
        limits.alert_at,
        limits.is_declared,
        limits.method,
        limits.deviations,
        limits.z_limit as z_of_tests,
        case limits.metric
            {%- for metric, count in rates.items() %}
            when '{{ metric }}' then numbers.{{ 'constant_n' if metric == 'constant_rate' else count }}
            {%- endfor %}
        end as rate_n,
        case limits.metric
            {%- for metric, count in rates.items() %}
            when '{{ metric }}' then numbers.reference_{{ count }}
            {%- endfor %}
        end as reference_rate_n,
        case limits.metric
            {%- for metric in rates %}
            when '{{ metric }}' then {{ 'case when numbers.constant_n > 0 then ' if metric == 'constant_rate' }}numbers.{{ metric }}_rise{{ ' end' if metric == 'constant_rate' }}
            {%- endfor %}
        end as rise,
        case limits.metric
            {%- for metric in rates %}
            when '{{ metric }}' then {{ ml_monitor.share_error(metric) }}
            {%- endfor %}
        end as share_error,
        case limits.metric
            when 'row_count' then numbers.n
            {%- if ml_monitor.with_row_profile() %}
            when 'distinct_entity_rate' then numbers.entity_n / cast(numbers.n as {{ double }})
            {%- endif %}
            {%- for metric in values %}
            when '{{ metric }}' then numbers.{{ metric }}
            {%- endfor %}
        end as plain_value,
        case limits.metric
            when 'row_count' then numbers.reference_row_count
            {%- if ml_monitor.with_row_profile() %}
            when 'distinct_entity_rate' then numbers.reference_entity_n / cast(nullif(numbers.reference_n, 0) as {{ double }})
            {%- endif %}
            {%- for metric in values %}
            when '{{ metric }}' then numbers.reference_{{ metric }}
            {%- endfor %}
        end as plain_reference_value,
        case when limits.metric in ('{{ values | join("', '") }}') then numbers.number_n else numbers.n end as value_n
    from own_lessons as numbers
    inner join limits on limits.monitor = numbers.monitor
    where (
            numbers.kind = 'row' and limits.metric in ({{ by_kind.row | join(', ') }})
            and (numbers.segment = 'overall' or limits.metric not in ({{ whole_rows_only | join(', ') }}))
            -- judged by the feed, see ml_monitor__feed_checks
            and not (limits.metric = 'row_count' and numbers.segment = 'overall' and numbers.model_version = 'all' and not limits.is_declared and limits.method = 'learned')
        )
        or (numbers.kind <> 'row' and limits.metric in ({{ by_kind.all | join(', ') }}) and (numbers.segment = 'overall' or limits.metric <> 'constant_rate'))
        or (numbers.feature = '__score__' and numbers.segment = 'overall' and limits.metric in ({{ by_kind.score | join(', ') }}))
        or (numbers.kind = 'categorical' and limits.metric in ({{ by_kind.categorical | join(', ') }}))
        or (numbers.kind in ('continuous', 'discrete') and limits.metric in ({{ by_kind.numeric | join(', ') }}) and (numbers.segment = 'overall' or limits.metric not in ('{{ overall_only | join("', '") }}')))
),

valued as (
    select
        *,
        coalesce(cast(rate_n as {{ double }}) / nullif(n, 0), plain_value) as value,
        coalesce(cast(reference_rate_n as {{ double }}) / nullif(reference_n, 0), plain_reference_value) as reference_value
    from metrics
),

{{ ml_monitor.reference_deviations('valued', unit, 'measured_metrics') }},

worsened as (
    select
        *,
        case when method = 'reference_sd' then usual_value else reference_value end as expected_value,
        {{ ml_monitor.worsening('value', "case when method = 'reference_sd' then usual_value else reference_value end") }} as worsening,
        case when method <> 'reference_sd' and rate_n is not null then greatest(4, z_of_tests) end as z_limit
    from measured_metrics
),

margins as (
    select
        *,
        case when z_limit is not null then rise / share_error end as z_score,
        {%- for level, z, part in [('alert', 'z_limit', '1'), ('warn', '3', '2e0 / 3')] %}
        case
            when alert_at is null then null
            when method = 'reference_sd' then usual_deviation * deviations * {{ part }}
            when is_declared or rate_n is null then {{ level }}_at
            else greatest({{ level }}_at, {{ ml_monitor.share_limit('n', 'reference_n', 'reference_rate_n', 'share_error', z) }} - reference_value)
        end as {{ level }}_margin{{ ',' if not loop.last }}
        {%- endfor %}
        {{- ml_monitor.computed_once('margins') }}
    from worsened
),

judged as (
    select
        *,
        case
            when alert_at is null then 'not_applicable'
            when worsening is null or alert_margin is null or (metric <> 'row_count' and (value_n < min_rows or reference_n < min_rows)) then 'insufficient_data'
            when worsening >= alert_margin and worsening > 0 and coalesce(z_score >= z_limit, true) then 'alert'
            when worsening >= warn_margin and worsening > 0 and coalesce(z_score >= 3, true) then 'warn'
            else 'ok'
        end as full_verdict
    from margins
),

own_metrics as (
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
        cast(case when direction <> 'higher_is_worse' then expected_value - alert_margin end as {{ double }}) as lower_limit,
        cast(case when direction <> 'lower_is_worse' then expected_value + alert_margin end as {{ double }}) as upper_limit,
        cast(worsening / nullif(alert_margin, 0) as {{ double }}) as limit_ratio,
        cast(z_score as {{ double }}) as z_score,
        cast(z_limit as {{ double }}) as z_limit,
        cast(windows as bigint) as learned_windows,
        cast({{ ml_monitor.capped_verdict() }} as {{ text }}) as verdict,
        cast(case
            when full_verdict = 'not_applicable' then {{ ml_monitor.no_limit_reason() }}
            when full_verdict = 'insufficient_data' and value_n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || case when value_n = n then ' rows' else ' numbers' end
            when full_verdict = 'insufficient_data' and reference_n < min_rows then 'the reference has fewer than ' || cast(min_rows as {{ text }}) || ' rows'
            when full_verdict = 'insufficient_data' and method = 'reference_sd' then 'the reference has too few windows to vary'
            when full_verdict = 'insufficient_data' then 'one side has nothing to compare'
            when full_verdict = 'alert' and not opens_alerts then {{ ml_monitor.evidence_reason() }}
            when worsening >= alert_margin and z_score < z_limit then
                'chance may explain it: ' || {{ ml_monitor.number_text('z_score') }} || ' standard errors, an alert needs ' || {{ ml_monitor.number_text('z_limit') }}
        end as {{ text }}) as reason
    from judged
),

final as (
    select {{ ml_monitor.quality_columns() | join(', ') }} from own_metrics
    {%- for relation in ['feed_checks', 'violated_constraints', 'column_changes'] + (['label_flips'] if ml_monitor.with_label_flips() else []) %}
    union all
    select {{ ml_monitor.quality_columns() | join(', ') }} from {{ ref('ml_monitor', 'ml_monitor__' ~ relation) }}
    {%- endfor %}
)

select * from final
