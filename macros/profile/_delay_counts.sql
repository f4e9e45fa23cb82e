{% macro _delay_counts(declared, coded, no_sums) %}
    {#- Predictions by predicted class and by how long their label took, as rows of outcome_counts with part = 'delay'.
        The bin is in days, of hourly windows in hours, from the second day on those of whole days (so that labels that take months do not make a bin an hour).
        -1: the label was known before the prediction was made; -2: it has no time of its own; -3: there is no label. -#}
    select
        window_start, model_version, 'delay', 'overall', 'all', 'none', 'all', 'all',
        {{ ml_monitor._delay_bin(declared.window) }} as bin,
        {{ "case prediction when 1 then 'positive' when 0 then 'negative' end" if coded else 'prediction' }} as predicted,
        null, count(*){{ no_sums }}
    from labelled_rows
    group by window_start, model_version, 9, 10
{%- endmacro %}

{% macro _delay_bin(grain) -%}
    {#- A label dated at midnight of the prediction's own day carries a date and no time: it is not known to be earlier. -#}
    {%- set hours = ml_monitor.hours_between('predicted_at', 'labelled_at') -%}
    cast(
            case
                when actual is null then {{ ml_monitor.delay_codes().unlabelled }}
                when labelled_at is null or predicted_at is null then {{ ml_monitor.delay_codes().without_time }}
                when labelled_at < predicted_at and labelled_at = {{ dbt.date_trunc('day', 'predicted_at') }} then 0
                when labelled_at < predicted_at then {{ ml_monitor.delay_codes().before }}
                {%- if grain == 'hour' %}
                when {{ hours }} < {{ ml_monitor.hourly_delays() }} then floor({{ hours }})
                else 24 * floor({{ hours }} / 24)
                {%- else %}
                else floor({{ hours }} / 24)
                {%- endif %}
            end as integer)
{%- endmacro %}

{% macro delay_codes() %}
    {#- Bins of the outcome profile's part = 'delay' that are no delay. -#}
    {{ return({'before': -1, 'without_time': -2, 'unlabelled': -3}) }}
{% endmacro %}

{% macro hourly_delays() %}
    {#- Hours below which a delay in hourly windows keeps its hour. -#}
    {{ return(48) }}
{% endmacro %}
