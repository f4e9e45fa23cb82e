{% macro binary_columns() %}
    {#- See `metric_columns`. -#}
    {%- set rarer_score, rarer_label = 'least(effective_positives, effective_negatives)', 'least(recall_trials, specificity_trials)' -%}
    {%- set metrics = ml_monitor.rate_columns() -%}
    {%- do metrics.append(ml_monitor._share_column('accuracy', 'n')) -%}
    {%- do metrics.append(ml_monitor._mean_column('balanced_accuracy', 'n', rarer_label)) -%}
    {%- do metrics.append(ml_monitor._mean_column('matthews_correlation', 'n', 'least(' ~ rarer_label ~ ', precision_trials, true_negatives + false_negatives)')) -%}
    {%- do metrics.append(ml_monitor._area_column('roc_auc', 'positives + negatives')) -%}
    {%- do metrics.append({
        'name': 'gini', 'value': 'gini', 'standard_error': '(2 * roc_auc_standard_error)', 'low': '(2 * ' ~ ml_monitor.logit_bound('roc_auc', 'roc_auc_standard_error', '-') ~ ' - 1)',
        'high': '(2 * ' ~ ml_monitor.logit_bound('roc_auc', 'roc_auc_standard_error', '+') ~ ' - 1)', 'n': 'positives + negatives', 'support': rarer_score,
    }) -%}
    {%- for name in ['log_loss', 'brier_score'] -%}{%- do metrics.append(ml_monitor._mean_column(name, 'scored')) -%}{%- endfor -%}
    {%- for name in ['average_precision', 'ks_separation', 'lift_at_10'] -%}{%- do metrics.append(ml_monitor._plain_column(name, 'positives + negatives', rarer_score)) -%}{%- endfor -%}
    {%- do metrics.append(ml_monitor._plain_column('expected_calibration_error', 'scored')) -%}
    {{ return(metrics) }}
{% endmacro %}
