{% macro estimated_classes() %}
    {#- CTEs that end in estimated_classes, from estimated_slopes: per unit and class the expected confusion counts, the metrics and their standard errors, as of the labels that are to come.
        What a fit makes of chance, its optimism, is counted as an error. -#}
    {%- set unit = ml_monitor.unit_keys() ~ ', class' -%}
    {%- set metrics = ml_monitor.estimated_class_metrics() -%}
    block_slopes as (
        select
            {{ unit }},
            block,
            max(rate_variance) as rate_variance,
            {%- for metric in metrics %}
            sum(n * slope_{{ metric }}) as slope_{{ metric }},
            sum(n * chance_variance * slope_{{ metric }} * slope_{{ metric }}) as label_variance_{{ metric }}{{ ',' if not loop.last }}
            {%- endfor %}
        from estimated_slopes
        group by {{ unit }}, block
    ),

    shift_slopes as (
        select
            {{ unit }},
            max(shift_variance) as shift_variance,
            {%- for metric in metrics %}
            sum(n * slope_{{ metric }}) as slope_{{ metric }}{{ ',' if not loop.last }}
            {%- endfor %}
        from estimated_slopes
        where shift_variance > 0
        group by {{ unit }}, score_bin, predicted
    ),

    class_errors as (
        select
            {{ unit }},
            {%- for metric in metrics %}
            sqrt(sum({{ metric }})) as {{ metric }}_standard_error{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            select
                {{ unit }}
                {%- for metric in metrics %},
                label_variance_{{ metric }} + rate_variance * slope_{{ metric }} * slope_{{ metric }} as {{ metric }}
                {%- endfor %}
            from block_slopes
            union all
            select
                {{ unit }}
                {%- for metric in metrics %},
                shift_variance * slope_{{ metric }} * slope_{{ metric }}
                {%- endfor %}
            from shift_slopes
            union all
            select
                {{ unit }}
                {%- for metric in metrics %},
                {% if metric in ['roc_auc', 'average_precision'] %}coalesce(power(max({{ metric }}_optimism), 2), 0){% else %}0{% endif %}
                {%- endfor %}
            from estimated_slopes
            group by {{ unit }}
        ) as variances
        group by {{ unit }}
    ),

    class_sums as (
        select
            {{ unit }},
            {%- for name in ['scored', 'judged', 'true_positives', 'false_positives', 'false_negatives', 'true_negatives', 'all_positives', 'all_negatives', 'recall', 'specificity', 'f1', 'matthews_correlation', 'roc_auc', 'average_precision', 'ks_separation', 'lift_at_10'] %}
            max({{ name }}) as {{ name }},
            {%- endfor %}
            sum(positives * loss_of_positive + negatives * loss_of_negative) / max(scored) as log_loss,
            sum(positives * loss_of_positive) / max(scored) as class_log_loss,
            sum(sum_squared_score - 2 * rate * sum_score + positives) / max(scored) as brier_score,
            sum(sign(decile_gap) * (sum_score - positives)) / max(scored) as expected_calibration_error,
            sum(decile_gap / decile_n * (sum_score - positives)) / max(scored) as brier_reliability,
            max(all_positives) / max(scored) * (1 - max(all_positives) / max(scored)) as brier_uncertainty
        from estimated_slopes
        group by {{ unit }}
    ),

    estimated_classes as (
        select
            class_sums.*,
            true_positives + false_positives as predicted_positives,
            true_positives + false_negatives as actual_positives,
            (true_positives + true_negatives) / nullif(judged, 0) as accuracy,
            true_positives / nullif(true_positives + false_positives, 0) as precision,
            (recall + specificity) / 2 as balanced_accuracy,
            2 * roc_auc - 1 as gini,
            brier_reliability + brier_uncertainty - brier_score as brier_resolution,
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
    {#- What of one class against the rest is estimated with a standard error; class_log_loss is the class's part in the log loss of all classes. -#}
    {{ return(ml_monitor._slopes_of_rates().keys() | list + ['roc_auc', 'average_precision', 'ks_separation', 'lift_at_10', 'log_loss', 'class_log_loss', 'brier_score', 'expected_calibration_error', 'brier_reliability', 'brier_uncertainty', 'brier_resolution']) }}
{% endmacro %}
