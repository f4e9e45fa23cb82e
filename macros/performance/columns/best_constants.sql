{% macro best_constants(kind) %}
    {#- Metric -> what the best constant prediction earns on the same labelled predictions, an expression of the numbers' columns. A metric that is not named has none.
        p: share of the class in question. Scores are constant at the classes' shares; the predicted class is whichever serves the metric best among those that occur. -#}
    {%- set of_class = {
        'precision': 'p', 'recall': '1', 'specificity': '1', 'f1': '2 * p / (1 + p)', 'roc_auc': '0.5',
        'average_precision': 'positives / nullif(positives + negatives, 0)',
    } -%}
    {{ return({
        'binary': ml_monitor._with_share(of_class, '(true_positives + false_negatives) / nullif(n, 0)', {
            'accuracy': 'greatest(p, 1 - (p))', 'balanced_accuracy': '0.5', 'matthews_correlation': '0', 'gini': '0', 'ks_separation': '0', 'lift_at_10': '1',
            'log_loss': ml_monitor._entropy('positives', 'negatives'), 'brier_score': 'brier_uncertainty', 'expected_calibration_error': '0',
        }),
        'class': ml_monitor._with_share(of_class, 'actual_positives / nullif(n, 0)', {'brier_score': 'true_scored / nullif(scored, 0) * (1 - true_scored / nullif(scored, 0))'}),
        'multiclass': ml_monitor._with_share({
            'accuracy': 'p', 'precision_micro': 'p', 'recall_micro': 'p', 'f1_micro': 'p', 'recall_weighted': 'p',
            'precision_macro': 'p / nullif(actual_classes, 0)', 'recall_macro': '1 / nullif(actual_classes, 0)', 'balanced_accuracy': '1 / nullif(actual_classes, 0)', 'f1_macro': '2 * p / (1 + p) / nullif(actual_classes, 0)',
            'specificity_macro': '1 - 1 / nullif(actual_classes, 0)', 'precision_weighted': 'p * p', 'f1_weighted': 'p * 2 * p / (1 + p)', 'matthews_correlation': '0',
            'roc_auc_macro': '0.5', 'roc_auc_weighted': '0.5', 'log_loss': 'best_constant_log_loss', 'brier_score': 'best_constant_brier_score',
        }, 'largest_class_share'),
        'regression': {
            'mae': 'best_constant_mae', 'mse': 'best_constant_mse', 'rmse': 'sqrt(best_constant_mse)', 'mape': 'best_constant_mape', 'wmape': 'best_constant_wmape',
            'msle': 'best_constant_msle', 'rmsle': 'sqrt(best_constant_msle)', 'r2': '0', 'mean_error': '0',
        },
    }[kind]) }}
{% endmacro %}

{% macro _with_share(expressions, share, others={}) %}
    {#- The expressions with p written out. -#}
    {%- set result = {} -%}
    {%- for name, expression in dict(expressions, **others).items() -%}
        {%- do result.update({name: modules.re.sub('\\bp\\b', '(' ~ share ~ ')', expression)}) -%}
    {%- endfor -%}
    {{ return(result) }}
{% endmacro %}

{% macro _entropy(one, other) -%}
    {#- Of a label with two values, in nats, from their counts. -#}
    (ln(nullif({{ one }} + {{ other }}, 0))
    {%- for count in [one, other] %} - case when {{ count }} > 0 then {{ count }} * ln({{ count }}) / ({{ one }} + {{ other }}) else 0 end{% endfor %})
{%- endmacro %}
