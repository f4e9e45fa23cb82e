{% macro classified_windows() %}
    {#- CTEs that end in classified_windows: domain_classifier_auc of the windows of monitors that declare it, judged. What it is for windows of the reference, each held against the others, is what is usual: days differ. Reads the CTE limits. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set fewest = ml_monitor.fewest_windows() -%}
    classifier_numbers as (
        select
            stored.*,
            found.n as value_n,
            found.roc_auc as value,
            found.standard_error,
            monitors.min_rows,
            limits.metric,
            limits.warn_at,
            limits.alert_at,
            limits.is_declared,
            greatest(3.5e0, limits.z_limit) as z_limit,
            {{ ml_monitor.square('found.standard_error') }} as share_variance,
            coalesce(found.roc_auc is not null and {{ ml_monitor.teaches('stored') }}, false) as teaches
        from (
            select monitor, window_key, window_start, window_end, model_version, is_reference, n, '__joint__' as feature
            from {{ ref('ml_monitor', 'ml_monitor__joint_numbers') }}
            where model_version = 'all'
        ) as stored
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
        inner join limits on limits.monitor = stored.monitor and limits.metric = 'domain_classifier_auc'
        left join {{ ref('ml_monitor', 'ml_monitor__domain_classifier') }} as found on found.window_key = stored.window_key and found.feature = '__joint__'
    ),

    classifier_lessons as (
        select
            classifier_numbers.*,
            {%- for name, expression in {
                'windows': '1', 'values_learned': 'value', 'squares_learned': ml_monitor.square('value'), 'variances_learned': 'share_variance',
            }.items() %}
            coalesce(sum(case when teaches then {{ expression }} end) over (partition by monitor), 0) - case when teaches then {{ expression }} else 0 end as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from classifier_numbers
    ),

    classifier_noise as (
        select
            *,
            case when windows >= {{ fewest }} then values_learned / windows end as reference_value,
            greatest(0.5e0, case when windows >= {{ fewest }} then values_learned / windows else 0.5e0 end) as expected_value,
            sqrt(share_variance + case
                when windows >= {{ fewest }} then greatest(0, (squares_learned - {{ ml_monitor.square('values_learned') }} / windows) / (windows - 1) - variances_learned / windows) * (1 + 1e0 / windows)
                else 0
            end) as noise
        from classifier_lessons
    ),

    classifier_margins as (
        select
            *,
            value - expected_value as worsening,
            (value - expected_value) / nullif(noise, 0) as z_score,
            {%- for level, z in [('alert', 'z_limit'), ('warn', '3')] %}
            case when is_declared then {{ level }}_at else greatest({{ level }}_at * case when windows >= {{ fewest }} then 1 else 2 end, {{ z }} * noise) end as {{ level }}_margin{{ ',' if not loop.last }}
            {%- endfor %}
        from classifier_noise
    ),

    classified_windows as (
        select
            *,
            cast(windows as bigint) as learned_windows,
            case
                when alert_at is null then 'not_applicable'
                when value is null or n < min_rows then 'insufficient_data'
                when worsening >= alert_margin and z_score >= z_limit then 'alert'
                when worsening >= warn_margin and z_score >= 3 then 'warn'
                else 'ok'
            end as verdict,
            case
                when alert_at is null then {{ ml_monitor.no_limit_reason() }}
                when n < min_rows then 'fewer than ' || cast(min_rows as {{ text }}) || ' sampled rows'
                when value is null then 'not classified yet: a run looks at 40 windows, the newest first; or the reference has fewer than 100 sampled rows; or scikit-learn is not installed beside dbt (pip install dbt-ml-monitor[multivariate]; on Postgres `monitor run` classifies)'
            end as reason
        from classifier_margins
        where n > 0
    )
{%- endmacro %}
