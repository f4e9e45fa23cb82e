{% macro ranking_metrics() %}
    {#- How well a window's queries are ranked; the keys are those of `classification_metrics`. Each is the mean over queries of what a query earns.
        k: the declared cut-off; r: the relevant items of a query. What a query is, what is relevant and how items are ranked is told once, with the first metric. -#}
    {%- set metrics -%}
- name: ndcg_at_k
  family: performance
  tasks: [ranking]
  formula: >-
    mean over queries of DCG / ideal DCG, DCG = sum of label / log2(position + 1) over the first k positions, ideal DCG the same of the items sorted by label; queries without a relevant item are left out.
    A query is a value of group within a window and a version; of its items, duplicates dropped, those of one segment value are ranked among themselves. Items are ranked by falling score; equal scores worst first,
    so that a model that scores everything alike earns nothing by it; scores that are NULL, NaN or infinite last. Relevant is a label above 0; a label below 0 counts as 0; an item without a label counts as not relevant
    in a query that has a label. Queries without any label and queries of one item are not judged
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Jarvelin and Kekalainen (2002), ACM Transactions on Information Systems 20, with linear gain and the log2 discount of scikit-learn, which averages over ties; normal interval
- name: map_at_k
  family: performance
  tasks: [ranking]
  formula: mean over queries (as for ndcg_at_k) of average precision = sum over the relevant items among the first k of the share of relevant items down to their position / least(r, k); queries without a relevant item are left out
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Manning, Raghavan and Schuetze (2008), Introduction to Information Retrieval, 8.4; cut at k, over the most that k positions can hold; normal interval
- name: mrr
  family: performance
  tasks: [ranking]
  formula: mean over queries (as for ndcg_at_k) of 1 / position of the first relevant item, whatever k is; 0 where none is relevant
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Voorhees (1999), The TREC-8 Question Answering Track Report; normal interval
- name: hit_rate_at_k
  family: performance
  tasks: [ranking]
  formula: share of queries (as for ndcg_at_k) with a relevant item among the first k
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Deshpande and Karypis (2004), ACM Transactions on Information Systems 22; interval of Wilson (1927)
- name: precision_at_k
  family: performance
  tasks: [ranking]
  formula: mean over queries (as for ndcg_at_k) of relevant items among the first k / k, also where a query has fewer than k items; 0 where none is relevant
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Manning, Raghavan and Schuetze (2008), Introduction to Information Retrieval, 8.4; normal interval
- name: recall_at_k
  family: performance
  tasks: [ranking]
  formula: mean over queries (as for ndcg_at_k) of relevant items among the first k / r; queries without a relevant item are left out
  unit: share
  lower: 0
  upper: 1
  direction: lower_is_worse
  warn_at: 0.01
  alert_at: 0.02
  source: Manning, Raghavan and Schuetze (2008), Introduction to Information Retrieval, 8.4; normal interval
    {%- endset -%}
    {{ return(fromyaml(metrics)) }}
{% endmacro %}
