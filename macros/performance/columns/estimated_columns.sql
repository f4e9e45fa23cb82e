{% macro estimated_columns(kind, ranges) %}
    {#- The metrics of a kind that are estimated, as `metric_columns`, over the columns of the estimated numbers: standard errors and normal intervals cover what the labels to come will say. -#}
    {%- set estimated = ml_monitor.estimated_metrics()[kind] -%}
    {%- set metrics = [] -%}
    {%- for metric in ml_monitor.metric_columns(kind, ranges) if metric.name in estimated -%}
        {%- set value, error = metric.value, estimated[metric.name] -%}
        {%- do metrics.append(dict(
            metric, standard_error=error, best_constant=none,
            low=ml_monitor.normal_bound(value, error, '-', lower=metric.lower), high=ml_monitor.normal_bound(value, error, '+', upper=metric.upper)
        )) -%}
    {%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}

{% macro estimated_metrics() %}
    {#- {kind of numbers: {metric: its standard error}} of what can be estimated without labels. -#}
    {%- set own = {
        'binary': ml_monitor.estimated_class_metrics() | reject('equalto', 'class_log_loss') | list,
        'class': ['precision', 'recall', 'specificity', 'f1', 'prevalence', 'roc_auc', 'average_precision', 'brier_score'],
        'multiclass': ml_monitor.class_average_metrics() + ['accuracy', 'roc_auc_macro', 'roc_auc_weighted', 'log_loss', 'brier_score'],
        'regression': ml_monitor.mean_losses().keys() | list + ['rmse', 'rmsle', 'wmape', 'r2'],
    } -%}
    {%- set metrics = {} -%}
    {%- for kind, names in own.items() -%}
        {%- do metrics.update({kind: {}}) -%}
        {%- for name in names -%}{%- do metrics[kind].update({name: name ~ '_standard_error'}) -%}{%- endfor -%}
    {%- endfor -%}
    {%- do metrics.binary.update({'gini': '(2 * roc_auc_standard_error)', 'selection_rate': '0'}) -%}
    {%- do metrics['class'].update({'selection_rate': '0'}) -%}
    {%- for name in ['precision_micro', 'recall_micro', 'f1_micro', 'recall_weighted'] -%}{%- do metrics.multiclass.update({name: 'accuracy_standard_error'}) -%}{%- endfor -%}
    {{ return(metrics) }}
{% endmacro %}
