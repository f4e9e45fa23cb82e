{% macro query_metrics() %}
    {#- The metrics of a ranking: each is the mean over queries of what a query earns. -#}
    {{ return(ml_monitor.ranking_metrics() | map(attribute='name') | list) }}
{% endmacro %}

{% macro query_means() %}
    {#- CTEs ranking_labels and query_means: per unit the labelled predictions; the queries that are judged (n), those of them that have a relevant item (n_relevant),
        and of each metric the mean over its queries, its standard error, and the mean of what a random order earns. -#}
    ranking_labels as (
        select {{ ml_monitor.unit_keys() }}, sum(n) as labelled
        from outcome_levels
        where part = 'outcome' and actual <> ''
        group by {{ ml_monitor.unit_keys() }}
    ),

    query_sums as (
        select
            {{ ml_monitor.unit_keys() }}
            {%- for metric in ml_monitor.query_metrics() %},
            sum(case when class = '{{ metric }}' and predicted = '' then n end) as n_{{ metric }},
            sum(case when class = '{{ metric }}' and predicted = '' then sum_score end) as {{ metric }}_total,
            sum(case when class = '{{ metric }}' and predicted = '' then sum_squared_score end) as {{ metric }}_squares,
            sum(case when class = '{{ metric }}' and predicted = 'constant' then sum_score end) as {{ metric }}_constant
            {%- endfor %}
        from outcome_levels
        where part = 'query'
        group by {{ ml_monitor.unit_keys() }}
    ),

    query_means as (
        select
            {{ ml_monitor.unit_keys() }},
            n_mrr as n,
            n_ndcg_at_k as n_relevant
            {%- for metric in ml_monitor.query_metrics() %},
            {{ metric }}_total / nullif(n_{{ metric }}, 0) as {{ metric }},
            -- queries that all earn the same leave a spread of rounding only
            case
                when {{ metric }}_squares * n_{{ metric }} - {{ ml_monitor.square(metric ~ '_total') }} <= 1e-12 * {{ metric }}_squares * n_{{ metric }} then 0
                else {{ ml_monitor.mean_standard_error(metric ~ '_total', metric ~ '_squares', 'n_' ~ metric) }}
            end as {{ metric }}_standard_error,
            {{ metric }}_constant / nullif(n_{{ metric }}, 0) as {{ metric }}_best_constant
            {%- endfor %}
        from query_sums
    )
{%- endmacro %}
