{% test fresh(model, monitor=none, within=none) %}
    {#- Fails on every monitor whose results are stale and, with `within` (such as '2 days'), whose newest predictions are older than that, by when they were loaded or by the end of the window they are in,
        whichever is earlier; whatever model the test is put on. monitor: only this, or a list. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set monitors = ml_monitor.as_list(monitor) -%}
    {%- if execute -%}
        {%- do ml_monitor.check_argument_names('fresh', kwargs, ['monitor', 'within']) -%}
        {%- do ml_monitor.check_choices('fresh', 'monitor', monitors, ml_monitor.declarations().keys()) -%}
        {%- if within is not none and not modules.re.match('^\\d+ (second|minute|hour|day|week)s?$', within | string) -%}
            {{ exceptions.raise_compiler_error("ml_monitor: the argument within of the test fresh is '" ~ within ~ "'; write a number and a unit, such as '6 hours' or '2 days'") }}
        {%- endif -%}
    {%- endif -%}
    with newest_predictions as (
        select
            status.monitor,
            status.state,
            status.message,
            status.last_window,
            status.last_loaded_at,
            case when status.last_loaded_at < windows.window_end then status.last_loaded_at else windows.window_end end as newest_at
        from {{ ref('ml_monitor', 'ml_monitor__status') }} as status
        left join {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows on windows.monitor = status.monitor and windows.window_start = status.last_window
        {%- if monitors %}
        where status.monitor in ({{ ml_monitor.text_literals(monitors) }})
        {%- endif %}
    ),

    reasons as (
        select
            newest_predictions.*,
            case
                when state = 'stale' then message
                {%- if within is not none %}
                when newest_at is null then 'There are no predictions.'
                when newest_at < {{ ml_monitor.as_of() or ml_monitor.utc_now() }} - interval '{{ within }}' then
                    'No predictions since ' || cast({{ dbt.date_trunc('second', 'newest_at') }} as {{ text }}) || ', longer ago than {{ within }}.'
                {%- endif %}
            end as reason
        from newest_predictions
    )

    select monitor, state, last_window, last_loaded_at, reason
    from reasons
    where reason is not null
{% endtest %}
