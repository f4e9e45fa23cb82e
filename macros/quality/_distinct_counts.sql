{% macro _distinct_counts() %}
    {#- CTEs distinct_counts and reference_distinct_counts: predictions that are left when the last of each version and id is kept, per version and all. Follows the CTE stale_windows. -#}
    distinct_rows as (
        select
            profile.monitor,
            profile.window_key,
            profile.is_reference,
            case when levels.is_all = 1 then 'all' else profile.model_version end as model_version,
            profile.segment,
            profile.segment_value,
            cast(sum(profile.n) as bigint) as n
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
        {{ ml_monitor._levels() }}
        where profile.part = 'row' and profile.attribute = 'none'
            and (profile.window_key in (select window_key from stale_windows) or (profile.is_reference and profile.monitor in (select monitor from stale_windows)))
        group by profile.monitor, profile.window_key, profile.is_reference, case when levels.is_all = 1 then 'all' else profile.model_version end, profile.segment, profile.segment_value
    ),

    distinct_counts as (
        select * from distinct_rows
        where window_key is not null
    ),

    reference_distinct_counts as (
        select monitor, model_version, segment, segment_value, cast(sum(n) as bigint) as n
        from distinct_rows
        where is_reference
        group by monitor, model_version, segment, segment_value
    )
{%- endmacro %}
