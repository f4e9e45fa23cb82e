{% macro ranking_columns() %}
    {#- See `metric_columns`. A query hits or does not, so that the hit rate is a share; the other metrics are means over queries. -#}
    {%- set metrics = [] -%}
    {%- for name, n in [('ndcg_at_k', 'n_relevant'), ('map_at_k', 'n_relevant'), ('mrr', 'n'), ('precision_at_k', 'n'), ('recall_at_k', 'n_relevant')] -%}
        {%- do metrics.append(ml_monitor._mean_column(name, n)) -%}
    {%- endfor -%}
    {%- do metrics.append(ml_monitor._share_column('hit_rate_at_k', 'n')) -%}
    {%- for metric in metrics -%}{%- do metric.update({'best_constant': metric.name ~ '_best_constant'}) -%}{%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}
