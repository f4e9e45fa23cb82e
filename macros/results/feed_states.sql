{% macro feed_states() %}
    {#- CTE feed_states: of each monitor that has windows hours_since_last_row, how old its newest predictions were at the last run, in a replay at its moment, and feed_complaint: what is wrong with that, in sentences. -#}
    {%- set text = ml_monitor.type_text() -%}
    fresh_constraints as (
        select monitor, value as fresh_hours, value_text as fresh_within
        from ({{ ml_monitor.declared_constraints() }}) as declared
        where constraint_type = 'fresh_within'
    ),

    newest_windows as (
        select monitor, max(window_start) as last_window, max(window_end) as last_window_end, max(loaded_until) as last_loaded_at
        from {{ ref('ml_monitor', 'ml_monitor__windows') }}
        where n > 0 and window_start <= feature_profiled_at
        group by monitor
    ),

    -- windows after the newest that should be there, by the newest of any monitor
    missed_windows as (
        select feed.monitor, count(*) as missed, max(feed.window_start) as missed_until
        from {{ ref('ml_monitor', 'ml_monitor__feed_checks') }} as feed
        inner join newest_windows on newest_windows.monitor = feed.monitor and newest_windows.last_window < feed.window_start
        where feed.metric = 'missing_windows' and feed.verdict = 'alert'
        group by feed.monitor
    ),

    feed_ages as (
        select
            newest_windows.monitor,
            greatest(0, {{ ml_monitor.hours_between('least(newest_windows.last_window_end, newest_windows.last_loaded_at)', 'coalesce(monitors.as_of, monitors.run_at)') }}) as hours_since_last_row,
            fresh_hours,
            fresh_within,
            coalesce(missed, 0) as missed,
            missed_until
        from newest_windows
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = newest_windows.monitor
        left join fresh_constraints on fresh_constraints.monitor = newest_windows.monitor
        left join missed_windows on missed_windows.monitor = newest_windows.monitor
    ),

    feed_states as (
        select
            monitor,
            hours_since_last_row,
            case when missed > 0 then
                'Predictions have stopped: ' || case missed when 1 then 'the window of ' else cast(missed as {{ text }}) || ' windows up to that of ' end || {{ ml_monitor.window_text('missed_until') }}
                || ' should be there, for other monitors have gone on. ' else '' end
            || case when hours_since_last_row > fresh_hours then
                'The newest predictions were ' || {{ ml_monitor.number_text('hours_since_last_row') }} || ' hours old at the last run, more than the declared fresh_within, ' || fresh_within || '. ' else '' end as feed_complaint
        from feed_ages
    )
{%- endmacro %}
