{% macro compared_metrics() %}
    {#- CTEs that end in compared_metrics: the windows' rows of metric_rows, realized and estimated, beside their (realized) reference's value and standard error, and beside the share of labels that is due.
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
            case when own_labelled_share is not null then model_version else 'all' end as reference_version,
            {%- for name in columns %}
            case when own_labelled_share is not null then own_{{ name }} else all_{{ name }} end as reference_{{ name ~ '_of_unit' if name == 'labelled_share' else name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from referenced_metrics
        where window_start is not null
    )
{%- endmacro %}

{% macro judged_metrics() %}
    {#- CTEs that end in judged_metrics: compared_metrics with lower_limit and upper_limit, the values at which an alert begins, limit_ratio, the verdict and, where it is none of ok, warn and alert, its reason.
        An alert is a worsening of at least alert_at (of the reference's value for a loss) that is also beyond z_limit standard errors of the difference; half of either is a warning.
        The standard error has two parts. Chance: that of an estimate is about the window's own rows; that other rows might have come, as in any window, is what the reference's error says at the window's size.
        And what the metric varies by from window to window of the reference beyond chance (`learned_metrics`).
        An estimate needs no labels, but a record that has not failed (`estimation_record`). Labels are missing where even the upper end of the labelled share's 99.9 % interval is below 0.9 of what is due: a small window is not young because chance left out a few.
        Due is what is labelled in the end, not by the window's age: labels that come first may be of other outcomes than those that come last. A reference that waits for labels judges nothing.
        A millionth is room for the rounding of effective numbers. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set of_queries = [] -%}
    {%- for metric in ml_monitor.metrics_of('performance') if metric.tasks == ['ranking'] -%}{%- do of_queries.append("'" ~ metric.name ~ "'") -%}{%- endfor -%}
    {%- set counted = "case when source = 'realized' then ' labelled' else '' end || case when metric in (" ~ of_queries | join(', ') ~ ") then ' queries' else ' predictions' end" -%}
    {%- set few_rows = "'fewer than ' || cast(min_rows as " ~ text ~ ") || " ~ counted -%}
    {%- set losses = [] -%}
    {%- for metric in ml_monitor.metrics_of('performance') if metric.direction == 'higher_is_worse' and metric.unit != 'share' -%}{%- do losses.append("'" ~ metric.name ~ "'") -%}{%- endfor -%}
    due_metrics as (
        select
            compared_metrics.*,
            ripe_share * coalesce(case when has_period then reference_labelled_share_of_unit end / nullif(reference_labelled_share, 0), 1) as due_share
        from compared_metrics
    ),

    scaled_metrics as (
        select
            due_metrics.*,
            case when metric in ({{ losses | join(', ') }}) then abs(reference_value) else 1 end as scale,
            {{ ml_monitor.shortage(few_rows, of_queries) }} as shortage
        from due_metrics
    ),

    ripe_metrics as (
        select scaled_metrics.*, shortage is null as is_ripe
        from scaled_metrics
    ),

    {{ ml_monitor.learned_metrics('ripe_metrics') }},

    {{ ml_monitor.reference_deviations('learned_metrics', ['monitor', 'grain', 'reference_version', 'segment', 'segment_value', 'source', 'class', 'metric'], 'measured_metrics') }},

    worsened_metrics as (
        select
            measured_metrics.*,
            case when method = 'reference_sd' then usual_value else reference_value end as expected_value,
            {{ ml_monitor.worsening('value', "case when method = 'reference_sd' then usual_value else reference_value end") }} as worsening,
            {%- for level, part in [('alert', '1'), ('warn', '0.5e0')] %}
            case
                when method = 'reference_sd' then usual_deviation * deviations * {{ '1' if level == 'alert' else '2e0 / 3' }}
                else greatest({{ level }}_at * scale, {{ part }} * z_limit * noise)
            end as {{ level }}_margin{{ ',' if not loop.last }}
            {%- endfor %}
        from measured_metrics
    ),

    {{ ml_monitor.estimation_record('worsened_metrics') }},

    verdict_metrics as (
        select
            recorded_metrics.*,
            case
                when alert_at is null then 'not_applicable'
                when shortage is not null or worsening is null or alert_margin is null then 'insufficient_data'
                when not is_trusted then 'not_applicable'
                when worsening >= alert_at * scale and worsening > alert_margin then 'alert'
                when worsening >= warn_at * scale and worsening > warn_margin then 'warn'
                else 'ok'
            end as full_verdict
        from recorded_metrics
    ),

    judged_metrics as (
        select
            verdict_metrics.*,
            case when direction in ('lower_is_worse', 'both') and alert_at is not null then expected_value - alert_margin end as lower_limit,
            case when direction in ('higher_is_worse', 'both') and alert_at is not null then expected_value + alert_margin end as upper_limit,
            case when alert_at is not null then worsening / nullif(alert_margin, 0) end as limit_ratio,
            {{ ml_monitor.capped_verdict() }} as verdict,
            case
                when alert_at is null then {{ ml_monitor.no_limit_reason() }}
                when shortage is not null then shortage
                when full_verdict = 'insufficient_data' then 'the reference has too few windows to vary'
                when not is_trusted then
                    'the estimates of the last ' || cast(record_windows as {{ text }}) || ' labelled windows were ' || {{ ml_monitor.number_text('record_error') }} || ' off (root mean square), more than chance explains (' || {{ ml_monitor.number_text('record_noise') }}
                    || '): the same prediction no longer means the same outcome; look at the realized values and at the labels, and declare as a segment what may decide it'
                when full_verdict = 'alert' and not opens_alerts then {{ ml_monitor.evidence_reason() }}
            end as reason
        from verdict_metrics
    )
{%- endmacro %}

{% macro shortage(few_rows, of_queries) -%}
    {#- Why a value is not to be trusted yet, or NULL. -#}
    case
                when has_period and reference_labelled_share < 0.9 * ripe_share then 'the reference waits for labels'
                when value is null then 'the value is not defined'
                when reference_value is null then 'the reference has no value'
                when n + 1e-6 < min_rows then {{ few_rows }}
                when reference_n + 1e-6 < min_rows then 'the reference has fewer than ' || cast(min_rows as {{ ml_monitor.type_text() }}) || case when metric in ({{ of_queries | join(', ') }}) then ' labelled queries' else ' labelled predictions' end
                when support + 1e-6 < 30 and support + 1e-6 < n then 'it hinges on fewer than 30 predictions'
                when source = 'realized' and {{ ml_monitor.wilson_bound('labelled_share', 'predictions', '+', 3.29) }} < 0.9 * due_share
                    then 'labels are missing: ' || {{ ml_monitor.number_text('(100 * labelled_share)') }} || ' % are there, ' || {{ ml_monitor.number_text('(100 * due_share)') }} || ' % are due'
            end
{%- endmacro %}
