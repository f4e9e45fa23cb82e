{{ config(enabled=ml_monitor.with_multivariate() | length > 0, materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set rates = {'joint_outlier_rate': ['outlier_n', 'distance_n'], 'unseen_combination_rate': ['unseen_n', 'combination_n']} -%}
{%- set fewest = ml_monitor.fewest_windows() -%}

with limits as (
    {{ ml_monitor.limits_of('joint') }}
),

numbers as (
    select
        stored.*,
        monitors.min_rows,
        {{ ml_monitor.teaches('stored') }} as teaches,
        {{ ml_monitor.share_variance('stored.n', 'stored.reference_n') }} as share_variance,
        stored.reconstruction_error - stored.reference_reconstruction_error as error_rise,
        {{ ml_monitor.square('stored.error_deviation') }} / nullif(stored.error_n, 0) as error_variance,
        {{ ml_monitor.square('stored.reference_error_deviation') }} / nullif(stored.reference_error_n, 0) as reference_error_variance
        {%- for metric, (count, n) in rates.items() %},
        {{ ml_monitor.share_rise('stored.' ~ n, 'stored.reference_' ~ n, 'stored.' ~ count, 'stored.reference_' ~ count) }} as {{ metric }}_rise
        {%- endfor %}
    from (select joint_numbers.*, '__joint__' as feature from {{ ref('ml_monitor', 'ml_monitor__joint_numbers') }} as joint_numbers) as stored
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
    where stored.n > 0
),

teaching_numbers as (
    select * from numbers
    where teaches
),

-- what the numbers vary by from window to window of the reference, each held out of what it is compared with
{{ ml_monitor.lessons('numbers', ['monitor', 'model_version'], rates.keys() | list, sums={
    'error_rises': 'coalesce(error_rise, 0)',
    'squared_error_rises': 'coalesce(' ~ ml_monitor.square('error_rise') ~ ', 0)',
    'error_variances': 'coalesce(error_variance, 0)',
}) }},

metrics as (
    select
        numbers.*,
        limits.metric,
        limits.direction,
        limits.is_declared,
        limits.alert_at is not null as is_limited,
        limits.method,
        limits.deviations,
        case limits.metric when 'reconstruction_error' then limits.warn_at * reference_reconstruction_error else limits.warn_at end as warn_at,
        case limits.metric when 'reconstruction_error' then limits.alert_at * reference_reconstruction_error else limits.alert_at end as alert_at,
        greatest(case limits.metric when 'reconstruction_error' then 3.5e0 else 4 end, limits.z_limit) as z_of_tests,
        case limits.metric
            when 'reconstruction_error' then error_n
            {%- for metric, (count, n) in rates.items() %}
            when '{{ metric }}' then {{ n }}
            {%- endfor %}
        end as value_n,
        case limits.metric
            when 'reconstruction_error' then reference_error_n
            {%- for metric, (count, n) in rates.items() %}
            when '{{ metric }}' then reference_{{ n }}
            {%- endfor %}
        end as value_reference_n,
        case limits.metric
            when 'reconstruction_error' then reconstruction_error
            {%- for metric, (count, n) in rates.items() %}
            when '{{ metric }}' then {{ count }} / cast(nullif({{ n }}, 0) as {{ double }})
            {%- endfor %}
        end as value,
        case limits.metric
            when 'reconstruction_error' then reference_reconstruction_error
            {%- for metric, (count, n) in rates.items() %}
            when '{{ metric }}' then reference_{{ count }} / cast(nullif(reference_{{ n }}, 0) as {{ double }})
            {%- endfor %}
        end as reference_value,
        case limits.metric
            {%- for metric, (count, n) in rates.items() %}
            when '{{ metric }}' then reference_{{ count }}
            {%- endfor %}
        end as reference_count,
        case limits.metric
            {%- for metric in rates %}
            when '{{ metric }}' then {{ metric }}_rise
            {%- endfor %}
            else error_rise
        end as rise,
        case limits.metric
            {%- for metric in rates %}
            when '{{ metric }}' then {{ ml_monitor.share_error(metric) }}
            {%- endfor %}
            -- few rows may hold all of the error: a window that lacks them by chance varies little itself
            else sqrt(greatest(error_variance, reference_error_variance * reference_error_n / nullif(error_n, 0)) + reference_error_variance + case
                when windows >= {{ fewest }} then greatest(0, (squared_error_rises - {{ ml_monitor.square('error_rises') }} / windows) / (windows - 1) - error_variances / windows) * (1 + 1e0 / windows)
                else 0
            end)
        end as noise
    from own_lessons as numbers
    inner join limits on limits.monitor = numbers.monitor and limits.metric not in ('correlation_difference', 'domain_classifier_auc')
),

{{ ml_monitor.reference_deviations('metrics', ['monitor', 'reference_version', 'metric'], 'measured_metrics') }},

worsened as (
    select
        *,
        case when method = 'reference_sd' then usual_value else reference_value end as expected_value,
        {{ ml_monitor.worsening('value', "case when method = 'reference_sd' then usual_value else reference_value end") }} as worsening,
        case when method <> 'reference_sd' then abs(rise) / nullif(noise, 0) end as z_score,
        case when method <> 'reference_sd' then z_of_tests end as z_limit
    from measured_metrics
),

margins as (
    select
        *,
        {%- for level, z, part in [('alert', 'z_limit', '1'), ('warn', '3e0', '2e0 / 3')] %}
        case
            when alert_at is null then null
            when method = 'reference_sd' then usual_deviation * deviations * {{ part }}
            when is_declared then {{ level }}_at
            -- with few windows to learn from, twice the difference
            when metric = 'reconstruction_error' then greatest({{ level }}_at * case when windows >= {{ fewest }} then 1 else 2 end, {{ z }} * noise)
            else greatest({{ level }}_at, {{ ml_monitor.share_limit('value_n', 'value_reference_n', 'reference_count', 'noise', z) }} - reference_value)
        end as {{ level }}_margin{{ ',' if not loop.last }}
        {%- endfor %}
    from worsened
),

judged as (
    select
        *,
        case
            when not is_limited then 'not_applicable'
            when value_n < min_rows or value_reference_n < min_rows or worsening is null or alert_margin is null then 'insufficient_data'
            when worsening >= alert_margin and worsening > 0 and coalesce(z_score >= z_limit, true) then 'alert'
            when worsening >= warn_margin and worsening > 0 and coalesce(z_score >= 3, true) then 'warn'
            else 'ok'
        end as verdict
    from margins
),

-- of all pairs the one that lies farthest beyond its own limit
ranked_pairs as (
    select
        correlations.*,
        row_number() over (
            partition by monitor, model_version, window_start
            order by case when verdict in ('ok', 'warn', 'alert') then 0 else 1 end asc, {{ ml_monitor.greatest_first('limit_ratio') }}, {{ ml_monitor.binary_order('feature') }} asc, {{ ml_monitor.binary_order('other_feature') }} asc
        ) as place
    from {{ ref('ml_monitor', 'ml_monitor__correlations') }} as correlations
),

{%- if ml_monitor.with_domain_classifier() %}

{{ ml_monitor.classified_windows() }},
{%- endif %}

all_metrics as (
    select
        monitor, model_version, window_start, window_end, metric, value, value_n as n, reference_value,
        case when direction <> 'higher_is_worse' then expected_value - alert_margin end as lower_limit,
        case when direction <> 'lower_is_worse' then expected_value + alert_margin end as upper_limit,
        worsening / nullif(alert_margin, 0) as limit_ratio,
        z_score, z_limit, windows as learned_windows, verdict,
        case
            when verdict = 'not_applicable' then {{ ml_monitor.no_limit_reason() }}
            when verdict = 'insufficient_data' and value_n = 0 and metric <> 'unseen_combination_rate' then 'no principal components are fitted: the reference has fewer than 100 sampled rows or fewer than two features that vary, or dbt-ml-monitor is not installed beside dbt (on Postgres `monitor run` fits them)'
            when value_n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' sampled rows'
            when value_reference_n < min_rows then 'the reference has fewer than ' || cast(min_rows as {{ text }}) || ' sampled rows'
            when verdict = 'insufficient_data' and method = 'reference_sd' then 'the reference has too few windows to vary'
            when verdict = 'insufficient_data' then 'one side has nothing to compare'
            when worsening >= alert_margin and z_score < z_limit then
                'chance may explain it: ' || {{ ml_monitor.number_text('z_score') }} || ' standard errors, an alert needs ' || {{ ml_monitor.number_text('z_limit') }}
        end as reason
    from judged
    union all
    select
        monitor, model_version, window_start, window_end, 'correlation_difference', abs(correlation - reference_correlation), n, null,
        null,
        abs(correlation - reference_correlation) / nullif(limit_ratio, 0),
        limit_ratio,
        z_score, z_limit, learned_windows, verdict,
        case when verdict in ('ok', 'warn', 'alert') then feature || ' and ' || other_feature || ': ' || {{ ml_monitor.number_text('correlation') }} || ', in the reference ' || {{ ml_monitor.number_text('reference_correlation') }} else reason end
    from ranked_pairs
    where place = 1
    {%- if ml_monitor.with_domain_classifier() %}
    union all
    select
        monitor, model_version, window_start, window_end, metric, value, n, reference_value,
        null, expected_value + alert_margin, worsening / nullif(alert_margin, 0),
        z_score, z_limit, learned_windows, verdict, reason
    from classified_windows
    {%- endif %}
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
        cast('__joint__' as {{ text }}) as feature,
        cast(metric as {{ text }}) as metric,

        -- the number
        cast(value as {{ double }}) as value,
        cast(n as bigint) as n,
        cast(reference_value as {{ double }}) as reference_value,

        -- how it is judged
        cast(lower_limit as {{ double }}) as lower_limit,
        cast(upper_limit as {{ double }}) as upper_limit,
        cast(limit_ratio as {{ double }}) as limit_ratio,
        cast(z_score as {{ double }}) as z_score,
        cast(z_limit as {{ double }}) as z_limit,
        cast(learned_windows as bigint) as learned_windows,
        cast(verdict as {{ text }}) as verdict,
        cast(reason as {{ text }}) as reason
    from all_metrics
)

select * from final
