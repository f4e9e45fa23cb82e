{% macro _window_counts() %}
    {#- CTE window_counts: what each stale window holds per version, and per 'all' versions, segment, feature and bin. Follows the CTE stale_windows. -#}
    window_counts as (
        select
            stale_windows.monitor,
            stale_windows.window_key,
            stale_windows.window_start,
            stale_windows.is_reference,
            {{ ml_monitor.season_of('stale_windows.window_start') }} as season,
            {{ ml_monitor._counts_of_levels() }}
        from stale_windows
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stale_windows.monitor
        inner join {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
            on profile.monitor = stale_windows.monitor and profile.window_key = stale_windows.window_key
        {{ ml_monitor._levels() }}
        group by stale_windows.monitor, stale_windows.window_key, stale_windows.window_start, stale_windows.is_reference, {{ ml_monitor.season_of('stale_windows.window_start') }}, {{ ml_monitor._level_keys() }}
    )
{%- endmacro %}

{% macro _reference_counts() %}
    {#- CTEs season_counts and reference_counts, the same of the whole reference by season and in all, and reference_versions, the versions that have one; every other version has the reference of all.
        is_seasonal: whether the reference is long enough to tell one season from another. -#}
    season_counts as (
        select
            profile.monitor,
            monitors.grain,
            {{ ml_monitor.season_of('profile.window_start') }} as season,
            count(distinct profile.window_start) as windows,
            {{ ml_monitor._counts_of_levels() }}
        from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = profile.monitor
        {{ ml_monitor._levels() }}
        where profile.is_reference and profile.monitor in (select monitor from stale_windows)
        group by profile.monitor, monitors.grain, {{ ml_monitor.season_of('profile.window_start') }}, {{ ml_monitor._level_keys() }}
    ),

    reference_counts as (
        select
            monitor,
            grain,
            model_version,
            segment,
            segment_value,
            feature,
            bin,
            cast(sum(windows) as bigint) as windows,
            cast(sum(n) as bigint) as n,
            sum(sum_value) as sum_value,
            sum(sum_squared_value) as sum_squared_value,
            min(minimum) as minimum,
            max(maximum) as maximum
        from season_counts
        group by monitor, grain, model_version, segment, segment_value, feature, bin
    ),

    reference_versions as (
        select
            monitor,
            model_version,
            max(windows) as windows,
            coalesce(max(windows) >= {{ ml_monitor.fewest_windows() }} * max(case grain when 'day' then 7 when 'hour' then 24 end), false) as is_seasonal
        from reference_counts
        where segment = 'overall' and feature = '__row__'
        group by monitor, model_version
    )
{%- endmacro %}

{% macro season_of(window_start) -%}
    {#- The weekday of a day, the hour of an hour: windows of the same season are alike. NULL for other windows. Reads monitors.grain. -#}
    cast(case monitors.grain when 'day' then {{ ml_monitor.day_of_week(window_start) }} when 'hour' then extract(hour from {{ window_start }}) end as integer)
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
        (from counts and sums; extremes stay those of the whole reference). Baselines: `reference`, the whole of it, and, overall, `season`, its windows of the same season, where it is long enough. -#}
    subjects as (
        select
            row_number() over (order by counts.window_key, counts.model_version, counts.segment, counts.segment_value, counts.feature, baselines.baseline) as subject,
            counts.*,
            baselines.baseline,
            -- a long reference is held against the season: what the weekday brings is no drift
            baselines.baseline = case when counts.segment = 'overall' and counts.is_seasonal then 'season' else 'reference' end as is_judged
        from (
            select
                windows.*,
                case when own.model_version is null then 'all' else windows.model_version end as reference_version,
                coalesce(own.is_seasonal, whole.is_seasonal, false) as is_seasonal
            from (
                select monitor, window_key, window_start, is_reference, season, model_version, segment, segment_value, feature
                from window_counts
                where feature <> '__row__'
                group by monitor, window_key, window_start, is_reference, season, model_version, segment, segment_value, feature
            ) as windows
            left join reference_versions as own on own.monitor = windows.monitor and own.model_version = windows.model_version
            left join reference_versions as whole on whole.monitor = windows.monitor and whole.model_version = 'all'
        ) as counts
        inner join (select 'reference' as baseline union all select 'season') as baselines
            on baselines.baseline = 'reference' or (counts.segment = 'overall' and counts.is_seasonal)
    ),

    compared_counts as (
        select
            subject,
            bin,
            cast(sum(n) as {{ ml_monitor.type_double() }}) as n,
            sum(sum_value) as sum_value,
            sum(sum_squared_value) as sum_squared_value,
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
                counts.sum_squared_value,
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
            {%- for baseline, relation in {'reference': 'reference_counts', 'season': 'season_counts'}.items() %}
            union all
            select subjects.subject, counts.bin, 0, 0, 0, counts.n, counts.sum_value, counts.sum_squared_value, counts.n, null, null, counts.minimum, counts.maximum
            from {{ relation }} as counts
            inner join subjects
                on subjects.monitor = counts.monitor
                and subjects.reference_version = counts.model_version
                and subjects.segment = counts.segment
                and subjects.segment_value = counts.segment_value
                and subjects.feature = counts.feature
                {%- if baseline == 'season' %}
                and subjects.season = counts.season
                {%- endif %}
            where subjects.baseline = '{{ baseline }}'
            {%- endfor %}
        ) as both_sides
        group by subject, bin
    )
{%- endmacro %}
