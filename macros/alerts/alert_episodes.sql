{% macro alert_episodes() %}
    {#- CTEs that end in alert_episodes, one row per alert that the verdicts of today make: the metrics' episodes of one subject that overlap, or follow each other without a window between, are one alert.
        Columns: the subject; metrics, all that are or were in alert; of the worst metric, by how many times the limit it lies out: family, source, baseline, metric, and value, reference_value, lower_limit, upper_limit
        of its last window in alert; model_version (the only one in alert, or 'all'); first_window and last_window with their ends; windows and n (in alert, and their rows); last_began (the first window of the metric that
        joined last; one that only comes and goes has joined before); is_over; worst_ratio (the greatest limit_ratio); reach (the part of the last window's rows that it concerns). -#}
    {%- set subject = ml_monitor.alert_subject() | join(', ') -%}
    {%- set series = ml_monitor.alert_series() | join(', ') -%}
    {#- whatever the engine's collation -#}
    {%- set binary_series = [] -%}
    {%- for column in ml_monitor.alert_series() -%}{%- do binary_series.append(ml_monitor.binary_order(column)) -%}{%- endfor -%}
    {%- set binary_series = binary_series | join(', ') -%}
    {%- set version = "case when first_version = last_version then first_version else 'all' end" -%}
    {{ ml_monitor.metric_episodes() }},

    running_reach as (
        select
            metric_episodes.*,
            max(reaches_to) over (partition by {{ subject }} order by first_window, {{ series }}, stretch rows between unbounded preceding and 1 preceding) as reached_before
        from metric_episodes
    ),

    numbered_episodes as (
        select
            running_reach.*,
            sum(case when first_window <= reached_before then 0 else 1 end) over (partition by {{ subject }} order by first_window, {{ series }}, stretch rows unbounded preceding) as alert_number
        from running_reach
    ),

    alert_rows as (
        select
            judged_rows.*,
            episodes.alert_number,
            episodes.is_over,
            min(episodes.first_window) over (partition by {{ ml_monitor._of('judged_rows', ml_monitor.alert_series()) }}, episodes.alert_number) as metric_began,
            max(judged_rows.limit_ratio) over (partition by {{ ml_monitor._of('judged_rows', ml_monitor.alert_subject()) }}, episodes.alert_number) as worst_ratio,
            min(case when judged_rows.model_version <> 'all' then judged_rows.model_version end) over (partition by {{ ml_monitor._of('judged_rows', ml_monitor.alert_subject()) }}, episodes.alert_number) as first_version,
            max(case when judged_rows.model_version <> 'all' then judged_rows.model_version end) over (partition by {{ ml_monitor._of('judged_rows', ml_monitor.alert_subject()) }}, episodes.alert_number) as last_version
        from judged_rows
        inner join numbered_episodes as episodes
            on episodes.monitor = judged_rows.monitor
            {%- for column in ml_monitor.alert_series()[1:] %}
            and episodes.{{ column }} = judged_rows.{{ column }}
            {%- endfor %}
            and judged_rows.window_start between episodes.first_window and episodes.last_window
        where judged_rows.verdict = 'alert'
    ),

    ranked_rows as (
        select
            alert_rows.*,
            {{ version }} as alert_version,
            -- the metric that lies out most, once
            dense_rank() over (
                partition by {{ subject }}, alert_number
                order by metric_ratio desc nulls last, {{ binary_series }}
            ) as metric_place,
            row_number() over (partition by {{ subject }}, alert_number, window_start order by case when model_version = {{ version }} then 0 else 1 end, n desc) as window_place,
            row_number() over (
                partition by {{ series }}, alert_number
                order by window_start desc, case when model_version = {{ version }} then 0 else 1 end, limit_ratio desc nulls last, {{ ml_monitor.binary_order('model_version') }}
            ) as latest_place,
            row_number() over (
                partition by {{ subject }}, alert_number, metric, source
                order by metric_ratio desc nulls last, {{ binary_series }}, window_start, model_version
            ) as name_place
        from (
            select alert_rows.*, max(limit_ratio) over (partition by {{ series }}, alert_number) as metric_ratio
            from alert_rows
        ) as alert_rows
    ),

    alert_episodes as (
        select
            {{ subject }},
            alert_version as model_version,
            {%- for column in ['family', 'source', 'baseline', 'metric', 'value', 'reference_value', 'lower_limit', 'upper_limit'] %}
            max(case when metric_place = 1 and latest_place = 1 then {{ column }} end) as {{ column }},
            {%- endfor %}
            {{ ml_monitor.text_list("case when name_place = 1 then metric || case source when 'estimated' then ' (estimated)' else '' end end", 'metric_place') }} as metrics,
            min(window_start) as first_window,
            min(window_end) as first_window_end,
            max(window_start) as last_window,
            max(window_end) as last_window_end,
            max(metric_began) as last_began,
            count(distinct window_start) as windows,
            min(is_over) = 1 as is_over,
            max(worst_ratio) as worst_ratio,
            sum(case when window_place = 1 then n else 0 end) as n,
            max(case when metric_place = 1 and latest_place = 1 then n / cast(greatest(n, whole_n) as {{ ml_monitor.type_double() }}) end) as reach
        from ranked_rows
        group by {{ subject }}, alert_number, alert_version
    )
{%- endmacro %}

{% macro _of(relation, columns) -%}
    {%- for column in columns %}{{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}
