{% macro compared_metrics() %}
    {#- CTEs that end in compared_metrics: the windows' rows of metric_rows beside their reference's value and standard error, and beside the share of labels that is due.
        A version without reference rows is judged against the reference of all versions. The share that is due is scaled to the unit: a segment of which the reference
        has half the labels is not asked for more. The reference is found by window functions and not by joins: an engine that takes a CTE for one row would compare every pair. -#}
    {%- set columns = {'value': 'value', 'standard_error': 'standard_error', 'n': 'n', 'labelled_share': 'labelled / predictions'} -%}
    {%- set of_all = 'monitor, segment, segment_value, class, metric' -%}
    referenced_metrics as (
        select
            metric_rows.*,
            {%- for name, expression in columns.items() %}
            max(case when window_start is null then {{ expression }} end) over (partition by {{ of_all }}, model_version) as own_{{ name }},
            max(case when window_start is null and model_version = 'all' then {{ expression }} end) over (partition by {{ of_all }}) as all_{{ name }},
            {%- endfor %}
            max(case when window_start is null and model_version = 'all' and segment = 'overall' and class = 'all' then labelled / predictions end) over (partition by monitor) as reference_labelled_share
        from metric_rows
    ),

    compared_metrics as (
        select
            referenced_metrics.*,
            labelled / predictions as labelled_share,
            {%- for name in columns %}
            case when own_labelled_share is not null then own_{{ name }} else all_{{ name }} end as reference_{{ name ~ '_of_unit' if name == 'labelled_share' else name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from referenced_metrics
        where window_start is not null
    )
{%- endmacro %}

{% macro judged_metrics() %}
    {#- CTEs that end in judged_metrics: compared_metrics with lower_limit and upper_limit, the values at which an alert begins, and the verdict.
        An alert is a worsening of at least alert_at (of the reference's value for a loss) that is also beyond 3 standard errors of the difference; half of either is a warning.
        Labels are missing where even the upper end of the labelled share's 99.9 % interval is below 0.9 of what is due: a small window is not young because chance left out a few.
        Due is what is labelled in the end, not by the window's age: labels that come first may be of other outcomes than those that come last. A reference that waits for labels judges nothing. -#}
    {%- set losses = [] -%}
    {%- for metric in ml_monitor.metrics_of('performance') if metric.direction == 'higher_is_worse' and metric.unit != 'share' -%}{%- do losses.append("'" ~ metric.name ~ "'") -%}{%- endfor -%}
    worsened_metrics as (
        select
            compared_metrics.*,
            case direction
                when 'higher_is_worse' then value - reference_value
                when 'lower_is_worse' then reference_value - value
                else abs(value - reference_value)
            end as worsening,
            case when metric in ({{ losses | join(', ') }}) then abs(reference_value) else 1 end as scale,
            coalesce(sqrt({{ ml_monitor.square('standard_error') }} + {{ ml_monitor.square('coalesce(reference_standard_error, 0)') }}), 0) as noise,
            expected_share * coalesce(case when has_period then reference_labelled_share_of_unit end / nullif(reference_labelled_share, 0), 1) as due_share
        from compared_metrics
    ),

    judged_metrics as (
        select
            worsened_metrics.*,
            case when direction in ('lower_is_worse', 'both') and alert_at is not null then reference_value - greatest(alert_at * scale, 3 * noise) end as lower_limit,
            case when direction in ('higher_is_worse', 'both') and alert_at is not null then reference_value + greatest(alert_at * scale, 3 * noise) end as upper_limit,
            case
                when alert_at is null then 'not_applicable'
                when has_period and reference_labelled_share < 0.9 * expected_share then 'insufficient_data'
                when value is null or reference_value is null or n < min_rows or reference_n < min_rows or (support < 30 and support < n) then 'insufficient_data'
                when {{ ml_monitor.wilson_bound('labelled_share', 'predictions', '+', 3.29) }} < 0.9 * due_share then 'insufficient_data'
                when worsening >= alert_at * scale and worsening > 3 * noise then 'alert'
                when worsening >= warn_at * scale and worsening > 1.5 * noise then 'warn'
                else 'ok'
            end as verdict
        from worsened_metrics
    )
{%- endmacro %}
