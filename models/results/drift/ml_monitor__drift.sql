{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set metrics = ml_monitor.drift_metrics() -%}
{%- set with_kinds = metrics | selectattr('features', 'defined') | list -%}
{%- set of_categories = with_kinds | selectattr('features', 'equalto', 'categorical') | map(attribute='name') | list -%}
{%- set of_numbers = with_kinds | selectattr('features', 'equalto', 'numeric') | map(attribute='name') | list -%}
{%- set channels = ml_monitor._share_channels() -%}

with {{ ml_monitor.judged_by('drift', 'metric in (' ~ ml_monitor.text_literals(metrics | map(attribute='name')) ~ ')') }},

{{ ml_monitor.measured_drift() }},

lessons as (
    select * from {{ ref('ml_monitor', 'ml_monitor__drift_lessons') }}
),

{{ ml_monitor._learned_drift('numbers') }},

-- one row per metric that suits the feature's kind
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
        limits.z_limit as z_of_tests,
        case
            when limits.metric = 'population_stability_index' then 'index'
            when limits.metric in ('{{ channels.keys() | join("', '") }}') then 'share'
            when limits.metric in ('mean_difference', 'standardized_mean_difference') then 'mean'
            when limits.metric = 'normalized_discounted_cumulative_gain' then 'order'
            else 'distance'
        end as rule,
        case limits.metric
            {%- for metric in metrics %}
            when '{{ metric.name }}' then {{ metric.name }}
            {%- endfor %}
        end as value,
        case limits.metric
            {%- for metric, count in channels.items() %}
            when '{{ metric }}' then reference_{{ count }}
            {%- endfor %}
        end as reference_count,
        case limits.metric
            {%- for metric in channels %}
            when '{{ metric }}' then {{ metric }}_error
            {%- endfor %}
        end as share_error,
        case limits.metric
            {%- for metric in channels %}
            when '{{ metric }}' then {{ metric }}_rise / {{ metric }}_error
            {%- endfor %}
        end as share_deviate
    from learned_numbers
    inner join limits on limits.monitor = learned_numbers.monitor
    where (kind <> 'categorical' or limits.metric not in ('{{ of_numbers | join("', '") }}'))
        and (kind = 'categorical' or limits.metric not in ('{{ of_categories | join("', '") }}'))
        and (segment = 'overall' or limits.metric <> 'tail_rate_difference')
        and case when feature = '__attribution__' then limits.metric = 'normalized_discounted_cumulative_gain' else limits.metric <> 'normalized_discounted_cumulative_gain' end
        and (feature <> '__label__' or limits.metric not in ({{ ml_monitor.text_literals(ml_monitor.metrics_without_labels()) }}))
),

{{ ml_monitor.reference_deviations('metrics', ['monitor', 'reference_version', 'segment', 'segment_value', 'feature', 'baseline', 'metric'], 'measured_metrics') }},

worsened as (
    select
        *,
        -- what is held against the limits: the excess over what chance or the reference's windows bring, the rise, or the distance from 0
        case
            when method = 'reference_sd' then {{ ml_monitor.worsening('value', 'usual_value') }}
            when rule = 'index' then value - noise_floor
            when rule = 'order' then 1 - value
            else {{ ml_monitor.worsening('value', '0') }}
        end as worsening,
        case when method = 'reference_sd' then usual_value when rule = 'index' then noise_floor when rule = 'order' then 1 else 0 end as expected_value,
        -- how far beyond chance; how far that has to be, with heavier tails for shares
        case when method = 'reference_sd' then null when rule = 'share' then share_deviate when rule = 'mean' then mean_deviate when rule = 'order' then order_deviate else coalesce(chi_square_deviate, 0) end as z_score,
        case when method = 'reference_sd' then null when rule = 'share' then greatest(4, z_of_tests) else greatest(3.5e0, z_of_tests) end as z_limit,
        case when rule = 'share' then 3 else 2.5e0 end as z_warn
    from measured_metrics
),

margins as (
    select
        *,
        {%- for level, deviations, z, part in [
            ('alert', ml_monitor._alert_deviations(), 'z_limit', '1'),
            ('warn', '3', 'z_warn', '2e0 / 3'),
        ] %}
        case
            when alert_at is null then null
            when method = 'reference_sd' then usual_deviation * deviations * {{ part }}
            when is_declared or rule in ('mean', 'distance') then {{ level }}_at
            when rule = 'order' then greatest({{ level }}_at, coalesce(mean_disorder + {{ 4 if level == 'alert' else 3 }} * disorder_deviation, 0))
            when rule = 'index' and mean_ratio is null then 2 * {{ level }}_at
            when rule = 'index' then greatest({{ level }}_at, {{ ml_monitor._learned_index(deviations) }} - noise_floor)
            else greatest({{ level }}_at, {{ ml_monitor.share_limit('n', 'reference_n', 'reference_count', 'share_error', z) }} - reference_count / cast(nullif(reference_n, 0) as {{ double }}))
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
            when shortage is not null then 'insufficient_data'
            when n < min_rows or reference_n < min_rows or worsening is null or alert_margin is null then 'insufficient_data'
            when worsening >= alert_margin and worsening > 0 and coalesce(z_score >= z_limit, true) then 'alert'
            when worsening >= warn_margin and worsening > 0 and coalesce(z_score >= z_warn, true) then 'warn'
            else 'ok'
        end as full_verdict
    from margins
),

final as (
    select
        -- where and when
        judged.monitor,
        judged.model_version,
        window_start,
        window_end,
        segment,
        segment_value,

        -- what
        feature,
        judged.baseline,
        judged.metric,
        grain,
        baseline_from,
        baseline_to,

        -- the number
        cast(value as {{ double }}) as value,
        n,
        reference_n,
        cast(case when rule = 'index' then noise_floor end as {{ double }}) as noise_floor,

        -- how it is judged
        warn_at,
        alert_at,
        cast(case when direction <> 'higher_is_worse' then expected_value - alert_margin end as {{ double }}) as lower_limit,
        cast(case when direction <> 'lower_is_worse' then expected_value + alert_margin end as {{ double }}) as upper_limit,
        cast(worsening / nullif(alert_margin, 0) as {{ double }}) as limit_ratio,
        cast(z_score as {{ double }}) as z_score,
        cast(z_limit as {{ double }}) as z_limit,
        cast(windows as bigint) as learned_windows,
        cast(significance.p_value as {{ double }}) as p_value,
        cast(significance.q_value as {{ double }}) as q_value,
        cast({{ ml_monitor.capped_verdict() }} as {{ text }}) as verdict,
        cast(case
            when full_verdict = 'not_applicable' then {{ ml_monitor.no_limit_reason() }}
            when shortage is not null then shortage
            when n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' rows'
            when reference_n < min_rows then 'the reference has fewer than ' || cast(min_rows as {{ text }}) || ' rows'
            when full_verdict = 'insufficient_data' and method = 'reference_sd' then 'the reference has too few windows to vary'
            when full_verdict = 'insufficient_data' then 'one side has nothing to compare'
            when full_verdict = 'alert' and is_rolled_up then 'beyond the limit, but only evidence: its ' || window_name || 's open alerts'
            when full_verdict = 'alert' and judged.baseline in ('previous', 'trailing') then 'beyond the limit, but only evidence: the reference is the baseline that opens alerts'
            when full_verdict = 'alert' and not is_judged then 'beyond the limit, but only evidence: the season is the baseline that opens alerts'
            when full_verdict = 'alert' and not opens_alerts then {{ ml_monitor.evidence_reason() }}
            when worsening >= alert_margin and z_score < z_limit then
                'chance may explain it: ' || {{ ml_monitor.number_text('z_score') }} || ' standard errors, an alert needs ' || {{ ml_monitor.number_text('z_limit') }}
        end as {{ text }}) as reason
    from judged
    left join {{ ref('ml_monitor', 'ml_monitor__drift_significance') }} as significance
        on judged.segment = 'overall'
        and significance.window_key = judged.window_key
        and significance.dependency = judged.dependency
        and significance.model_version = judged.model_version
        and significance.subject = judged.feature
        and significance.baseline = judged.baseline
        and significance.metric = case judged.metric
            when 'chi_square_statistic' then 'population_stability_index'
            when 'standardized_mean_difference' then 'mean_difference'
            else judged.metric
        end
)

select * from final
