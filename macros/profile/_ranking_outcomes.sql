{% macro _ranking_outcomes(declared, segments, window) %}
    {#- CTEs that end in query_outcomes (window_start, model_version, segment, segment_value, class, predicted, n, total, squares): what the queries of a ranking earn.
        class: a metric; n: the queries it is defined for; total and squares: the sum of what they earn and of its square, under predicted = 'constant' the sum of what they would earn in a random order.
        Beside the metrics, overall only: class 'one_item', queries that rank nothing; 'no_group', rows that belong to no query; 'negative_label', labels below 0.
        A query is a group within `window` and a version; of its items those of one segment value are ranked among themselves. Items without a finite score come last, equal scores worst first.
        The items are sorted twice, by score and by relevance, however many metrics there are. -#}
    {%- set metrics = ml_monitor.query_metrics() -%}
    {%- set double = ml_monitor.type_double() -%}
    {%- set k = declared.k -%}
    {%- set unit = 'window_start, model_version, segment, segment_value' -%}
    {#- One text of the window, so that every engine sorts once and all functions see equal scores in one order. -#}
    {%- set by_score = 'partition by query_window, ' ~ unit ~ ', query order by score desc nulls last, gain' -%}
    {%- set whole = 'rows between unbounded preceding and unbounded following' -%}
    query_items as (
        {%- for segment in segments %}
        select
            {{ window }} as query_window,
            window_start,
            model_version,
            {{ ml_monitor.text_literal(segment.name) }} as segment,
            {{ ml_monitor.segment_value(segment.columns) }} as segment_value,
            query,
            {{ ml_monitor._finite('score') }} as score,
            -- an item without a label is not relevant where another of its query has one
            case when actual > 0 then actual else 0 end as gain,
            case when actual is not null then 1 else 0 end as is_labelled
        from labelled_rows
        where query is not null
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    ranked_items as (
        select
            query_window, {{ unit }}, query, gain, is_labelled,
            cast(row_number() over ({{ by_score }}) as {{ double }}) as position,
            cast(row_number() over (partition by query_window, {{ unit }}, query order by gain desc) as {{ double }}) as ideal_position,
            cast(sum(case when gain > 0 then 1 else 0 end) over ({{ by_score }} rows unbounded preceding) as {{ double }}) as relevant_so_far,
            cast(sum(case when gain > 0 then 1 else 0 end) over ({{ by_score }} {{ whole }}) as {{ double }}) as relevant,
            cast(count(*) over ({{ by_score }} {{ whole }}) as {{ double }}) as items
        from query_items
    ),

    -- a position's discount is 1 / log2(position + 1); no_hit: the logarithm of the chance that a random order has nothing relevant among the first k
    query_sums as (
        select
            {{ unit }},
            max(items) as items,
            max(relevant) as relevant,
            max(is_labelled) as is_labelled,
            sum(gain) as gain,
            sum(case when position <= {{ k }} then gain * ln(2) / ln(position + 1) end) as discounted_gain,
            sum(case when ideal_position <= {{ k }} then gain * ln(2) / ln(ideal_position + 1) end) as ideal_gain,
            sum(case when position <= {{ k }} then ln(2) / ln(position + 1) end) as discounts,
            sum(case when position <= {{ k }} and gain > 0 then 1 else 0 end) as hits,
            sum(case when position <= {{ k }} and gain > 0 then relevant_so_far / position else 0 end) as precisions,
            min(case when gain > 0 then position end) as first_hit,
            sum(case when position <= {{ k }} then 1 / position end) as reciprocals,
            sum(case when position >= relevant then 1 / position end) as late_reciprocals,
            sum(case when position <= {{ k }} then ln(greatest(items - relevant - position + 1, 1) / (items - position + 1)) end) as no_hit
        from ranked_items
        group by query_window, {{ unit }}, query
    ),

    query_values as (
        select
            {{ unit }},
            discounted_gain / nullif(ideal_gain, 0) as ndcg_at_k,
            precisions / nullif(least(relevant, {{ k }}), 0) as map_at_k,
            case when relevant > 0 then 1 / first_hit else 0 end as mrr,
            case when hits > 0 then 1 else 0 end as hit_rate_at_k,
            cast(hits as {{ double }}) / {{ k }} as precision_at_k,
            hits / nullif(relevant, 0) as recall_at_k,
            gain / items * discounts / nullif(ideal_gain, 0) as ndcg_at_k_constant,
            relevant / items * (reciprocals + (relevant - 1) / (items - 1) * (least(items, {{ k }}) - reciprocals)) / nullif(least(relevant, {{ k }}), 0) as map_at_k_constant,
            case when relevant > 0 then relevant / (items - relevant + 1) * late_reciprocals else 0 end as mrr_constant,
            case when items - relevant < least(items, {{ k }}) then 1 else 1 - exp(greatest(no_hit, -700)) end as hit_rate_at_k_constant,
            relevant / items * least(items, {{ k }}) / {{ k }} as precision_at_k_constant,
            case when relevant > 0 then least(items, {{ k }}) / items end as recall_at_k_constant
        from query_sums
        where items > 1 and is_labelled = 1
    ),

    query_totals as (
        select
            {{ unit }}
            {%- for metric in metrics %},
            count({{ metric }}) as n_{{ metric }},
            cast(sum({{ metric }}) as {{ double }}) as {{ metric }},
            cast(sum({{ ml_monitor.square(metric) }}) as {{ double }}) as {{ metric }}_squares,
            cast(sum({{ metric }}_constant) as {{ double }}) as {{ metric }}_constant
            {%- endfor %}
        from query_values
        group by {{ unit }}
    ),

    query_outcomes as (
        {%- for metric in metrics %}
        select {{ unit }}, '{{ metric }}' as class, '' as predicted, n_{{ metric }} as n, {{ metric }} as total, {{ metric }}_squares as squares
        from query_totals
        where n_{{ metric }} > 0
        union all
        select {{ unit }}, '{{ metric }}', 'constant', n_{{ metric }}, {{ metric }}_constant, 0
        from query_totals
        where n_{{ metric }} > 0
        union all
        {%- endfor %}
        select {{ unit }}, 'one_item', '', count(*), 0, 0
        from query_sums
        where segment = 'overall' and items = 1
        group by {{ unit }}
        union all
        select window_start, model_version, 'overall', 'all', 'no_group', '', count(*), 0, 0
        from labelled_rows
        where query is null
        group by window_start, model_version
        union all
        select window_start, model_version, 'overall', 'all', 'negative_label', '', count(*), 0, 0
        from labelled_rows
        where actual < 0
        group by window_start, model_version
    )
{%- endmacro %}

{% macro _has_queries(declared, found) %}
    {#- Whether a relation has what a ranking's queries are told by; a training set need not. -#}
    {{ return(found.group is defined and declared.score in found.columns) }}
{% endmacro %}
