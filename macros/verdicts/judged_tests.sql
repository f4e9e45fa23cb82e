{% macro judged_tests(declared, family, metrics) %}
    {#- How many numbers of a family, of which these are the metrics, can open an alert of a monitor in one window, overall: what the family's false alarms are shared among. -#}
    {%- set kinds = ml_monitor._features(declared) | map(attribute='kind') | list -%}
    {%- set label = {'regression': 'numeric', 'ranking': none}.get(declared.task, 'categorical') if declared.labels else none -%}
    {%- set features = {'all': kinds | length, 'numeric': kinds | select('equalto', 'numeric') | list | length, 'categorical': kinds | select('equalto', 'categorical') | list | length, 'row': 1, 'joint': 1, 'score': 1, 'embedding': declared.embedding | length, 'attributions': 1 if declared.attributions else 0} -%}
    {%- if declared.multivariate -%}
        {%- set together = declared.multivariate.features | length -%}
        {%- do features.update({'pair': together * (together - 1) // 2, 'classifier': 1 if declared.multivariate.domain_classifier else 0}) -%}
    {%- endif -%}
    {%- set tests = [] -%}
    {%- for metric in metrics if (declared.thresholds.get(metric.name, metric).alert_at is not none or (metric.learned and metric.features == 'row')) and ml_monitor.has_metric(declared, metric) -%}
        {%- if family == 'performance' -%}
            {%- set of_classes = declared.classes | length if declared.task == 'multiclass' and 'binary' in metric.get('tasks', []) else 0 -%}
            {#- realized and estimated -#}
            {%- do tests.append(2 * (1 + of_classes)) -%}
        {%- else -%}
            {%- set of_label = family == 'drift' and label is not none and metric.get('features', label) == label and metric.name not in ml_monitor.metrics_without_labels() -%}
            {%- do tests.append(features[metric.get('features', 'all')] + (1 if of_label else 0)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return([1, tests | sum] | max) }}
{% endmacro %}

{% macro has_metric(declared, metric) %}
    {#- Whether a monitor has a metric, by its task and by what it declares. -#}
    {%- set has_threshold = declared.task == 'binary' and declared.score and not declared.prediction -%}
    {%- set has = {
        'loaded_at': declared.loaded_at, 'repeats': declared.repeats, 'entity': declared.entity, 'threshold': has_threshold,
        'labels': declared.labels and declared.score, 'embedding': declared.embedding,
        'domain_classifier': declared.multivariate and declared.multivariate.domain_classifier, none: true,
    } -%}
    {{ return(declared.task in metric.get('tasks', [declared.task]) and has[metric.get('needs')]) }}
{% endmacro %}
