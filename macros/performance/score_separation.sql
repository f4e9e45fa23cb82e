{% macro score_bins() %}
    {#- CTE score_bins: labelled predictions per unit, class and score bin, those of the class (positives) and the rest (negatives). -#}
    score_bins as (
        select
            monitor,
            {{ ml_monitor.unit_keys() }},
            class,
            bin,
            sum(case when actual = class then n else 0 end) as positives,
            sum(case when actual = class then 0 else n end) as negatives,
            sum(case when actual = class then squared_n else 0 end) as squared_positives,
            sum(case when actual = class then 0 else squared_n end) as squared_negatives,
            sum(sum_score) as sum_score,
            sum(case when actual = class then sum_score else 0 end) as sum_score_of_positives,
            sum(sum_squared_score) as sum_squared_score
        from outcome_levels
        where part = 'outcome' and bin >= 0 and actual <> '' and n > 0
        group by monitor, {{ ml_monitor.unit_keys() }}, class, bin
    )
{%- endmacro %}

{% macro score_separation() %}
    {#- CTEs that end in score_separation: per unit and class, from score_bins: positives, negatives, effective_positives, effective_negatives, roc_auc, gini, roc_auc_standard_error (DeLong), average_precision, ks_separation, lift_at_10.
        A positive's misrank is the share of negatives that outrank it, ties half; a negative's likewise; roc_auc = 1 - the mean misrank.
        Pairs within a bin: where scores are spread evenly over a bin of width w, or their density rises or falls along a line, a positive outranks a negative with a chance of
        1/2 + (mean of positives - mean of negatives) / w, and w is sqrt(12) standard deviations. Two scores in a bin are told apart, equal ones tie. -#}
    {%- set unit = ml_monitor.unit_keys() ~ ', class' -%}
    spread_bins as (
        select
            score_bins.*,
            sum_squared_score / (positives + negatives) as mean_square,
            sum_squared_score / (positives + negatives) - power(sum_score / (positives + negatives), 2) as variance,
            sum_score_of_positives / nullif(positives, 0) - (sum_score - sum_score_of_positives) / nullif(negatives, 0) as gap
        from score_bins
    ),

    ranked_bins as (
        select
            spread_bins.*,
            case when variance > 1e-12 * mean_square and gap is not null then 0.5 - greatest(-0.5, least(0.5, gap / sqrt(12 * variance))) else 0.5 end as misrank_within,
            sum(positives) over (partition by {{ unit }} order by bin rows unbounded preceding) - positives as positives_below,
            sum(negatives) over (partition by {{ unit }} order by bin rows unbounded preceding) - negatives as negatives_below,
            sum(positives) over (partition by {{ unit }}) as all_positives,
            sum(negatives) over (partition by {{ unit }}) as all_negatives
        from spread_bins
    ),

    misranked_bins as (
        select
            ranked_bins.*,
            (all_negatives - negatives_below - negatives * (1 - misrank_within)) / nullif(all_negatives, 0) as misrank_of_positives,
            (positives_below + positives * misrank_within) / nullif(all_positives, 0) as misrank_of_negatives,
            all_positives - positives_below as positives_from_here,
            all_positives - positives_below + all_negatives - negatives_below as rows_from_here,
            0.1 * (all_positives + all_negatives) as top_tenth
        from ranked_bins
    ),

    summed_bins as (
        select
            {{ unit }},
            max(all_positives) as positives,
            max(all_negatives) as negatives,
            {{ ml_monitor.effective_number('max(all_positives)', 'sum(squared_positives)') }} as effective_positives,
            {{ ml_monitor.effective_number('max(all_negatives)', 'sum(squared_negatives)') }} as effective_negatives,
            sum(positives * misrank_of_positives) / nullif(max(all_positives), 0) as misrank,
            sum(positives * power(misrank_of_positives, 2)) as squares_of_positives,
            sum(negatives * power(misrank_of_negatives, 2)) as squares_of_negatives,
            sum(positives / nullif(all_positives, 0) * positives_from_here / rows_from_here) as average_precision,
            max(abs(positives_below / nullif(all_positives, 0) - negatives_below / nullif(all_negatives, 0))) as ks_separation,
            sum(
                positives / (positives + negatives)
                * greatest(least(positives + negatives, top_tenth - (rows_from_here - positives - negatives)), 0)
            ) / nullif(max(top_tenth), 0) as precision_at_top_tenth
        from misranked_bins
        group by {{ unit }}
    ),

    -- weights that are added up in another order leave a rounding of what is 0 or 1
    separation_sums as (
        select
            {{ unit }}, positives, negatives, effective_positives, effective_negatives, squares_of_positives, squares_of_negatives, average_precision, ks_separation, precision_at_top_tenth,
            {{ ml_monitor.difference_of_sums('effective_positives - 1', 'effective_positives') }} as other_positives,
            {{ ml_monitor.difference_of_sums('effective_negatives - 1', 'effective_negatives') }} as other_negatives,
            case when misrank < 1e-12 then 0 when misrank > 1 - 1e-12 then 1 else misrank end as misrank
        from summed_bins
    ),

    score_separation as (
        select
            {{ unit }},
            positives,
            negatives,
            coalesce(effective_positives, 0) as effective_positives,
            coalesce(effective_negatives, 0) as effective_negatives,
            1 - misrank as roc_auc,
            1 - 2 * misrank as gini,
            {{ ml_monitor.root(
                '(squares_of_positives - positives * power(misrank, 2)) / nullif(other_positives * positives, 0) + (squares_of_negatives - negatives * power(misrank, 2)) / nullif(other_negatives * negatives, 0)'
            ) }} as roc_auc_standard_error,
            average_precision,
            ks_separation,
            precision_at_top_tenth * (positives + negatives) / nullif(positives, 0) as lift_at_10
        from separation_sums
    )
{%- endmacro %}
