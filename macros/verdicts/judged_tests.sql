{% macro judged_tests(monitor, family) %}
    {#- How many numbers of a family can open an alert of a monitor in one window, overall: what the family's false alarms are shared among. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set kinds = ml_monitor._features(declared) | map(attribute='kind') | list -%}
    {%- set features = {'all': kinds | length, 'numeric': kinds | select('equalto', 'numeric') | list | length, 'categorical': kinds | select('equalto', 'categorical') | list | length, 'row': 1, 'joint': 1} -%}
    {%- if declared.multivariate -%}
        {%- set together = declared.multivariate.features | length -%}
        {%- do features.update({'pair': together * (together - 1) // 2, 'classifier': 1 if declared.multivariate.domain_classifier else 0}) -%}
    {%- endif -%}
    {%- set tests = [] -%}
    {%- for metric in ml_monitor.metrics_of(family) if declared.thresholds.get(metric.name, metric).alert_at is not none and declared.task in metric.get('tasks', [declared.task]) -%}
        {%- if family == 'performance' -%}
            {%- set of_classes = declared.classes | length if declared.task == 'multiclass' and 'binary' in metric.get('tasks', []) else 0 -%}
            {#- realized and estimated -#}
            {%- do tests.append(2 * (1 + of_classes)) -%}
        {%- else -%}
            {%- do tests.append(features[metric.get('features', 'all')]) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return([1, tests | sum] | max) }}
{% endmacro %}
