{% macro absent_windows() %}
    {#- CTEs over feed_windows. absent_windows: one row per monitor and window without rows between two that have some, or after the newest, as far as the newest window of any monitor says that the time has come; has_ended as there.
        season_presence: of each season of a monitor how many windows of the reference there are, how many of them have rows (present), and the mean logarithm of these rows. -#}
    {%- set steps = {'hour': "interval '1 hour'", 'day': "interval '1 day'", 'week': "interval '1 week'", 'month': "interval '1 month'"} -%}
    -- the stretches between windows, and from the newest to what the newest window of any monitor says the time is
    clock as (
        select max(window_start) as now_at from feed_windows
    ),

    gaps as (
        select
            monitor,
            grain,
            late_by_hours,
            window_end as gap_start,
            lead(window_start) over (partition by monitor order by window_start) as gap_end,
            clock.now_at,
            is_reference and coalesce(lead(is_reference) over (partition by monitor order by window_start), false) as is_inside_reference
        from feed_windows
        cross join clock
    ),

    absent_windows as (
        select
            absent.*,
            coalesce({{ ml_monitor.season_of('absent.window_start') }}, 0) as season,
            {{ ml_monitor.hours_between('absent.window_end', 'coalesce(monitors.as_of, monitors.run_at)') }} >= absent.late_by_hours as has_ended
        from (
            select
                gaps.*,
                case grain{% for grain, step in steps.items() %} when '{{ grain }}' then gap_start + step * {{ step }}{% endfor %} end as window_start,
                case grain{% for grain, step in steps.items() %} when '{{ grain }}' then gap_start + (step + 1) * {{ step }}{% endfor %} end as window_end
            from gaps
            cross join ({{ ml_monitor.steps(0, 366) }}) as steps
            where gap_start < coalesce(gap_end, now_at)
        ) as absent
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = absent.monitor
        where case when gap_end is not null then absent.window_start < gap_end else {{ ml_monitor.hours_between('absent.window_end', 'now_at') }} >= absent.late_by_hours end
    ),

    -- a reference that is a relation of its own says nothing, all windows do
    season_presence as (
        select
            monitor,
            season,
            sum(is_present) as present,
            count(*) as windows,
            sum(is_present * ln(cast(n as {{ ml_monitor.type_double() }}))) / nullif(sum(is_present), 0) as usual_log
        from (
            select monitor, season, 1 as is_present, n, teaches from (
                select feed_windows.monitor, season, n, teaches or monitors.reference_relation is not null as teaches
                from feed_windows
                inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = feed_windows.monitor
            ) as present_windows
            union all
            select absent_windows.monitor, season, 0, 1, is_inside_reference or (monitors.reference_relation is not null and gap_end is not null)
            from absent_windows
            inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = absent_windows.monitor
        ) as spine
        where teaches
        group by monitor, season
    )
{%- endmacro %}
