{% macro unit_windows(with_roll_ups, kind='outcome', suffix='') %}
    {#- CTE unit_windows: one row per unit and window in it: monitor, window_key of the unit, grain, window_start, window_end, member_key, is_reference and profiled_at of the window. Reads judged_monitors.
        A unit is a window, or an ISO week, a calendar month or a day, UTC, that a declared roll_up makes of them.
        kind: 'outcome' or 'feature', the profile whose moment counts; suffix: what is appended to the unit's key, as SQL. -#}
    {%- set of_window = 'windows.window_key as member_key, windows.is_reference, windows.' ~ kind ~ '_profiled_at as profiled_at' -%}
    unit_windows as (
        select windows.monitor, windows.window_key{{ suffix }} as window_key, judged_monitors.grain, windows.window_start, windows.window_end, {{ of_window }}
        from {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows
        inner join judged_monitors on judged_monitors.monitor = windows.monitor
        where windows.window_start is not null
        {%- for grain, monitors in ml_monitor.rolled_up_monitors().items() if with_roll_ups %}
        {%- set window_start = ml_monitor.rolled_start(grain, 'windows.window_start') %}
        union all
        select
            windows.monitor, {{ ml_monitor.rolled_key('windows.monitor', grain, window_start) }}{{ suffix }}, '{{ grain }}', {{ window_start }}, {{ ml_monitor.window_end(grain, window_start) }}, {{ of_window }}
        from {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows
        inner join judged_monitors on judged_monitors.monitor = windows.monitor
        where windows.window_start is not null and windows.monitor in ({{ ml_monitor.text_literals(monitors) }})
        {%- endfor %}
    )
{%- endmacro %}

{% macro rolled_start(grain, window_start) -%}
    cast({{ ml_monitor.window_start(grain, window_start) }} as timestamp)
{%- endmacro %}

{% macro rolled_key(monitor, grain, window_start) -%}
    {#- One part more than the key of a window, which may begin at the same moment. -#}
    {{ monitor }} || '|{{ grain }}|' || cast({{ window_start }} as {{ ml_monitor.type_text() }})
{%- endmacro %}
