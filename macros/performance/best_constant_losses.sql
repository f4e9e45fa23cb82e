{% macro relative_label_sums() %}
    {#- The sums of part 'label' of the outcome profile that `best_constant_losses` reads beside those of the labels themselves. -#}
    {{ return(['sum_inverse_size', 'sum_relative_label', 'sum_squared_relative_label']) }}
{% endmacro %}

{% macro best_constant_losses() %}
    {#- CTEs that end in best_constant_losses: per unit the least sum of |label - c| (absolute_deviation) and of |label - c| / |label| (relative_deviation) that any constant c has,
        from the labels counted by the bins of the predictions. The best c is the labels' median, weighted by 1 for the first and by 1 / |label| for the second.
        Labels below and above the bin where the median lies enter by their sums, exactly. Those within it are taken as spaced evenly, with their own mean and variance:
        exact where the bin holds one or two labels (one, for the weighted median) or labels that are all equal. The constant 0 has a relative_deviation of 1 a label, so that the best has no more. -#}
    {%- set unit = ml_monitor.unit_keys() ~ ', weighting' -%}
    weighted_labels as (
        select {{ ml_monitor.unit_keys() }}, 'equal' as weighting, bin, n, n as weight, sum_label as total, sum_squared_label as squares
        from outcome_levels
        where part = 'label' and n > 0
        union all
        select {{ ml_monitor.unit_keys() }}, 'inverse', bin, n, sum_inverse_size, sum_relative_label, sum_squared_relative_label
        from outcome_levels
        where part = 'label' and n > 0 and sum_inverse_size > 0
    ),

    ordered_labels as (
        select
            weighted_labels.*,
            total / weight as mean,
            {{ ml_monitor.root('squares / weight - ' ~ ml_monitor.square('(total / weight)')) }} as deviation,
            sum(weight) over (partition by {{ unit }} order by bin rows unbounded preceding) - weight as weight_below,
            sum(weight) over (partition by {{ unit }}) as all_weight,
            sum(total) over (partition by {{ unit }} order by bin rows unbounded preceding) - total as total_below,
            sum(total) over (partition by {{ unit }}) as all_total
        from weighted_labels
    ),

    middle_labels as (
        -- the label at place `place` of its bin, the first being 0, is the median
        select
            ordered_labels.*,
            greatest(least(ceil((all_weight / 2 - weight_below) / (weight / n)) - 1, n - 1), 0) as place,
            case when n > 1 then deviation * sqrt(12 / (n * n - 1)) else 0 end as step
        from ordered_labels
        where weight_below < all_weight / 2 and weight_below + weight >= all_weight / 2
    ),

    least_deviations as (
        select
            {{ unit }},
            min(
                constant * weight_below - total_below
                + (all_total - total_below - total) - constant * (all_weight - weight_below - weight)
                + weight / n * step * (place * (place + 1) + (n - 1 - place) * (n - place)) / 2
            ) as deviation
        from (select middle_labels.*, mean + step * (place - (n - 1) / 2) as constant from middle_labels) as constants
        group by {{ unit }}
    ),

    best_constant_losses as (
        select
            {{ ml_monitor.unit_keys() }},
            max(case when weighting = 'equal' then deviation end) as absolute_deviation,
            max(case when weighting = 'inverse' then deviation end) as relative_deviation
        from least_deviations
        group by {{ ml_monitor.unit_keys() }}
    )
{%- endmacro %}
