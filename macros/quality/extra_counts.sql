{% macro extra_rates() %}
    {#- {metric: count}: the rates of ml_monitor__quality whose counts are not in ml_monitor__quality_numbers, of what some monitor declares. -#}
    {%- set rates = {} -%}
    {%- if ml_monitor.with_row_profile() -%}
        {%- do rates.update({'repeated_content_rate': 'repeated_content_n', 'replayed_id_rate': 'replayed_id_n', 'largest_entity_rate': 'largest_entity_n'}) -%}
    {%- endif -%}
    {%- if ml_monitor.with_task('binary') -%}
        {%- do rates.update({'below_threshold_rate': 'below_threshold_n', 'above_threshold_rate': 'above_threshold_n'}) -%}
    {%- endif -%}
    {{ return(rates) }}
{% endmacro %}

{% macro extra_counts() %}
    {#- CTE extra_counts: window_key, model_version, feature, the counts of `extra_rates` (and entity_n), and reference_<count>, the same of the reference: that of the version or, where it has none, of all;
        of a window of the reference its other windows. NULL where the reference has none. -#}
    {%- set parts = {} -%}
    {%- if ml_monitor.with_row_profile() -%}{%- do parts.update({'rows': {'feature': '__row__', 'counts': ml_monitor.row_profile_counts()}}) -%}{%- endif -%}
    {%- if ml_monitor.with_task('binary') -%}{%- do parts.update({'scores': {'feature': '__score__', 'counts': ['below_threshold_n', 'above_threshold_n']}}) -%}{%- endif -%}
    {%- set all_counts = parts.values() | map(attribute='counts') | sum(start=[]) -%}
    {%- if 'rows' in parts %}
    counted_rows as (
        select monitor, window_key, model_version, is_reference, {{ parts.rows.counts | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__row_profile') }}
    ),

    reference_rows as (
        select monitor, model_version{% for count in parts.rows.counts %}, sum({{ count }}) as {{ count }}{% endfor %}
        from counted_rows
        where is_reference
        group by monitor, model_version
    ),
    {% endif %}
    {%- if 'scores' in parts %}
    counted_scores as (
        select scores.monitor, scores.window_key, scores.model_version, windows.is_reference, {{ parts.scores.counts | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__score_numbers') }} as scores
        inner join {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows on windows.window_key = scores.window_key
        where scores.window_start is not null
    ),

    reference_scores as (
        select monitor, model_version, {{ parts.scores.counts | join(', ') }}
        from {{ ref('ml_monitor', 'ml_monitor__score_numbers') }}
        where window_start is null and window_key = monitor || '|reference'
    ),
    {% endif %}
    extra_counts as (
        {%- for name, part in parts.items() %}
        {{ 'union all' if not loop.first }}
        select
            counted.window_key,
            counted.model_version,
            '{{ part.feature }}' as feature
            {%- for count in all_counts %},
            {%- if count in part.counts %}
            counted.{{ count }},
            coalesce(own.{{ count }}, whole.{{ count }}) - case when counted.is_reference then counted.{{ count }} else 0 end as reference_{{ count }}
            {%- else %}
            cast(null as bigint) as {{ count }},
            cast(null as bigint) as reference_{{ count }}
            {%- endif %}
            {%- endfor %}
        from counted_{{ name }} as counted
        left join reference_{{ name }} as own on own.monitor = counted.monitor and own.model_version = counted.model_version
        left join reference_{{ name }} as whole on whole.monitor = counted.monitor and whole.model_version = 'all'
        {%- endfor %}
    )
{%- endmacro %}
