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
            sum(sum_squared_score) as sum_squared_score,
            sum(case when actual = class then sum_squared_score else 0 end) as sum_squared_score_of_positives
        from outcome_levels
        where part = 'outcome' and bin >= 0 and actual <> '' and n > 0
        group by monitor, {{ ml_monitor.unit_keys() }}, class, bin
    )
{%- endmacro %}

{% macro score_separation() %}
    {#- CTEs that end in score_separation: per unit and class, from score_bins: positives, negatives, effective_positives, effective_negatives, roc_auc, gini, roc_auc_standard_error (DeLong), average_precision, ks_separation and
        lift_at_10 with their standard errors.
        A positive's misrank is the share of negatives that outrank it, ties half; a negative's likewise; roc_auc = 1 - the mean misrank.
        Pairs within a bin: where scores are spread evenly over a bin of width w, or their density rises or falls along a line, a positive outranks a negative with a chance of
        1/2 + (mean of positives - mean of negatives) / w, and w is sqrt(12) standard deviations. Two scores in a bin are told apart, equal ones tie.
        average_precision: the delta method over the counts of (bin, label): count * slope^2, where slope is what one more positive, or negative, in the bin adds; their mean is 0.
        ks_separation: the variance of two independent shares at the cut where they are furthest apart.
        lift_at_10 = A / (0.1 * prevalence), A the share of rows that are positive and in the top tenth. That the cut is estimated adds -positives_at_cut * (is above - 0.1) to the influence of a row on A,
        positives_at_cut being the share of positives among the rows from half to one and a half times the top tenth. -#}
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
            abs(positives_below / nullif(all_positives, 0) - negatives_below / nullif(all_negatives, 0)) as separation_below,
            all_positives - positives_below as positives_from_here,
            all_positives - positives_below + all_negatives - negatives_below as rows_from_here,
            0.1 * (all_positives + all_negatives) as top_tenth
        from ranked_bins
    ),

    precision_bins as (
        select
            misranked_bins.*,
            {{ ml_monitor.effective_number('all_positives', 'sum(squared_positives) over (partition by ' ~ unit ~ ')') }} as effective_positives,
            {{ ml_monitor.effective_number('all_negatives', 'sum(squared_negatives) over (partition by ' ~ unit ~ ')') }} as effective_negatives,
            max(separation_below) over (partition by {{ unit }}) as ks_separation,
            sum(positives * positives_from_here / rows_from_here) over (partition by {{ unit }}) / nullif(all_positives, 0) as average_precision,
            sum(positives * (rows_from_here - positives_from_here) / (rows_from_here * rows_from_here)) over (partition by {{ unit }} order by bin rows unbounded preceding) as rise_by_positives,
            sum(positives * positives_from_here / (rows_from_here * rows_from_here)) over (partition by {{ unit }} order by bin rows unbounded preceding) as fall_by_negatives
        from misranked_bins
    ),

    summed_bins as (
        select
            {{ unit }},
            max(all_positives) as positives,
            max(all_negatives) as negatives,
            max(effective_positives) as effective_positives,
            max(effective_negatives) as effective_negatives,
            sum(positives * misrank_of_positives) / nullif(max(all_positives), 0) as misrank,
            sum(positives * power(misrank_of_positives, 2)) as squares_of_positives,
            sum(negatives * power(misrank_of_negatives, 2)) as squares_of_negatives,
            max(average_precision) as average_precision,
            sum(
                squared_positives * power((positives_from_here / rows_from_here + rise_by_positives - average_precision) / nullif(all_positives, 0), 2)
                + squared_negatives * power(fall_by_negatives / nullif(all_positives, 0), 2)
            ) as average_precision_variance,
            max(ks_separation) as ks_separation,
            max(
                case when separation_below = ks_separation then
                    {{ ml_monitor.square(ml_monitor.share_standard_error('(positives_below / nullif(all_positives, 0))', 'effective_positives')) }}
                    + {{ ml_monitor.square(ml_monitor.share_standard_error('(negatives_below / nullif(all_negatives, 0))', 'effective_negatives')) }}
                end
            ) as ks_separation_variance,
            {%- for name, from, to in [('precision_at_top_tenth', 0, 1), ('positives_at_cut', 0.5, 1.5)] %}
            sum(
                positives / (positives + negatives)
                * greatest(least(rows_from_here, {{ to }} * top_tenth) - greatest(rows_from_here - positives - negatives, {{ from }} * top_tenth), 0)
            ) / nullif({{ to - from }} * max(top_tenth), 0) as {{ name }},
            {%- endfor %}
            max(all_positives) / nullif(max(all_positives) + max(all_negatives), 0) as prevalence
        from precision_bins
        group by {{ unit }}
    ),

    -- weights that are added up in another order leave a rounding of what is 0 or 1
    separation_sums as (
        select
            {{ unit }}, positives, negatives, effective_positives, effective_negatives, squares_of_positives, squares_of_negatives, average_precision, average_precision_variance, ks_separation, ks_separation_variance,
            precision_at_top_tenth, positives_at_cut, prevalence,
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
            sqrt(average_precision_variance) as average_precision_standard_error,
            ks_separation,
            sqrt(ks_separation_variance) as ks_separation_standard_error,
            precision_at_top_tenth / nullif(prevalence, 0) as lift_at_10,
            precision_at_top_tenth / nullif(prevalence, 0) * {{ ml_monitor.root('relative_lift_variance / nullif(positives + negatives, 0)') }} as lift_at_10_standard_error
        from (
            -- rows above the cut and positive, above and not, below and positive, neither: share * (influence on A / A - influence on prevalence / prevalence)^2
            select
                separation_sums.*,
                hits * power((1 - 0.9 * positives_at_cut) / nullif(hits, 0) - 1 / nullif(prevalence, 0), 2)
                + (0.1 - hits) * power(0.9 * positives_at_cut / nullif(hits, 0), 2)
                + (prevalence - hits) * power(0.1 * positives_at_cut / nullif(hits, 0) - 1 / nullif(prevalence, 0), 2)
                + (0.9 - prevalence + hits) * power(0.1 * positives_at_cut / nullif(hits, 0), 2) as relative_lift_variance
            from (select separation_sums.*, 0.1 * precision_at_top_tenth as hits from separation_sums) as separation_sums
        ) as separation_sums
    )
{%- endmacro %}
