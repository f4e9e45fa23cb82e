{% macro estimated_slopes() %}
    {#- CTEs that end in estimated_slopes, from rated_cells: per cell the expected positives and negatives, the totals of the unit, and for every metric `slope_<metric>`: by how much the metric grows
        when one prediction of the cell turns out to be of the class and not of the rest. What the label decides on its own has a variance of sum(n p (1 - p) slope^2), what the reference's
        calibration decides of sum over blocks of (sum(n slope))^2 p (1 - p) / block_n. -#}
    {%- set unit = ml_monitor.unit_keys() ~ ', class' -%}
    expected_cells as (
        select
            rated_cells.*,
            n * rate as positives,
            n * (1 - rate) as negatives,
            -ln(least(greatest(mean_score, 1e-15), 1 - 1e-15)) as loss_of_positive,
            -ln(1 - least(greatest(mean_score, 1e-15), 1 - 1e-15)) as loss_of_negative,
            {{ ml_monitor.chance_variance('rate', 'block_n') }} as chance_variance,
            {{ ml_monitor.chance_variance('block_rate', 'block_n') }} / block_n as rate_variance
        from rated_cells
    ),

    ordered_cells as (
        select
            expected_cells.*,
            sum(positives) over (partition by {{ unit }}, bin) as bin_positives,
            sum(negatives) over (partition by {{ unit }}, bin) as bin_negatives,
            sum(positives) over (partition by {{ unit }} order by bin) as positives_up_to,
            sum(negatives) over (partition by {{ unit }} order by bin) as negatives_up_to,
            sum(n) over (partition by {{ unit }}) as scored,
            sum(positives) over (partition by {{ unit }}) as all_positives,
            sum(negatives) over (partition by {{ unit }}) as all_negatives,
            sum(case when is_predicted is not null then n else 0 end) over (partition by {{ unit }}) as judged,
            {%- for name, predicted, label in [('true_positives', 1, 'positives'), ('false_positives', 1, 'negatives'), ('false_negatives', 0, 'positives'), ('true_negatives', 0, 'negatives')] %}
            sum(case when is_predicted = {{ predicted }} then {{ label }} else 0 end) over (partition by {{ unit }}) as {{ name }},
            {%- endfor %}
            sum(sum_score - positives) over (partition by {{ unit }}, decile) as decile_gap,
            sum(n) over (partition by {{ unit }}, decile) as decile_n
        from expected_cells
    ),

    ranked_cells as (
        select
            ordered_cells.*,
            positives_up_to - bin_positives as positives_below,
            negatives_up_to - bin_negatives as negatives_below,
            all_positives - positives_up_to + bin_positives as positives_from_here,
            all_positives - positives_up_to + bin_positives + all_negatives - negatives_up_to + bin_negatives as rows_from_here,
            (positives_up_to - bin_positives) / nullif(all_positives, 0) - (negatives_up_to - bin_negatives) / nullif(all_negatives, 0) as curve_gap,
            -- of the bin, the part that lies among the tenth with the highest scores
            least(greatest((0.1 * scored - (all_positives - positives_up_to + all_negatives - negatives_up_to)) / (bin_positives + bin_negatives), 0), 1) as top_share
        from ordered_cells
    ),

    summed_cells as (
        select
            ranked_cells.*,
            sum(positives * (negatives_below + 0.5 * bin_negatives)) over (partition by {{ unit }}) / nullif(all_positives * all_negatives, 0) as roc_auc,
            sum(positives * positives_from_here / rows_from_here) over (partition by {{ unit }}) / nullif(all_positives, 0) as average_precision,
            sum(positives / rows_from_here) over (partition by {{ unit }} order by bin) as precision_below,
            max(abs(curve_gap)) over (partition by {{ unit }}) as ks_separation,
            10 * sum(positives * top_share) over (partition by {{ unit }}) / nullif(all_positives, 0) as lift_at_10,
            (true_positives + false_positives) * (true_positives + false_negatives) * (true_negatives + false_positives) * (true_negatives + false_negatives) as matthews_square
        from ranked_cells
    ),

    cut_cells as (
        select
            summed_cells.*,
            min(case when abs(curve_gap) = ks_separation then bin end) over (partition by {{ unit }}) as cut_bin,
            (true_positives * true_negatives - false_positives * false_negatives) / nullif(sqrt(matthews_square), 0) as matthews_correlation,
            true_positives / nullif(true_positives + false_negatives, 0) as recall,
            true_negatives / nullif(true_negatives + false_positives, 0) as specificity,
            2 * true_positives / nullif(2 * true_positives + false_positives + false_negatives, 0) as f1
        from summed_cells
    ),

    separated_cells as (
        select
            cut_cells.*,
            max(case when bin = cut_bin then positives_below / all_positives end) over (partition by {{ unit }}) as positives_at_cut,
            max(case when bin = cut_bin then negatives_below / all_negatives end) over (partition by {{ unit }}) as negatives_at_cut
        from cut_cells
    ),

    estimated_slopes as (
        select
            separated_cells.*,
            {%- for metric, slope in ml_monitor._slopes_of_rates().items() %}
            case is_predicted when 1 then {{ slope[0] }} when 0 then {{ slope[1] }} else 0 end as slope_{{ metric }},
            {%- endfor %}
            (negatives_below + 0.5 * bin_negatives - (all_positives - positives_up_to + 0.5 * bin_positives)) / nullif(all_positives * all_negatives, 0)
            - roc_auc / nullif(all_positives, 0) + roc_auc / nullif(all_negatives, 0) as slope_roc_auc,
            (positives_from_here / rows_from_here + precision_below - average_precision) / nullif(all_positives, 0) as slope_average_precision,
            sign(positives_at_cut - negatives_at_cut) * (
                (case when bin < cut_bin then 1 else 0 end - positives_at_cut) / nullif(all_positives, 0)
                + (case when bin < cut_bin then 1 else 0 end - negatives_at_cut) / nullif(all_negatives, 0)
            ) as slope_ks_separation,
            (10 * top_share - lift_at_10) / nullif(all_positives, 0) as slope_lift_at_10,
            (loss_of_positive - loss_of_negative) / scored as slope_log_loss,
            loss_of_positive / scored as slope_class_log_loss,
            (1 - 2 * mean_score) / scored as slope_brier_score,
            -sign(decile_gap) / scored as slope_expected_calibration_error,
            -2 * decile_gap / decile_n / scored as slope_brier_reliability,
            (1 - 2 * all_positives / scored) / scored as slope_brier_uncertainty,
            (2 * mean_score - 2 * decile_gap / decile_n - 2 * all_positives / scored) / scored as slope_brier_resolution
        from separated_cells
    )
{%- endmacro %}

{% macro chance_variance(rate, n) -%}
    {#- p (1 - p) of a rate among n, with half a success and half a failure added, so that a block without either is not taken for certainty. -#}
    {%- set chance = '((' ~ rate ~ ' * ' ~ n ~ ' + 0.5) / (' ~ n ~ ' + 1))' -%}
    ({{ chance }} * (1 - {{ chance }}))
{%- endmacro %}

{% macro _slopes_of_rates() %}
    {#- Metric -> (slope of a predicted positive, slope of a predicted negative). -#}
    {%- set recall = ('(1 - recall) / nullif(true_positives + false_negatives, 0)', '-recall / nullif(true_positives + false_negatives, 0)') -%}
    {%- set specificity = ('specificity / nullif(true_negatives + false_positives, 0)', '-(1 - specificity) / nullif(true_negatives + false_positives, 0)') -%}
    {%- set union = 'nullif(2 * true_positives + false_positives + false_negatives, 0)' -%}
    {%- set margins = '(1 / nullif(true_positives + false_negatives, 0) - 1 / nullif(true_negatives + false_positives, 0))' -%}
    {{ return({
        'accuracy': ('1 / nullif(judged, 0)', '-1 / nullif(judged, 0)'),
        'precision': ('1 / nullif(true_positives + false_positives, 0)', '0'),
        'recall': recall,
        'specificity': specificity,
        'f1': ('(2 - f1) / ' ~ union, '-f1 / ' ~ union),
        'balanced_accuracy': ('(' ~ recall[0] ~ ' + ' ~ specificity[0] ~ ') / 2', '(' ~ recall[1] ~ ' + ' ~ specificity[1] ~ ') / 2'),
        'matthews_correlation': (
            '(true_negatives + false_negatives) / nullif(sqrt(matthews_square), 0) - matthews_correlation / 2 * ' ~ margins,
            '-(true_positives + false_positives) / nullif(sqrt(matthews_square), 0) - matthews_correlation / 2 * ' ~ margins,
        ),
        'prevalence': ('1 / nullif(judged, 0)', '1 / nullif(judged, 0)'),
    }) }}
{% endmacro %}
