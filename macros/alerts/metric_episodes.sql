{% macro metric_episodes() %}
    {#- CTEs that end in metric_episodes: for each metric of each subject the stretches of windows in alert. One begins with a window whose verdict is `alert` and lasts until one whose verdict is `ok`:
        a warning, a window without enough rows or one that is missing does not end it. A window is as bad as the worst of its versions.
        concern: 'data' (drift and quality of a feature are one concern), 'constraint' (what people have declared of it is another) or 'performance'. reaches_to: the end of the last window before it is over.
        judged_rows: the rows of ml_monitor__metrics that can open alerts; whole_n: the rows of all versions and segments in that window. -#}
    {%- set series = ml_monitor.alert_series() | join(', ') -%}
    judged_rows as (
        select
            {{ ml_monitor.alert_concern() }} as concern,
            monitor, segment, segment_value, family, subject, source, baseline, metric, model_version, window_start, window_end,
            value, n, reference_value, lower_limit, upper_limit, limit_ratio, verdict,
            max(case when segment = 'overall' and model_version = 'all' then n end) over (partition by monitor, family, subject, source, baseline, metric, window_start) as whole_n
        from {{ ref('ml_monitor', 'ml_monitor__metrics') }} as metrics
        where verdict in ('ok', 'warn', 'alert')
            and {{ ml_monitor.opens_alerts('metrics') }}
            -- quality judges the same shares, but of labels
            and not (family = 'drift' and subject <> '__label__' and metric in ('null_rate_difference', 'unseen_rate'))
    ),

    judged_windows as (
        select
            {{ series }},
            window_start,
            max(window_end) as window_end,
            max(case when verdict = 'alert' then 1 else 0 end) as is_alert,
            min(case when verdict = 'ok' then 1 else 0 end) as is_ok
        from judged_rows
        group by {{ series }}, window_start
    ),

    stretches as (
        select
            judged_windows.*,
            sum(is_ok) over (partition by {{ series }} order by window_start rows unbounded preceding) as stretch,
            sum(is_ok) over (partition by {{ series }}) as last_stretch
        from judged_windows
    ),

    metric_episodes as (
        select
            {{ series }},
            stretch,
            min(case when is_alert = 1 then window_start end) as first_window,
            max(case when is_alert = 1 then window_start end) as last_window,
            max(case when is_alert = 1 or (is_ok = 0 and stretch = last_stretch) then window_end end) as reaches_to,
            max(case when stretch < last_stretch then 1 else 0 end) as is_over
        from stretches
        group by {{ series }}, stretch
        having max(is_alert) = 1
    )
{%- endmacro %}

{% macro alert_subject() %}
    {#- The columns that say what an alert is about. Neither versions nor metrics are among them: what is wrong with one version or with all, by one measure or by several, is one thing. -#}
    {{ return(['monitor', 'segment', 'segment_value', 'concern', 'subject']) }}
{% endmacro %}

{% macro causes() %}
    {#- Metrics of quality that name what has happened to a feature's values, and in which words: they go before those that only say that the values are distributed otherwise. -#}
    {{ return({
        'constant_rate': 'frozen to one value',
        'null_rate': 'more NULLs',
        'unseen_rate': 'categories that the reference does not have',
        'not_a_number_rate': 'values that are not numbers',
    }) }}
{% endmacro %}

{% macro names_cause(relation) -%}
    {{ relation }}.family = 'quality' and {{ relation }}.metric in ({{ ml_monitor.text_literals(ml_monitor.causes()) }})
{%- endmacro %}

{% macro alert_concern() -%}
    case when family = 'performance' then 'performance' when metric = 'violated_constraints' then 'constraint' else 'data' end
{%- endmacro %}

{% macro alert_series() %}
    {{ return(ml_monitor.alert_subject() + ['family', 'source', 'baseline', 'metric']) }}
{% endmacro %}
