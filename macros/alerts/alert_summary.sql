{% macro alert_summary(alert) %}
    {#- One sentence with numbers: what is wrong, by how much, since when, of how many rows. `alert`: the CTE that has the columns of ml_monitor__alert_log and broken_constraints, which constraints the last window in alert breaks;
        NULL where none is, or those of then are not known any more. -#}
    {%- set metric = "replace(replace(" ~ alert ~ ".metric, 'roc_auc', 'ROC AUC'), '_', ' ')" -%}
    {%- set of_queries = [] -%}
    {%- for one in ml_monitor.metrics_of('performance') if one.tasks == ['ranking'] -%}{%- do of_queries.append(one.name) -%}{%- endfor -%}
    {%- set limit = "case when " ~ alert ~ ".upper_limit is not null and (" ~ alert ~ ".lower_limit is null or " ~ alert ~ ".value > " ~ alert ~ ".upper_limit) then " ~ alert ~ ".upper_limit else " ~ alert ~ ".lower_limit end" -%}
    case
        when {{ alert }}.family = 'performance' then case {{ alert }}.subject when 'all' then 'the performance' else 'class ' || {{ alert }}.subject end
        else case {{ alert }}.subject when '__score__' then 'the score' when '__prediction__' then 'the prediction' when '__label__' then 'the labels' when '__row__' then 'the predictions' when '__joint__' then 'the joint distribution' when '__attribution__' then 'the ranking of attributions' else replace({{ alert }}.subject, '__attribution__', 'the attribution of ') end
    end
    || ' of ' || {{ alert }}.monitor
    || case when {{ alert }}.model_version = 'all' then '' else ' ' || {{ alert }}.model_version end
    || case when {{ alert }}.segment = 'overall' then '' else ' where ' || {{ alert }}.segment || ' is ' || {{ alert }}.segment_value end
    || case
        when {{ alert }}.family = 'drift' then case {{ alert }}.subject when '__label__' then ' have ' else ' has ' end || case {{ alert }}.metric
            when 'population_stability_index' then 'moved: population stability index '
            when 'tail_rate_difference' then 'more values outside the usual range: rise of their share '
            else 'moved: ' || {{ metric }} || ' '
        end
        when {{ alert }}.family = 'joint' then case {{ alert }}.metric
            when 'joint_outlier_rate' then ' has more rows outside its usual range: share '
            when 'unseen_combination_rate' then ' has combinations of values that the reference does not have: share '
            when 'correlation_difference' then ' has changed: a correlation differs by '
            else ' has changed: ' || {{ metric }} || ' '
        end
        when {{ alert }}.family = 'quality' then case {{ alert }}.metric
            when 'null_rate' then ' has more NULLs: share '
            when 'unseen_rate' then ' has categories that the reference does not have: share '
            when 'out_of_range_rate' then ' has values beyond those of the reference: share '
            when 'not_a_number_rate' then ' has values that are not numbers: share '
            when 'duplicate_id_rate' then ' repeat their ids: share '
            when 'repeated_content_rate' then ' repeat each other in every value: share '
            when 'replayed_id_rate' then ' have ids that earlier windows had: share '
            when 'largest_entity_rate' then ' come from one entity more than usual: share '
            when 'late_row_rate' then ' came late: share '
            when 'missing_windows' then ' are missing: windows without any in a row '
            when 'below_threshold_rate' then ' piles up just below the decision threshold: share '
            when 'above_threshold_rate' then ' piles up at the decision threshold: share '
            when 'constant_rate' then ' is frozen: constant rate '
            when 'label_flip_rate' then ' look flipped: share '
            when 'violated_constraints' then case {{ alert }}.subject when '__row__' then ' break their' else ' breaks its' end || ' constraint' || case {{ alert }}.value when 1 then '' else 's' end || ': '
            when 'schema_changes' then ' is missing from the predictions or has another type: columns '
            when 'row_count' then ' are unusual in number: row count '
            else ' is unusual: ' || {{ metric }} || ' '
        end
        else case when {{ alert }}.source = 'estimated' then ' is estimated to be worse: ' else ' is worse: ' end
            || {{ metric }} || ' '
    end
    || coalesce(
        {{ alert }}.broken_constraints,
        {{ ml_monitor.number_text(alert ~ '.value') }}
        || ' (limit ' || coalesce({{ ml_monitor.number_text('(' ~ limit ~ ')') }}, 'none')
        || case when {{ alert }}.family <> 'drift' and {{ alert }}.reference_value is not null then ', reference ' || {{ ml_monitor.number_text(alert ~ '.reference_value') }} else '' end
        || ')'
    )
    || case
        when not ({{ alert }}.is_over or {{ alert }}.is_cleared) then ' since ' || {{ ml_monitor.window_text(alert ~ '.first_window') }}
        when {{ alert }}.windows = 1 then ' in the window of ' || {{ ml_monitor.window_text(alert ~ '.first_window') }}
        else ' from ' || {{ ml_monitor.window_text(alert ~ '.first_window') }} || ' to ' || {{ ml_monitor.window_text(alert ~ '.last_window') }}
    end
    || ', ' || {{ ml_monitor.count_text(alert ~ '.n') }} || case
        when {{ alert }}.metric in ({{ ml_monitor.text_literals(of_queries) }}) then ' queries'
        when {{ alert }}.family = 'performance' and {{ alert }}.source = 'realized' then ' labelled predictions'
        else ' rows'
    end
    -- what else is wrong with the same values
    {%- for metric, words in ml_monitor.causes().items() %}
    || case when {{ alert }}.metric <> '{{ metric }}' and {{ ml_monitor._names_metric(alert, metric) }} then '; also {{ words }}' else '' end
    {%- endfor %}
    || case when {{ alert }}.is_cleared then '; cleared since by later rows, labels or limits' else '' end
{%- endmacro %}

{% macro alert_severity(alert) -%}
    {#- From effect and reach: how many times the limit the worst window lies out, times the part of the rows that it concerns. Or as declared of its feature or of performance; or of its metrics, of which the gravest counts,
        one that nothing is declared of with its effect and reach. -#}
    {%- set levels = ml_monitor.severities() -%}
    {%- set metrics = ml_monitor.metric_registry() | map(attribute='name') | list -%}
    {%- set computed -%}
        case when {{ alert }}.worst_ratio * {{ alert }}.reach >= 4 then 4 when {{ alert }}.worst_ratio * {{ alert }}.reach >= 2 then 3 when {{ alert }}.worst_ratio * {{ alert }}.reach >= 1 then 2 else 1 end
    {%- endset -%}
    case
        case
            when {{ alert }}.monitor is null then null
            {%- for monitor in ml_monitor.declarations() %}
            {%- set declared = ml_monitor.declaration(monitor).severity %}
            {%- set of_metrics = {} %}
            {%- for name, level in declared.items() %}
            {%- if name in metrics %}
            {%- do of_metrics.update({name: levels.index(level) + 1}) %}
            {%- else %}
            when {{ alert }}.monitor = {{ ml_monitor.text_literal(monitor) }}
                and {{ alert ~ ".concern = 'performance'" if name == 'performance' else alert ~ ".concern <> 'performance' and " ~ alert ~ '.subject = ' ~ ml_monitor.text_literal(name) }} then {{ levels.index(level) + 1 }}
            {%- endif %}
            {%- endfor %}
            {%- if of_metrics %}
            when {{ alert }}.monitor = {{ ml_monitor.text_literal(monitor) }} then greatest(
                {%- for name, rank in of_metrics.items() %}
                case when {{ ml_monitor._names_metric(alert, name) }} or {{ ml_monitor._names_metric(alert, name ~ ' (estimated)') }} then {{ rank }} else 0 end,
                {%- endfor %}
                -- metrics of the alert less those that something is declared of
                case when length({{ alert }}.metrics) - length(replace({{ alert }}.metrics, ',', '')) + 1
                    {%- for name in of_metrics %} - case when {{ ml_monitor._names_metric(alert, name) }} then 1 else 0 end - case when {{ ml_monitor._names_metric(alert, name ~ ' (estimated)') }} then 1 else 0 end{% endfor %} > 0
                    then {{ computed }} else 0 end
            )
            {%- endif %}
            {%- endfor %}
            else {{ computed }}
        end
        {%- for level in levels %}
        when {{ loop.index }} then '{{ level }}'
        {%- endfor %}
    end
{%- endmacro %}

{% macro _names_metric(alert, name) -%}
    ', ' || {{ alert }}.metrics || ',' like '%, {{ name }},%'
{%- endmacro %}

{% macro window_text(moment) -%}
    {#- A window's start as people write it: a day without its time. -#}
    substring(cast({{ moment }} as {{ ml_monitor.type_text() }}), 1, case when extract(hour from {{ moment }}) = 0 then 10 else 16 end)
{%- endmacro %}
