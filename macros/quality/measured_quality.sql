{% macro measured_quality() %}
    {#- CTEs that end in numbers: the stored numbers of quality with what judging them, and learning from them, needs: whether they teach, and how far rates have risen on the arcsine scale. -#}
    {%- set extra_rates = ml_monitor.extra_rates() -%}
    {%- if extra_rates %}
    {{ ml_monitor.extra_counts() }},
    {% endif %}
    numbers as (
        select
            stored.*,
            {%- for count in (extra_rates.values() | list) + (['entity_n'] if ml_monitor.with_row_profile() else []) %}
            extra_counts.{{ count }},
            extra_counts.reference_{{ count }},
            {%- endfor %}
            monitors.min_rows,
            {{ ml_monitor.opens_alerts('stored') }} as opens_alerts,
            {{ ml_monitor.teaches('stored') }} as teaches,
            {{ ml_monitor.share_variance('stored.n', 'stored.reference_n') }} as share_variance
            {%- for metric, count in ml_monitor.quality_rates().items() %}
            {%- set source = 'extra_counts' if metric in extra_rates else 'stored' %},
            {{ ml_monitor.share_rise('stored.n', 'stored.reference_n', source ~ '.' ~ count, source ~ '.reference_' ~ count) }} as {{ metric }}_rise
            {%- endfor %}
            {{- ml_monitor.computed_once('numbers') }}
        from {{ ref('ml_monitor', 'ml_monitor__quality_numbers') }} as stored
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = stored.monitor
        {%- if extra_rates %}
        left join extra_counts
            on extra_counts.window_key = stored.window_key
            and extra_counts.model_version = stored.model_version
            and extra_counts.feature = stored.feature
            and stored.segment = 'overall'
        {%- endif %}
        where stored.n > 0
    )
{%- endmacro %}

{% macro quality_rates() %}
    {#- {metric: the count it is a share of}: the rates of ml_monitor__quality, those of `extra_rates` last. -#}
    {%- set rates = {
        'duplicate_id_rate': 'duplicate_n', 'null_rate': 'null_n', 'unseen_rate': 'unseen_n', 'out_of_range_rate': 'out_of_range_n', 'not_a_number_rate': 'not_a_number_n',
        'late_row_rate': 'late_n', 'constant_rate': 'largest_bin_n',
    } -%}
    {{ return(dict(rates, **ml_monitor.extra_rates())) }}
{% endmacro %}

{% macro quality_lesson_unit() %}
    {#- What the windows of a reference are alike in, as columns of the numbers of quality. -#}
    {{ return(['monitor', 'model_version', 'segment', 'segment_value', 'feature']) }}
{% endmacro %}
