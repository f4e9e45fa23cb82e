{% macro _effect_counts() %}
    {#- CTEs that end in effect_counts: the coarse bins of each feature, the score and the prediction, stale window against reference. Follows the CTE stale_windows.
        Columns: window_key, model_version, reference_version, segment, segment_value, feature, bin, and for both sides n, scored_n, sum_score; feature_n, reference_feature_n: the rows of all bins.
        A bin that is empty on one side is in it. A window inside the reference is compared with the other windows of the reference; a version without reference rows with the reference of all. -#}
    {%- set unit = ['model_version', 'segment', 'segment_value', 'feature'] -%}
    {%- set sums = ['n', 'scored_n', 'sum_score'] -%}
    coarse_bins as (
        select monitor, feature, bin, coarse_bin
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'feature'
    ),

    effect_rows as (
        {%- for side, condition in {'window': 'profile.window_key in (select window_key from stale_windows)', 'reference': 'profile.is_reference and profile.monitor in (select monitor from stale_windows)'}.items() %}
        {{ 'union all' if not loop.first }}
        select
            '{{ side }}' as side,
            profile.monitor,
            {{ 'profile.window_key' if side == 'window' else 'cast(null as ' ~ ml_monitor.type_text() ~ ')' }} as window_key,
            profile.model_version,
            profile.segment,
            profile.segment_value,
            profile.feature,
            coalesce(coarse_bins.coarse_bin, profile.bin) as bin
            {%- for sum in sums %},
            sum(profile.{{ sum }}) as {{ sum }}
            {%- endfor %}
        from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
        left join coarse_bins
            on coarse_bins.monitor = profile.monitor and coarse_bins.feature = profile.feature and coarse_bins.bin = profile.bin
            -- those of segments are coarse already
            and profile.segment = 'overall'
        where {{ condition }} and profile.feature <> '__row__'
        group by profile.monitor, {{ 'profile.window_key, ' if side == 'window' }}profile.model_version, profile.segment, profile.segment_value, profile.feature, coalesce(coarse_bins.coarse_bin, profile.bin)
        {%- endfor %}
    ),

    -- a row counts for its version and for all; rows without a version are those of all already
    effect_levels as (
        select
            side, monitor, window_key, case when levels.is_all = 1 then 'all' else model_version end as model_version, segment, segment_value, feature, bin
            {%- for sum in sums %},
            sum({{ sum }}) as {{ sum }}
            {%- endfor %}
        from effect_rows
        inner join (select 0 as is_all union all select 1) as levels on levels.is_all = 0 or effect_rows.model_version <> 'all'
        group by side, monitor, window_key, case when levels.is_all = 1 then 'all' else model_version end, segment, segment_value, feature, bin
    ),

    effect_units as (
        select
            units.*,
            stale_windows.is_reference,
            case when versions.model_version is null then 'all' else units.model_version end as reference_version
        from (
            select distinct monitor, window_key, {{ unit | join(', ') }}
            from effect_levels
            where side = 'window'
        ) as units
        inner join stale_windows on stale_windows.window_key = units.window_key
        left join (select distinct monitor, model_version from effect_levels where side = 'reference') as versions
            on versions.monitor = units.monitor and versions.model_version = units.model_version
    ),

    effect_counts as (
        select
            both_sides.*,
            sum(n) over (partition by window_key, {{ unit | join(', ') }}) as feature_n,
            sum(reference_n) over (partition by window_key, {{ unit | join(', ') }}) as reference_feature_n
        from (
            select
                window_key, reference_version, {{ unit | join(', ') }}, bin
                {%- for sum in sums %},
                sum({{ sum }}) as {{ sum }},
                sum(reference_{{ sum }}) as reference_{{ sum }}
                {%- endfor %}
            from (
                select
                    units.window_key, units.reference_version, {% for key in unit %}units.{{ key }}, {% endfor %}counts.bin
                    {%- for sum in sums %},
                    counts.{{ sum }} as {{ sum }},
                    case when units.is_reference then -counts.{{ sum }} else 0 end as reference_{{ sum }}
                    {%- endfor %}
                from effect_levels as counts
                inner join effect_units as units
                    on units.window_key = counts.window_key
                    {%- for key in unit %}
                    and units.{{ key }} = counts.{{ key }}
                    {%- endfor %}
                where counts.side = 'window'
                union all
                select
                    units.window_key, units.reference_version, {% for key in unit %}units.{{ key }}, {% endfor %}counts.bin
                    {%- for sum in sums %}, 0, counts.{{ sum }}{% endfor %}
                from effect_levels as counts
                inner join effect_units as units
                    on units.monitor = counts.monitor
                    and units.reference_version = counts.model_version
                    {%- for key in unit if key != 'model_version' %}
                    and units.{{ key }} = counts.{{ key }}
                    {%- endfor %}
                where counts.side = 'reference'
            ) as sides
            group by window_key, reference_version, {{ unit | join(', ') }}, bin
        ) as both_sides
    )
{%- endmacro %}

{% macro _score_variances() %}
    {#- CTE score_variances: how many scores, and of how great a variance (of the population), each stale window and its reference have per version and segment. Follows the CTEs of `_effect_counts`.
        Of a regression the score is the prediction. -#}
    {%- set keys = ['model_version', 'segment', 'segment_value'] -%}
    score_rows as (
        select
            case when stale_windows.window_key is not null then 'window' else 'reference' end as side,
            profile.monitor,
            profile.window_key,
            case when levels.is_all = 1 then 'all' else profile.model_version end as model_version,
            profile.segment,
            profile.segment_value,
            profile.is_reference,
            sum(profile.n) as n,
            sum(profile.sum_value) as sum_value,
            sum(profile.sum_squared_value) as sum_squared_value
        from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }} as profile
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
            on monitors.monitor = profile.monitor
            and profile.feature = case when monitors.has_score then '__score__' when monitors.task = 'regression' then '__prediction__' end
        left join stale_windows on stale_windows.window_key = profile.window_key
        {{ ml_monitor._levels() }}
        where profile.bin >= 0 and (stale_windows.window_key is not null or (profile.is_reference and profile.monitor in (select monitor from stale_windows)))
        group by
            case when stale_windows.window_key is not null then 'window' else 'reference' end,
            profile.monitor, profile.window_key, case when levels.is_all = 1 then 'all' else profile.model_version end, profile.segment, profile.segment_value, profile.is_reference
    ),

    reference_scores as (
        select monitor, {{ keys | join(', ') }}, sum(n) as n, sum(sum_value) as sum_value, sum(sum_squared_value) as sum_squared_value
        from score_rows
        where is_reference
        group by monitor, {{ keys | join(', ') }}
    ),

    reference_score_versions as (
        select distinct monitor, model_version from reference_scores
    ),

    score_sides as (
        select
            score_rows.window_key, {% for key in keys %}score_rows.{{ key }}, {% endfor %}
            score_rows.n, score_rows.sum_value, score_rows.sum_squared_value
            {%- for sum in ['n', 'sum_value', 'sum_squared_value'] %},
            reference_scores.{{ sum }} - case when score_rows.is_reference then score_rows.{{ sum }} else 0 end as reference_{{ sum }}
            {%- endfor %}
        from score_rows
        left join reference_score_versions
            on reference_score_versions.monitor = score_rows.monitor and reference_score_versions.model_version = score_rows.model_version
        left join reference_scores
            on reference_scores.monitor = score_rows.monitor
            and reference_scores.model_version = case when reference_score_versions.model_version is null then 'all' else score_rows.model_version end
            and reference_scores.segment = score_rows.segment
            and reference_scores.segment_value = score_rows.segment_value
        where score_rows.side = 'window'
    ),

    score_variances as (
        select
            window_key, {{ keys | join(', ') }}
            {%- for side in ['', 'reference_'] %},
            {{ side }}n,
            greatest({{ side }}sum_squared_value / nullif({{ side }}n, 0) - {{ ml_monitor.square('(' ~ side ~ 'sum_value / nullif(' ~ side ~ 'n, 0))') }}, 0 * {{ side }}sum_value / nullif({{ side }}n, 0)) as {{ side }}variance
            {%- endfor %}
        from score_sides
    )
{%- endmacro %}
