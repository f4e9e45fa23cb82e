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

{% macro _reference_counts(source=none) %}
    {#- CTEs season_counts and reference_counts, the same of the whole reference by season and in all, and reference_versions, the versions that have one; every other version has the reference of all.
        `source`: a relation with the columns of ml_monitor__feature_profile, if not that. baseline_from and baseline_to: start of the first and end of the last window. is_seasonal: whether the reference is long enough to tell one season from another. -#}
    season_counts as (
        select
            profile.monitor,
            monitors.grain,
            {{ ml_monitor.season_of('profile.window_start') }} as season,
            count(distinct profile.window_start) as windows,
            min(profile.window_start) as baseline_from,
            max(profile.window_end) as baseline_to,
            {{ ml_monitor._counts_of_levels() }}
        from {{ source or ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
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

{% macro _compared_counts(with_rows=false) %}
    {#- CTEs subjects, one row per unit, version, segment, feature with a number and baseline, and compared_counts, its bins with the counts of both sides:
        subject, bin, n, sum_value, sum_squared_value of the unit and reference_n, ... of its baseline. A bin that is empty on one side is in it.
        What of a unit is part of the reference is compared with the rest of it: its own counts are taken off (from counts and sums; extremes stay those of the whole reference).
        Baselines: `reference`, the whole of it; overall `season`, its windows of the same season, where it is long enough; `previous` and `trailing`, units before, where they are declared. with_rows: the counts of rows, feature `__row__`, are compared too. -#}
    {%- set baselines = ml_monitor.with_baselines() -%}
    unit_features as (
        select
            counts.*,
            case when own.model_version is null then 'all' else counts.model_version end as reference_version,
            coalesce(own.is_seasonal, whole.is_seasonal, false) and counts.season is not null as is_seasonal
        from (
            select monitor, window_key, season, model_version, segment, segment_value, feature
            from window_counts
            {%- if not with_rows %}
            where feature <> '__row__'
            {%- endif %}
            group by monitor, window_key, season, model_version, segment, segment_value, feature
        ) as counts
        left join reference_versions as own on own.monitor = counts.monitor and own.model_version = counts.model_version
        left join reference_versions as whole on whole.monitor = counts.monitor and whole.model_version = 'all'
    ),

    subjects as (
        select
            row_number() over (order by window_key, model_version, segment, segment_value, feature, baseline) as subject,
            compared_features.*,
            -- a long reference is held against the season: what the weekday brings is no drift
            baseline = case when segment = 'overall' and is_seasonal then 'season' else 'reference' end as is_judged
        from (
            select unit_features.*, baselines.baseline
            from unit_features
            inner join (select 'reference' as baseline union all select 'season') as baselines
                on baselines.baseline = 'reference' or (unit_features.segment = 'overall' and unit_features.is_seasonal)
            {%- if baselines %}
            union all
            select unit_features.*, baseline_ranges.baseline
            from unit_features
            inner join baseline_ranges
                on baseline_ranges.window_key = unit_features.window_key and baseline_ranges.model_version = unit_features.model_version
            {%- endif %}
        ) as compared_features
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
            {%- set is_own = "counts.is_reference" ~ (" and subjects.baseline in ('reference', 'season')" if baselines) %}
            select
                subjects.subject,
                counts.bin,
                counts.n,
                counts.sum_value,
                counts.sum_squared_value,
                case when {{ is_own }} then -counts.n else 0 end as reference_n,
                case when {{ is_own }} then -counts.sum_value else 0 end as reference_sum_value,
                case when {{ is_own }} then -counts.sum_squared_value else 0 end as reference_sum_squared_value,
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
            {%- for relation, baseline, keys in [
                ('reference_counts', "subjects.baseline = 'reference'", {'monitor': 'monitor', 'model_version': 'reference_version'}),
                ('season_counts', "subjects.baseline = 'season'", {'monitor': 'monitor', 'model_version': 'reference_version', 'season': 'season'}),
                ('baseline_counts', 'subjects.baseline = counts.baseline', {'window_key': 'window_key', 'model_version': 'model_version'}),
            ] if baselines or relation != 'baseline_counts' %}
            union all
            select subjects.subject, counts.bin, 0, 0, 0, counts.n, counts.sum_value, counts.sum_squared_value, counts.n, null, null, counts.minimum, counts.maximum
            from {{ relation }} as counts
            inner join subjects
                on {% for key, of_subject in keys.items() %}subjects.{{ of_subject }} = counts.{{ key }}
                and {% endfor %}subjects.segment = counts.segment
                and subjects.segment_value = counts.segment_value
                and subjects.feature = counts.feature
            where {{ baseline }}
            {%- endfor %}
        ) as both_sides
        group by subject, bin
    )
{%- endmacro %}
