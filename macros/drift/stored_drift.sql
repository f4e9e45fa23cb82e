{% macro stored_drift() %}
    {#- CTEs that end in stored_numbers: the numbers of drift of features and, where any are declared, of labels, with shortage, why a row of labels cannot be judged yet (NULL elsewhere).
        Labels are in where the upper end of the labelled share's 99.9 % interval reaches nine tenths of what is due, as for performance: what the same part of the reference has, or, without one, what is labelled in the end.
        The labels that come first are rarely those of an average row. -#}
    {%- set text = ml_monitor.type_text() -%}
    {%- set columns = ml_monitor._drift_columns() | join(', ') -%}
    {%- if ml_monitor.with_labels() %}
    label_numbers as (
        select
            numbers.*,
            readiness.ripe_share,
            readiness.reference_labelled_share,
            numbers.n / cast(nullif(numbers.predictions, 0) as {{ ml_monitor.type_double() }}) as labelled_share,
            numbers.reference_n / cast(nullif(numbers.reference_predictions, 0) as {{ ml_monitor.type_double() }}) as baseline_share,
            case
                when numbers.baseline in ('previous', 'trailing') or readiness.reference_labelled_share is null then readiness.ripe_share
                else numbers.reference_n / cast(nullif(numbers.reference_predictions, 0) as {{ ml_monitor.type_double() }})
            end as due_share
        from {{ ref('ml_monitor', 'ml_monitor__label_drift_numbers') }} as numbers
        left join {{ ref('ml_monitor', 'ml_monitor__label_readiness') }} as readiness on readiness.monitor = numbers.monitor
        where numbers.n > 0 and numbers.monitor in ({{ ml_monitor.text_literals(ml_monitor.with_labels()) }})
    ),
    {% endif %}
    stored_numbers as (
        select {{ columns }}, cast(null as {{ text }}) as shortage
        from {{ ref('ml_monitor', 'ml_monitor__drift_numbers') }}
        where n > 0
        {%- if ml_monitor.with_labels() %}
        union all
        select
            {{ columns }},
            case
                when reference_labelled_share < 0.9e0 * ripe_share then 'the reference waits for labels'
                when {{ ml_monitor.wilson_bound('labelled_share', 'predictions', '+', 3.29) }} < 0.9e0 * due_share
                    then 'labels are missing: ' || {{ ml_monitor.number_text('(100 * labelled_share)') }} || ' % are there, ' || {{ ml_monitor.number_text('(100 * due_share)') }} || ' % are due'
                when baseline in ('previous', 'trailing') and {{ ml_monitor.wilson_bound('baseline_share', 'reference_predictions', '+', 3.29) }} < 0.9e0 * ripe_share
                    then 'labels of the baseline are missing: ' || {{ ml_monitor.number_text('(100 * baseline_share)') }} || ' % are there, ' || {{ ml_monitor.number_text('(100 * ripe_share)') }} || ' % are due'
            end
        from label_numbers
        {%- endif %}
    )
{%- endmacro %}

{% macro _drift_columns() %}
    {#- What ml_monitor__drift reads of the numbers. -#}
    {%- set columns = [
        'monitor', 'window_key', 'grain', 'window_start', 'window_end', 'model_version', 'segment', 'segment_value', 'feature', 'baseline', 'baseline_from', 'baseline_to', 'is_judged', 'kind', 'reference_version',
        'is_reference', 'reference_windows', 'n', 'reference_n', 'number_n', 'reference_number_n', 'bins',
    ] -%}
    {%- for count in ml_monitor._share_channels().values() -%}{%- do columns.extend([count, 'reference_' ~ count]) -%}{%- endfor -%}
    {{ return(columns + ml_monitor.drift_metrics() | map(attribute='name') | list + ['order_deviate', 'dependency']) }}
{% endmacro %}
