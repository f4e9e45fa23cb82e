{% macro drifted_segments() %}
    {#- CTEs that end in drifted_segments: of every declared segment of at most three columns, and of the whole, the feature and window of the compared period in which the population stability index was greatest by its limit.
        is_told: whether its excess over chance is by 0.1, what matters by default, greater than that of every more general segment in the same feature. Reads ml_monitor__segment_numbers for the period. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set part = ml_monitor.cell_separator() -%}
    drift_periods as (
        select numbers.monitor, monitors.grain, min(numbers.window_start) as window_start, max(numbers.window_end) as window_end
        from {{ ref('ml_monitor', 'ml_monitor__segment_numbers') }} as numbers
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = numbers.monitor
        where numbers.kind in ('score', 'share')
        group by numbers.monitor, monitors.grain
    ),

    drift_rows as (
        select
            drift.monitor,
            cast('drift' as {{ text }}) as kind,
            drift_periods.grain,
            drift.window_start,
            drift.window_end,
            drift.feature,
            drift.n,
            drift.reference_n,
            drift.value,
            drift.upper_limit,
            drift.limit_ratio,
            drift.z_score,
            drift.value - drift.noise_floor as excess,
            case drift.monitor
                {%- for monitor in ml_monitor.with_segments() %}
                when {{ ml_monitor.text_literal(monitor) }} then {{ ml_monitor.segment_key(ml_monitor.declaration(monitor), 'drift.segment', 'drift.segment_value') }}
                {%- endfor %}
            end as segment_key
        from {{ ref('ml_monitor', 'ml_monitor__drift') }} as drift
        inner join drift_periods
            on drift_periods.monitor = drift.monitor and drift.window_start >= drift_periods.window_start and drift.window_start < drift_periods.window_end
        where drift.metric = 'population_stability_index' and drift.baseline = 'reference' and drift.model_version = 'all' and drift.verdict not in ('insufficient_data', 'not_applicable')
    ),

    drift_excesses as (
        select monitor, segment_key, feature, max(excess) as excess, {{ ml_monitor.condition_count('segment_key') }} as condition_count
        from drift_rows
        group by monitor, segment_key, feature
    ),

    worst_drifts as (
        select *
        from (
            select
                drift_rows.*,
                {{ ml_monitor.condition_count('drift_rows.segment_key') }} as condition_count,
                row_number() over (partition by monitor, segment_key order by {{ ml_monitor.greatest_first('limit_ratio') }}, {{ ml_monitor.binary_order('feature') }}, window_start desc) as place,
                max(case when segment_key = '' then n end) over (partition by monitor, window_start) as all_n,
                max(case when segment_key = '' then reference_n end) over (partition by monitor, window_start) as all_reference_n
            from drift_rows
            where segment_key is not null
        ) as ranked_drifts
        where place = 1
    ),

    general_excesses as (
        select worst_drifts.monitor, worst_drifts.segment_key, max(general.excess) as excess
        from worst_drifts
        inner join drift_excesses as general
            on general.monitor = worst_drifts.monitor and general.feature = worst_drifts.feature and general.condition_count < worst_drifts.condition_count
        where general.segment_key = ''
            {%- for place in [1, 2, 3] %}
            or general.segment_key = split_part(worst_drifts.segment_key, {{ part }}, {{ place }})
            {%- endfor %}
            {%- for one, other in [(1, 2), (1, 3), (2, 3)] %}
            or general.segment_key = split_part(worst_drifts.segment_key, {{ part }}, {{ one }}) || {{ part }} || split_part(worst_drifts.segment_key, {{ part }}, {{ other }})
            {%- endfor %}
        group by worst_drifts.monitor, worst_drifts.segment_key
    ),

    {{ ml_monitor.search_limits('drift_rows', '0.5e0', 'segment_key is not null') }},

    drifted_segments as (
        select
            worst_drifts.*,
            search_limits.searched,
            search_limits.z_limit,
            coalesce(limit_ratio >= 1 and z_score >= search_limits.z_limit, false) as is_beyond,
            coalesce(worst_drifts.excess - general_excesses.excess >= 0.1e0, true) as is_told
        from worst_drifts
        inner join search_limits on search_limits.monitor = worst_drifts.monitor
        left join general_excesses on general_excesses.monitor = worst_drifts.monitor and general_excesses.segment_key = worst_drifts.segment_key
    )
{%- endmacro %}
