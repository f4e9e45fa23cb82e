{% macro estimated_classes() %}
    {#- CTEs that end in estimated_classes, from estimated_slopes: per unit and class the expected confusion counts, the metrics and their standard errors, as of the labels that are to come. -#}
    {%- set unit = ml_monitor.unit_keys() ~ ', class' -%}
    {%- set metrics = ml_monitor.estimated_class_metrics() -%}
    block_slopes as (
        select
            {{ unit }},
            block,
            max(chance_variance / block_n) as rate_variance,
            {%- for metric in metrics %}
            sum(n * slope_{{ metric }}) as slope_{{ metric }},
            sum(n * chance_variance * slope_{{ metric }} * slope_{{ metric }}) as label_variance_{{ metric }}{{ ',' if not loop.last }}
            {%- endfor %}
        from estimated_slopes
        group by {{ unit }}, block
    ),

    class_errors as (
        select
            {{ unit }},
            {%- for metric in metrics %}
            sqrt(sum(label_variance_{{ metric }} + rate_variance * slope_{{ metric }} * slope_{{ metric }})) as {{ metric }}_standard_error{{ ',' if not loop.last }}
            {%- endfor %}
        from block_slopes
        group by {{ unit }}
    ),

    class_sums as (
        select
            {{ unit }},
            {%- for name in ['scored', 'judged', 'true_positives', 'false_positives', 'false_negatives', 'true_negatives', 'recall', 'specificity', 'f1', 'matthews_correlation', 'roc_auc', 'average_precision', 'ks_separation', 'lift_at_10'] %}
            max({{ name }}) as {{ name }},
            {%- endfor %}
            sum(positives * loss_of_positive + negatives * loss_of_negative) / max(scored) as log_loss,
            sum(sum_squared_score - 2 * rate * sum_score + positives) / max(scored) as brier_score,
            sum(sign(decile_gap) * (sum_score - positives)) / max(scored) as expected_calibration_error
        from estimated_slopes
        group by {{ unit }}
    ),

    estimated_classes as (
        select
            class_sums.*,
            (true_positives + true_negatives) / nullif(judged, 0) as accuracy,
            true_positives / nullif(true_positives + false_positives, 0) as precision,
            (recall + specificity) / 2 as balanced_accuracy,
            2 * roc_auc - 1 as gini,
            (true_positives + false_positives) / nullif(judged, 0) as selection_rate,
            (true_positives + false_negatives) / nullif(judged, 0) as prevalence,
            {%- for metric in metrics %}
            class_errors.{{ metric }}_standard_error{{ ',' if not loop.last }}
            {%- endfor %}
        from class_sums
        inner join class_errors on {{ ml_monitor.same_unit('class_errors', 'class_sums') }} and class_errors.class = class_sums.class
    )
{%- endmacro %}

{% macro estimated_class_metrics() %}
    {#- The metrics of one class against the rest that are estimated with a standard error. -#}
    {{ return(ml_monitor._slopes_of_rates().keys() | list + ['roc_auc', 'average_precision', 'ks_separation', 'lift_at_10', 'log_loss', 'brier_score', 'expected_calibration_error']) }}
{% endmacro %}
