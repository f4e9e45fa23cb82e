{% macro feed_windows() %}
    {#- CTE feed_windows: one row per monitor and window that has rows and is not dated in the future: n, season (0 for windows without one), is_reference, teaches, and has_ended: whether late_by had passed after its end
        at the last run, which would have counted its rows had more come, or, in a replay, at the moment of it. -#}
    feed_windows as (
        select
            windows.monitor,
            windows.window_key,
            windows.window_start,
            windows.window_end,
            windows.n,
            monitors.grain,
            monitors.late_by_hours,
            coalesce({{ ml_monitor.season_of('windows.window_start') }}, 0) as season,
            windows.is_reference,
            {{ ml_monitor.hours_between('windows.window_end', ml_monitor.as_of() or 'greatest(windows.feature_profiled_at, monitors.run_at)') }} >= monitors.late_by_hours as has_ended,
            windows.is_reference and {{ ml_monitor.outside_incidents('windows') }} as teaches
        from (select windows.*, '__row__' as feature from {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows) as windows
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = windows.monitor
        where windows.n > 0 and windows.window_start is not null and windows.window_start <= windows.feature_profiled_at
    )
{%- endmacro %}
