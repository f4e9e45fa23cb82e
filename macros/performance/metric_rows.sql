{% macro metric_rows(kind, ranges, source='realized') %}
    {#- One row per unit and metric from the numbers of a kind ('binary', 'multiclass', 'class', 'regression', 'ranking') and a source ('realized', 'estimated'), with what it is judged by. Reads the CTEs limits and ripe_shares.
        The unit's columns, class, source, predictions, labelled, metric, value, standard_error (of the verdict), ci_low, ci_high, n (predictions, or queries of a ranking, that the metric rests on, labelled ones if it
        is realized), support (the smaller part of them that it hinges on; NULL: all of them), best_constant (what the best constant prediction earns). Limits are joined here, where rows are fewest. -#}
    {%- set metrics = ml_monitor.estimated_columns(kind, ranges) if source == 'estimated' else ml_monitor.metric_columns(kind, ranges) -%}
    {%- set relation = 'estimated_' ~ ('class' if kind == 'binary' else kind) if source == 'estimated' else kind -%}
    {%- set double = ml_monitor.type_double() -%}
    select
        numbers.monitor,
        numbers.window_key,
        numbers.grain,
        numbers.window_start,
        numbers.window_end,
        numbers.model_version,
        numbers.segment,
        numbers.segment_value,
        numbers.predictions,
        numbers.labelled,
        {{ 'numbers.class' if kind == 'class' else "'all'" }} as class,
        '{{ source }}' as source,
        monitors.min_rows,
        monitors.reference_from is not null as has_period,
        coalesce(numbers.window_start >= monitors.reference_from and numbers.window_start < monitors.reference_to, false) as is_reference,
        ripe_shares.ripe_share,
        {{ ml_monitor.opens_alerts('numbers') }} and numbers.grain = monitors.grain as opens_alerts,
        limits.metric,
        limits.direction,
        limits.warn_at,
        limits.alert_at,
        limits.method,
        limits.deviations,
        greatest(3, limits.z_limit) as z_limit,
        {%- for column, key in [('value', 'value'), ('standard_error', 'standard_error'), ('ci_low', 'low'), ('ci_high', 'high'), ('n', 'n'), ('support', 'support'), ('best_constant', 'best_constant')] %}
        case
            {%- for metric in metrics if metric[key] is not none %}
            when limits.metric = '{{ metric.name }}' then {{ metric[key] }}
            {%- endfor %}
            when 1 = 0 then cast(0 as {{ double }})
        end as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_' ~ relation) }} as numbers
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = numbers.monitor and monitors.task = '{{ ml_monitor.task_of_kind(kind) }}'
    inner join limits
        on limits.monitor = numbers.monitor
        and limits.metric in ({% for metric in metrics %}'{{ metric.name }}'{{ ', ' if not loop.last }}{% endfor %})
    left join ripe_shares on ripe_shares.monitor = numbers.monitor
    where numbers.predictions > 0
{% endmacro %}
