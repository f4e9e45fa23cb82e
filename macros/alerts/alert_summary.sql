{% macro alert_summary(alert) %}
    {#- One sentence with numbers: what is wrong, by how much, since when, of how many rows. `alert`: the CTE that has the columns of ml_monitor__alert_log. -#}
    {%- set metric = "replace(replace(" ~ alert ~ ".metric, 'roc_auc', 'ROC AUC'), '_', ' ')" -%}
    {%- set of_queries = [] -%}
    {%- for one in ml_monitor.metrics_of('performance') if one.tasks == ['ranking'] -%}{%- do of_queries.append(one.name) -%}{%- endfor -%}
    {%- set limit = "case when " ~ alert ~ ".upper_limit is not null and (" ~ alert ~ ".lower_limit is null or " ~ alert ~ ".value > " ~ alert ~ ".upper_limit) then " ~ alert ~ ".upper_limit else " ~ alert ~ ".lower_limit end" -%}
    case
        when {{ alert }}.family = 'performance' then case {{ alert }}.subject when 'all' then 'the performance' else 'class ' || {{ alert }}.subject end
        else case {{ alert }}.subject when '__score__' then 'the score' when '__prediction__' then 'the prediction' when '__row__' then 'the predictions' else {{ alert }}.subject end
    end
    || ' of ' || {{ alert }}.monitor
    || case when {{ alert }}.model_version = 'all' then '' else ' ' || {{ alert }}.model_version end
    || case when {{ alert }}.segment = 'overall' then '' else ' where ' || {{ alert }}.segment || ' is ' || {{ alert }}.segment_value end
    || case
        when {{ alert }}.family = 'drift' then case {{ alert }}.metric
            when 'population_stability_index' then ' has moved: population stability index '
            when 'tail_rate_difference' then ' has more values outside the usual range: rise of their share '
            else ' has moved: ' || {{ metric }} || ' '
        end
        when {{ alert }}.family = 'quality' then case {{ alert }}.metric
            when 'null_rate' then ' has more NULLs: share '
            when 'unseen_rate' then ' has categories that the reference does not have: share '
            when 'out_of_range_rate' then ' has values beyond those of the reference: share '
            when 'not_a_number_rate' then ' has values that are not numbers: share '
            when 'duplicate_id_rate' then ' repeat their ids: share '
            when 'row_count' then ' are unusual in number: row count '
            else ' is unusual: ' || {{ metric }} || ' '
        end
        else case when {{ alert }}.source = 'estimated' then ' is estimated to be worse: ' else ' is worse: ' end
            || {{ metric }} || ' '
    end
    || {{ ml_monitor.number_text(alert ~ '.value') }}
    || ' (limit ' || coalesce({{ ml_monitor.number_text('(' ~ limit ~ ')') }}, 'none')
    || case when {{ alert }}.family <> 'drift' and {{ alert }}.reference_value is not null then ', reference ' || {{ ml_monitor.number_text(alert ~ '.reference_value') }} else '' end
    || ')' || case
        when not ({{ alert }}.is_over or {{ alert }}.is_cleared) then ' since ' || {{ ml_monitor.window_text(alert ~ '.first_window') }}
        when {{ alert }}.windows = 1 then ' in the window of ' || {{ ml_monitor.window_text(alert ~ '.first_window') }}
        else ' from ' || {{ ml_monitor.window_text(alert ~ '.first_window') }} || ' to ' || {{ ml_monitor.window_text(alert ~ '.last_window') }}
    end
    || ', ' || {{ ml_monitor.count_text(alert ~ '.n') }} || case
        when {{ alert }}.metric in ({{ ml_monitor.text_literals(of_queries) }}) then ' queries'
        when {{ alert }}.family = 'performance' and {{ alert }}.source = 'realized' then ' labelled predictions'
        else ' rows'
    end
{%- endmacro %}

{% macro alert_severity(alert) -%}
    {#- From effect and reach: how many times the limit the worst window lies out, times the part of the rows that it concerns; or as the declaration says of its metric or feature. -#}
    case
        {%- for monitor in ml_monitor.declarations() %}
        {%- for name, level in ml_monitor.declaration(monitor).severity.items() %}
        when {{ alert }}.monitor = {{ ml_monitor.text_literal(monitor) }} and {{ ml_monitor.text_literal(name) }} in ({{ alert }}.subject, {{ alert }}.metric) then '{{ level }}'
        {%- endfor %}
        {%- endfor %}
        when {{ alert }}.worst_ratio * {{ alert }}.reach >= 4 then 'critical'
        when {{ alert }}.worst_ratio * {{ alert }}.reach >= 2 then 'high'
        when {{ alert }}.worst_ratio * {{ alert }}.reach >= 1 then 'medium'
        else 'low'
    end
{%- endmacro %}

{% macro window_text(moment) -%}
    {#- A window's start as people write it: a day without its time. -#}
    substring(cast({{ moment }} as {{ ml_monitor.type_text() }}), 1, case when extract(hour from {{ moment }}) = 0 then 10 else 16 end)
{%- endmacro %}
