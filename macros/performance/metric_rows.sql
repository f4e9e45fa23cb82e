{% macro metric_rows(kind) %}
    {#- One row per unit and metric from the numbers of a kind ('binary', 'multiclass', 'class', 'regression'), with what it is judged by. Reads the CTEs limits and due_shares.
        The unit's columns, class, predictions, labelled, metric, value, standard_error (of the verdict), ci_low, ci_high, n (labelled predictions the metric rests on),
        support (the smaller part of them that it hinges on; NULL: all of them). Limits and due shares are joined here, where rows are fewest. -#}
    {%- set metrics = ml_monitor._performance_columns(kind) -%}
    {%- set double = ml_monitor.type_double() -%}
    select
        numbers.monitor,
        numbers.window_key,
        numbers.window_start,
        numbers.window_end,
        numbers.model_version,
        numbers.segment,
        numbers.segment_value,
        numbers.predictions,
        numbers.labelled,
        {{ 'numbers.class' if kind == 'class' else "'all'" }} as class,
        monitors.min_rows,
        monitors.reference_from is not null as has_period,
        due_shares.expected_share,
        limits.metric,
        limits.direction,
        limits.warn_at,
        limits.alert_at,
        {%- for column, key in [('value', 'value'), ('standard_error', 'standard_error'), ('ci_low', 'low'), ('ci_high', 'high'), ('n', 'n'), ('support', 'support')] %}
        case
            {%- for metric in metrics if metric[key] is not none %}
            when limits.metric = '{{ metric.name }}' then {{ metric[key] }}
            {%- endfor %}
            when 1 = 0 then cast(0 as {{ double }})
        end as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_' ~ kind) }} as numbers
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = numbers.monitor and monitors.task = '{{ 'multiclass' if kind == 'class' else kind }}'
    inner join limits
        on limits.monitor = numbers.monitor
        and limits.metric in ({% for metric in metrics %}'{{ metric.name }}'{{ ', ' if not loop.last }}{% endfor %})
    left join due_shares on due_shares.window_key = numbers.window_key
    where numbers.predictions > 0
{% endmacro %}

{% macro _performance_columns(kind) %}
    {#- What the numbers of a kind hold, metric by metric. -#}
    {%- set bounds = {} -%}
    {%- for metric in ml_monitor.performance_metrics() -%}{%- do bounds.update({metric.name: metric}) -%}{%- endfor -%}
    {%- set metrics = [] -%}
    {%- if kind in ('binary', 'class') -%}
        {%- set binary = kind == 'binary' -%}
        {%- set predicted = '(true_positives + false_positives)' if binary else 'predicted_positives' -%}
        {%- set actual = '(true_positives + false_negatives)' if binary else 'actual_positives' -%}
        {%- set rest = '(true_negatives + false_positives)' if binary else '(n - actual_positives)' -%}
        {%- set union = '(true_positives + false_positives + false_negatives)' if binary else '(predicted_positives + actual_positives - true_positives)' -%}
        {%- for name, trials in ([('accuracy', 'n')] if binary else []) + [('precision', predicted), ('recall', actual), ('specificity', rest), ('selection_rate', 'n'), ('prevalence', 'n')] -%}
            {%- do metrics.append(ml_monitor._share_column(name, trials)) -%}
        {%- endfor -%}
        {%- do metrics.append({'name': 'f1', 'value': 'f1', 'standard_error': ml_monitor.f1_standard_error(union), 'low': ml_monitor.f1_bound(union, '-'), 'high': ml_monitor.f1_bound(union, '+'), 'n': 'n', 'support': union}) -%}
        {%- do metrics.append(ml_monitor._area_column('roc_auc', 'positives + negatives')) -%}
        {%- do metrics.append(ml_monitor._plain_column('average_precision', 'positives + negatives', 'least(positives, negatives)')) -%}
    {%- endif -%}
    {%- if kind == 'binary' -%}
        {%- do metrics.append({
            'name': 'gini', 'value': 'gini', 'standard_error': '(2 * roc_auc_standard_error)', 'low': '(2 * ' ~ ml_monitor.logit_bound('roc_auc', 'roc_auc_standard_error', '-') ~ ' - 1)',
            'high': '(2 * ' ~ ml_monitor.logit_bound('roc_auc', 'roc_auc_standard_error', '+') ~ ' - 1)', 'n': 'positives + negatives', 'support': 'least(positives, negatives)',
        }) -%}
        {%- set rarer_label = 'least(true_positives + false_negatives, true_negatives + false_positives)' -%}
        {%- do metrics.append(ml_monitor._mean_column(bounds['balanced_accuracy'], 'n', rarer_label)) -%}
        {%- do metrics.append(ml_monitor._mean_column(bounds['matthews_correlation'], 'n', 'least(' ~ rarer_label ~ ', true_positives + false_positives, true_negatives + false_negatives)')) -%}
        {%- for name in ['log_loss', 'brier_score'] -%}{%- do metrics.append(ml_monitor._mean_column(bounds[name], 'scored')) -%}{%- endfor -%}
        {%- for name in ['ks_separation', 'lift_at_10'] -%}{%- do metrics.append(ml_monitor._plain_column(name, 'positives + negatives', 'least(positives, negatives)')) -%}{%- endfor -%}
        {%- do metrics.append(ml_monitor._plain_column('expected_calibration_error', 'scored')) -%}
    {%- elif kind == 'class' -%}
        {%- do metrics.append(ml_monitor._mean_column(bounds['brier_score'], 'scored')) -%}
    {%- elif kind == 'multiclass' -%}
        {%- for name in ['accuracy', 'precision_micro', 'recall_micro', 'f1_micro', 'recall_weighted'] -%}
            {%- do metrics.append(dict(ml_monitor._share_column('accuracy', 'n'), name=name)) -%}
        {%- endfor -%}
        {%- for name in ['precision_macro', 'recall_macro', 'f1_macro', 'specificity_macro', 'precision_weighted', 'f1_weighted', 'balanced_accuracy', 'matthews_correlation'] -%}
            {%- do metrics.append(ml_monitor._mean_column(bounds[name], 'n')) -%}
        {%- endfor -%}
        {%- for name in ['roc_auc_macro', 'roc_auc_weighted'] -%}{%- do metrics.append(ml_monitor._area_column(name, 'scored')) -%}{%- endfor -%}
        {%- do metrics.append(ml_monitor._mean_column(bounds['log_loss'], 'scored')) -%}
        {%- do metrics.append(ml_monitor._mean_column(bounds['brier_score'], 'scored')) -%}
    {%- else -%}
        {%- for name, n in [('mae', 'n'), ('rmse', 'n'), ('mse', 'n'), ('mape', 'n_percentage'), ('smape', 'n'), ('msle', 'n_log'), ('rmsle', 'n_log'), ('mean_error', 'n')] -%}
            {%- do metrics.append(ml_monitor._mean_column(bounds[name], n)) -%}
        {%- endfor -%}
        {%- for name in ['wmape', 'r2', 'median_absolute_error', 'error_quantile_05', 'error_quantile_25', 'error_quantile_50', 'error_quantile_75', 'error_quantile_95'] -%}
            {%- do metrics.append(ml_monitor._plain_column(name, 'n')) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(metrics) }}
{% endmacro %}

{% macro _share_column(name, trials) %}
    {{ return({'name': name, 'value': name, 'standard_error': ml_monitor.share_standard_error(name, trials), 'low': ml_monitor.wilson_bound(name, trials, '-'), 'high': ml_monitor.wilson_bound(name, trials, '+'), 'n': 'n', 'support': trials}) }}
{% endmacro %}

{% macro _area_column(name, n) %}
    {%- set error = name ~ '_standard_error' -%}
    {{ return({'name': name, 'value': name, 'standard_error': error, 'low': ml_monitor.logit_bound(name, error, '-'), 'high': ml_monitor.logit_bound(name, error, '+'), 'n': n, 'support': 'least(positives, negatives)'}) }}
{% endmacro %}

{% macro _mean_column(metric, n, support=none) %}
    {%- set error = metric.name ~ '_standard_error' -%}
    {{ return({
        'name': metric.name, 'value': metric.name, 'standard_error': error, 'n': n, 'support': support,
        'low': ml_monitor.normal_bound(metric.name, error, '-', lower=metric.lower), 'high': ml_monitor.normal_bound(metric.name, error, '+', upper=metric.upper),
    }) }}
{% endmacro %}

{% macro _plain_column(name, n, support=none) %}
    {{ return({'name': name, 'value': name, 'standard_error': none, 'low': none, 'high': none, 'n': n, 'support': support}) }}
{% endmacro %}
