{% macro alert_episodes() %}
    {#- CTEs that end in alert_episodes, one row per alert that the verdicts of today make: the metrics' episodes of one subject that overlap, or follow each other without a window between, are one alert.
        Columns: the subject; metrics, all that are or were in alert; of the worst metric, one that names the cause of the whole alert or else the one that lies out most times its limit: family, source, baseline, metric, and of model_version, value, reference_value,
        lower_limit, upper_limit and reach (the part of the rows that it concerns) of its last window in alert; n, its rows in the windows in alert, whose number is windows.
        model_version: the one version whose worst metric is in alert as often as that of 'all'; else 'all', or where that is never in alert, the one that is most often.
        first_window and last_window with their ends; last_began (the first window of the metric that joined last; one that only comes and goes has joined before); is_over; worst_ratio (the greatest limit_ratio). -#}
    {%- set subject = ml_monitor.alert_subject() | join(', ') -%}
    {%- set series = ml_monitor.alert_series() | join(', ') -%}
    {#- whatever the engine's collation -#}
    {%- set binary_series = [] -%}
    {%- for column in ml_monitor.alert_series() -%}{%- do binary_series.append(ml_monitor.binary_order(column)) -%}{%- endfor -%}
    {%- set binary_series = binary_series | join(', ') -%}
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

    alerts as (
        select {{ subject }}, alert_number, min(first_window) as first_window, max(last_window) as last_window, min(is_over) as is_over
        from numbered_episodes
        group by {{ subject }}, alert_number
    ),

    -- every metric of the subject while it is in alert, whatever its own verdict
    concerned_rows as (
        select
            {{ ml_monitor._of('judged_rows', ml_monitor.alert_series() + ['model_version', 'window_start', 'window_end', 'value', 'n', 'whole_n', 'reference_value', 'lower_limit', 'upper_limit']) }},
            case when judged_rows.verdict = 'alert' then 1 else 0 end as is_alert,
            case when judged_rows.verdict = 'alert' then judged_rows.limit_ratio end as alert_ratio,
            case when judged_rows.verdict = 'alert' then judged_rows.window_start end as alert_window,
            alerts.alert_number,
            alerts.is_over
        from judged_rows
        inner join alerts
            on alerts.monitor = judged_rows.monitor
            {%- for column in ml_monitor.alert_subject()[1:] %}
            and alerts.{{ column }} = judged_rows.{{ column }}
            {%- endfor %}
            and judged_rows.window_start between alerts.first_window and alerts.last_window
    ),

    metric_rows as (
        select
            concerned_rows.*,
            max(is_alert) over (partition by {{ subject }}, alert_number, window_start) as is_window_in_alert,
            max(is_alert) over (partition by {{ series }}, alert_number, window_start) as is_metric_in_window,
            max(is_alert) over (partition by {{ series }}, alert_number) as is_metric_in_alert,
            max(alert_ratio) over (partition by {{ series }}, alert_number) as metric_ratio,
            min(alert_window) over (partition by {{ series }}, alert_number) as metric_began,
            sum(is_alert) over (partition by {{ series }}, model_version, alert_number) as version_windows,
            max(alert_ratio) over (partition by {{ series }}, model_version, alert_number) as version_ratio,
            min(case when is_alert = 1 and model_version <> 'all' then model_version end) over (partition by {{ series }}, alert_number) as first_version,
            max(case when is_alert = 1 and model_version <> 'all' then model_version end) over (partition by {{ series }}, alert_number) as last_version
        from concerned_rows
    ),

    -- a metric that names a cause speaks for the alert if it is in alert in every window that is
    explained_rows as (
        select
            metric_rows.*,
            case when {{ ml_monitor.names_cause('metric_rows') }} then min(case when is_window_in_alert = 1 then is_metric_in_window end) over (partition by {{ series }}, alert_number) else 0 end as is_cause
        from metric_rows
    ),

    ranked_rows as (
        select
            explained_rows.*,
            dense_rank() over (
                partition by {{ subject }}, alert_number
                order by is_metric_in_alert desc, is_cause desc, {{ ml_monitor.greatest_first('metric_ratio') }}, {{ binary_series }}
            ) as metric_place,
            dense_rank() over (
                partition by {{ series }}, alert_number
                order by
                    case when version_windows > 0 then 0 else 1 end,
                    -- of several, all of them
                    case when first_version < last_version and model_version = 'all' then 0 else 1 end,
                    version_windows desc,
                    case when model_version = 'all' then 1 else 0 end,
                    {{ ml_monitor.greatest_first('version_ratio') }},
                    {{ ml_monitor.binary_order('model_version') }}
            ) as version_place,
            row_number() over (partition by {{ series }}, model_version, alert_number order by alert_window desc nulls last) as latest_place,
            row_number() over (
                partition by {{ subject }}, alert_number, metric, source
                order by is_metric_in_alert desc, is_cause desc, {{ ml_monitor.greatest_first('metric_ratio') }}, {{ binary_series }}, window_start, model_version
            ) as name_place
        from explained_rows
    ),

    alert_episodes as (
        select
            {{ subject }},
            {%- for column in ['model_version', 'family', 'source', 'baseline', 'metric', 'value', 'reference_value', 'lower_limit', 'upper_limit'] %}
            max(case when metric_place = 1 and version_place = 1 and latest_place = 1 then {{ column }} end) as {{ column }},
            {%- endfor %}
            -- what is wrong with no row, such as a window that is missing, concerns all
            max(case when metric_place = 1 and version_place = 1 and latest_place = 1 then coalesce(n / nullif(cast(greatest(n, whole_n) as {{ ml_monitor.type_double() }}), 0), 1) end) as reach,
            sum(case when metric_place = 1 and version_place = 1 and is_window_in_alert = 1 then n else 0 end) as n,
            {{ ml_monitor.text_list("case when name_place = 1 and is_metric_in_alert = 1 then metric || case source when 'estimated' then ' (estimated)' else '' end end", 'metric_place') }} as metrics,
            min(alert_window) as first_window,
            min(case when is_alert = 1 then window_end end) as first_window_end,
            max(alert_window) as last_window,
            max(case when is_alert = 1 then window_end end) as last_window_end,
            max(metric_began) as last_began,
            count(distinct alert_window) as windows,
            min(is_over) = 1 as is_over,
            max(alert_ratio) as worst_ratio
        from ranked_rows
        group by {{ subject }}, alert_number
    )
{%- endmacro %}

{% macro _of(relation, columns) -%}
    {%- for column in columns %}{{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}
