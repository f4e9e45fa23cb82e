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
    {%- do metrics.append(ml_monitor._area_column('average_precision', 'positives + negatives')) -%}
    {#- The greatest of many differences is too great on average. 1.48, the 97.5 % point of Kolmogorov's distribution, tells it from 0; else the reach downward is 2.96 standard errors, 1.48 over the 1/2 that a difference in the middle spreads by. -#}
    {%- do metrics.append({
        'name': 'ks_separation', 'value': 'ks_separation', 'standard_error': 'ks_separation_standard_error', 
        'low': 'case when ks_separation > 1.48 * sqrt(1 / nullif(positives, 0) + 1 / nullif(negatives, 0)) then greatest(ks_separation - 2.96 * ks_separation_standard_error, 0) else 0 end',
        'high': ml_monitor.normal_bound('ks_separation', 'ks_separation_standard_error', '+', upper=1), 'n': 'positives + negatives', 'support': rarer_score,
    }) -%}
    {%- do metrics.append(ml_monitor._ratio_column('lift_at_10', 'positives + negatives', rarer_score)) -%}
    {#- Each of these is too great on average, most where the scores are calibrated: the lower end is taken from what is left without that excess, and the error's is 0 where the reliability's is. -#}
    {%- for name in ['expected_calibration_error', 'brier_reliability', 'brier_resolution'] -%}
        {%- set unbiased, error = name ~ '_unbiased', name ~ '_standard_error' -%}
        {%- set low = ml_monitor.normal_bound(unbiased, error, '-', lower=none if name == 'brier_resolution' else 0) -%}
        {%- do metrics.append({
            'name': name, 'value': name, 'standard_error': error, 'n': 'scored', 'support': none,
            'low': 'case when brier_reliability_unbiased > 1.96 * brier_reliability_standard_error then ' ~ low ~ ' else 0 end' if name == 'expected_calibration_error' else low,
        }) -%}
    {%- endfor -%}
    {%- set rate = '(positives / nullif(scored, 0))' -%}
    {%- do metrics.append({
        'name': 'brier_uncertainty', 'value': 'brier_uncertainty', 'standard_error': 'brier_uncertainty_standard_error', 'n': 'scored', 'support': none,
        'low': ml_monitor.uncertainty_bound(rate, 'scored', '-'), 'high': ml_monitor.uncertainty_bound(rate, 'scored', '+'),
    }) -%}
    {{ return(metrics) }}
{% endmacro %}
