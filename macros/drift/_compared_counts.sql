{% macro _window_counts() %}
    {#- CTE window_counts: what each stale window holds per version, and per 'all' versions, segment, feature and bin. Follows the CTE stale_windows. -#}
    window_counts as (
        select
            stale_windows.monitor,
            stale_windows.window_key,
            stale_windows.is_reference,
            {{ ml_monitor._counts_of_levels() }}
        from stale_windows
        inner join {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
            on profile.monitor = stale_windows.monitor and profile.window_key = stale_windows.window_key
        {{ ml_monitor._levels() }}
        group by stale_windows.monitor, stale_windows.window_key, stale_windows.is_reference, {{ ml_monitor._level_keys() }}
    )
{%- endmacro %}

{% macro _reference_counts() %}
    {#- CTEs reference_counts, the same of the whole reference, and reference_versions, the versions that have one; every other version has the reference of all. -#}
    reference_counts as (
        select
            profile.monitor,
            count(distinct profile.window_start) as windows,
            {{ ml_monitor._counts_of_levels() }}
        from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
        {{ ml_monitor._levels() }}
        where profile.is_reference and profile.monitor in (select monitor from stale_windows)
        group by profile.monitor, {{ ml_monitor._level_keys() }}
    ),

    reference_versions as (
        select monitor, model_version, max(windows) as windows
        from reference_counts
        where segment = 'overall' and feature = '__row__'
        group by monitor, model_version
    )
{%- endmacro %}

{% macro _levels() -%}
    {#- A row counts for its version and for all; rows without a version are those of all already. -#}
    inner join (select 0 as is_all union all select 1) as levels on levels.is_all = 0 or profile.model_version <> 'all'
{%- endmacro %}

{% macro _level_keys() -%}
    case when levels.is_all = 1 then 'all' else profile.model_version end, profile.segment, profile.segment_value, profile.feature, profile.bin
{%- endmacro %}

{% macro _counts_of_levels() -%}
    case when levels.is_all = 1 then 'all' else profile.model_version end as model_version,
            profile.segment,
            profile.segment_value,
            profile.feature,
            profile.bin,
            cast(sum(profile.n) as bigint) as n,
            sum(profile.sum_value) as sum_value,
            sum(profile.sum_squared_value) as sum_squared_value,
            min(profile.minimum) as minimum,
            max(profile.maximum) as maximum
{%- endmacro %}

{% macro _compared_counts() %}
    {#- CTEs subjects, one row per window, version, segment and feature with a number, and compared_counts, its bins with the counts of both sides:
        subject, bin, n, sum_value, sum_squared_value of the window and reference_n, ... of its reference. A bin that is empty on one side is in it.
        A window inside the reference is compared with the other windows of the reference: its own counts are taken off
        (from counts and sums; extremes stay those of the whole reference). -#}
    subjects as (
        select
            row_number() over (order by counts.window_key, counts.model_version, counts.segment, counts.segment_value, counts.feature) as subject,
            counts.*,
            case when reference_versions.model_version is null then 'all' else counts.model_version end as reference_version
        from (
            select monitor, window_key, is_reference, model_version, segment, segment_value, feature
            from window_counts
            where feature <> '__row__'
            group by monitor, window_key, is_reference, model_version, segment, segment_value, feature
        ) as counts
        left join reference_versions
            on reference_versions.monitor = counts.monitor and reference_versions.model_version = counts.model_version
    ),

    compared_counts as (
        select
            subject,
            bin,
            cast(sum(n) as {{ ml_monitor.type_double() }}) as n,
            sum(sum_value) as sum_value,
            cast(sum(reference_n) as {{ ml_monitor.type_double() }}) as reference_n,
            sum(reference_sum_value) as reference_sum_value,
            sum(reference_sum_squared_value) as reference_sum_squared_value,
            sum(whole_reference_n) as whole_reference_n,
            min(minimum) as minimum,
            max(maximum) as maximum,
            min(reference_minimum) as reference_minimum,
            max(reference_maximum) as reference_maximum
        from (
            select
                subjects.subject,
                counts.bin,
                counts.n,
                counts.sum_value,
                case when counts.is_reference then -counts.n else 0 end as reference_n,
                case when counts.is_reference then -counts.sum_value else 0 end as reference_sum_value,
                case when counts.is_reference then -counts.sum_squared_value else 0 end as reference_sum_squared_value,
                0 as whole_reference_n,
                counts.minimum,
                counts.maximum,
                null as reference_minimum,
                null as reference_maximum
            from window_counts as counts
            inner join subjects
                on subjects.window_key = counts.window_key
                and subjects.model_version = counts.model_version
                and subjects.segment = counts.segment
                and subjects.segment_value = counts.segment_value
                and subjects.feature = counts.feature
            union all
            select subjects.subject, counts.bin, 0, 0, counts.n, counts.sum_value, counts.sum_squared_value, counts.n, null, null, counts.minimum, counts.maximum
            from reference_counts as counts
            inner join subjects
                on subjects.monitor = counts.monitor
                and subjects.reference_version = counts.model_version
                and subjects.segment = counts.segment
                and subjects.segment_value = counts.segment_value
                and subjects.feature = counts.feature
        ) as both_sides
        group by subject, bin
    )
{%- endmacro %}
