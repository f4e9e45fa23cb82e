{% macro compared_windows() %}
    {#- CTE compared_windows: the windows of monitors with segments that are searched: window_id, n, is_reference, is_recent, is_ripe.
        is_recent: the newest windows after the reference, a whole season of them (24 hours, 7 days, 4 weeks, 3 months), so that the weekday or the hour is on both sides; is_ripe: as many, the newest of those
        in which nine tenths of the labels are in that the reference has. A reference that is a relation of its own is one window. -#}
    {%- set double = ml_monitor.type_double() -%}
    window_outcomes as (
        select
            profile.monitor,
            coalesce(profile.window_key, 'reference') as window_id,
            profile.window_start,
            profile.window_end,
            profile.is_reference,
            monitors.reference_to,
            case monitors.grain when 'hour' then 24 when 'day' then 7 when 'week' then 4 else 3 end as season,
            max(profile.profiled_at) as profiled_at,
            cast(sum(case when profile.part = 'row' then profile.n else 0 end) as {{ double }}) as n,
            cast(sum(case when profile.part = 'outcome' and profile.class in ('all', 'positive') and profile.actual <> '' then profile.n else 0 end) as {{ double }}) as labelled
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }} as profile
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = profile.monitor
        where profile.segment = 'overall' and profile.attribute = 'none' and profile.monitor in ({{ ml_monitor.text_literals(ml_monitor.with_segments()) }})
        group by profile.monitor, profile.window_key, profile.window_start, profile.window_end, profile.is_reference, monitors.reference_to, monitors.grain
    ),

    aged_windows as (
        select
            window_outcomes.*,
            is_reference or (window_start <= profiled_at and (reference_to is null or window_start >= reference_to)) as is_used,
            labelled > 0 and labelled >= 0.9 * n * coalesce(
                sum(case when is_reference then labelled end) over (partition by monitor) / nullif(sum(case when is_reference then n end) over (partition by monitor), 0), 1
            ) as has_labels
        from window_outcomes
        where n > 0
    ),

    compared_windows as materialized (
        select *
        from (
            select
                monitor,
                window_id,
                window_start,
                window_end,
                n,
                is_reference,
                not is_reference and row_number() over (partition by monitor, is_reference order by window_start desc) <= season as is_recent,
                not is_reference and has_labels and row_number() over (partition by monitor, is_reference, has_labels order by window_start desc) <= season as is_ripe
            from aged_windows
            where is_used
        ) as newest
        where is_reference or is_recent or is_ripe
    )
{%- endmacro %}
