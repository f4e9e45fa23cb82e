{% macro _number_distances() %}
    {#- CTE number_distances: one row per subject that has numbers on both sides, with distances between their cumulative shares F of the window and G of the reference.
        Follows placed_counts. Sums are less the reference's median (center), so that large values keep their digits. -#}
    number_counts as (
        select
            subject,
            bin,
            n,
            reference_n,
            sum_value,
            sum_squared_value,
            reference_sum_value,
            reference_sum_squared_value,
            lower_edge - center as lower_edge,
            upper_edge - center as upper_edge,
            minimum - center as minimum,
            maximum - center as maximum,
            reference_minimum - center as reference_minimum,
            reference_maximum - center as reference_maximum,
            sum(n) over (partition by subject) as number_n,
            sum(reference_n) over (partition by subject) as reference_number_n,
            sum(n) over (partition by subject order by bin rows between unbounded preceding and current row) as cumulative_n,
            sum(reference_n) over (partition by subject order by bin rows between unbounded preceding and current row) as cumulative_reference_n
        from placed_counts
        where kind <> 'categorical' and bin >= 0
    ),

    gaps as (
        select
            *,
            -- the gap inside the bin, where one side's values begin or end
            {%- for point, n_part, reference_part in [
                ('minimum', '0', ml_monitor._part_below('minimum', 'reference_', '<')),
                ('maximum', '1', ml_monitor._part_below('maximum', 'reference_', '<=')),
                ('reference_minimum', ml_monitor._part_below('reference_minimum', '', '<'), '0'),
                ('reference_maximum', ml_monitor._part_below('reference_maximum', '', '<='), '1'),
            ] %}
            case when n > 0 and reference_n > 0 then
                (cumulative_n - n + n * {{ n_part }}) / nullif(number_n, 0) - (cumulative_reference_n - reference_n + reference_n * {{ reference_part }}) / nullif(reference_number_n, 0)
            end as gap_at_{{ point }},
            {%- endfor %}
            -- what the gap has inside the bin, on average, beyond the straight line between its ends: the values' means tell
            case when {{ ml_monitor._fills_bin('') }} and {{ ml_monitor._fills_bin('reference_') }} then
                n / number_n * ((upper_edge - sum_value / n) / (upper_edge - lower_edge) - 0.5)
                - reference_n / reference_number_n * ((upper_edge - reference_sum_value / reference_n) / (upper_edge - lower_edge) - 0.5)
            end as bulge,
            cumulative_n / nullif(number_n, 0) - cumulative_reference_n / nullif(reference_number_n, 0) as gap,
            (cumulative_n - n) / nullif(number_n, 0) - (cumulative_reference_n - reference_n) / nullif(reference_number_n, 0) as gap_before,
            sum_value / nullif(number_n, 0) - reference_sum_value / nullif(reference_number_n, 0) as mean_part,
            number_n + reference_number_n as all_n,
            cumulative_n + cumulative_reference_n - (n + reference_n) / 2 as midrank,
            lag(upper_edge) over (partition by subject order by bin) as upper_edge_before
        from number_counts
    ),

    number_distances as (
        select
            subject,
            max(number_n) as number_n,
            max(reference_number_n) as reference_number_n,
            max(greatest(
                abs(gap), coalesce(abs(gap_at_minimum), 0), coalesce(abs(gap_at_maximum), 0), coalesce(abs(gap_at_reference_minimum), 0), coalesce(abs(gap_at_reference_maximum), 0),
                -- the summit of the parabola with that bulge, where it lies inside the bin; no order of the bin's values can make the gap greater than the bounds
                case when abs(gap - gap_before) < 6 * abs(bulge) then abs(least(
                    greatest((gap_before + gap) / 2 + 1.5 * bulge + {{ ml_monitor.square('(gap - gap_before)') }} / (24 * bulge), gap_before - reference_n / reference_number_n),
                    gap_before + n / number_n
                )) else 0 end
            )) as kolmogorov_smirnov_statistic,
            -- by parts: the integral of F over a bin is F(upper) * upper - F(lower) * lower - sum of the bin's values / n; F - G is 0 at open ends, and constant between two bins that are not empty
            sum(
                abs(coalesce(gap * upper_edge, 0) - coalesce(gap_before * lower_edge, 0) - mean_part)
                + coalesce(abs(gap_before) * (lower_edge - upper_edge_before), 0)
            ) as wasserstein_distance,
            -- Anderson (1962)
            sum((n + reference_n) * {{ ml_monitor.square('gap') }}) * max(number_n) * max(reference_number_n) / nullif({{ ml_monitor.square('(max(number_n) + max(reference_number_n))') }}, 0) as cramer_von_mises_statistic,
            -- Scholz and Stephens (1987), equation 7: the excess of the window's midranks; one bin of all rows has none
            (max(number_n) + max(reference_number_n) - 1) / nullif(max(number_n) * max(reference_number_n), 0) * sum(
                case when midrank * (all_n - midrank) > all_n * (n + reference_n) / 4
                    then (n + reference_n) / all_n * {{ ml_monitor.square('(all_n * (cumulative_n - n / 2) - number_n * midrank)') }} / (midrank * (all_n - midrank) - all_n * (n + reference_n) / 4)
                else 0 end
            ) as anderson_darling_statistic,
            sum(mean_part) as mean_difference,
            sqrt(greatest(0, sum(sum_squared_value) / nullif(max(number_n), 0) - {{ ml_monitor.square('(sum(sum_value) / nullif(max(number_n), 0))') }})) as standard_deviation,
            sqrt(nullif(greatest(0, sum(reference_sum_squared_value) / nullif(max(reference_number_n), 0) - {{ ml_monitor.square('(sum(reference_sum_value) / nullif(max(reference_number_n), 0))') }}), 0)) as reference_standard_deviation
        from gaps
        group by subject
    )
{%- endmacro %}

{% macro _part_below(point, side, comparison) -%}
    {#- The part of a bin's values on one side that is less than a point ('<'), or not more ('<='). Between their minimum and maximum it is known only if they lie evenly,
        which their mean tells; else it is NULL, for a bin can hold the end of a narrow mode and nothing beside it. -#}
    case
        when {{ point }} {{ '<=' if comparison == '<' else '<' }} {{ side }}minimum then 0
        when {{ side }}maximum {{ comparison }} {{ point }} then 1
        when {{ ml_monitor._lies_evenly(side) }}
            then ({{ point }} - {{ side }}minimum) / nullif({{ side }}maximum - {{ side }}minimum, 0)
    end
{%- endmacro %}

{% macro _fills_bin(side) -%}
    {#- Whether a bin's values on one side lie about evenly from one of its edges to the other. Less the center, the edges of a bin of one value may be the same number. -#}
    upper_edge > lower_edge
                and {{ side }}maximum - {{ side }}minimum >= 0.8 * (upper_edge - lower_edge)
                and {{ ml_monitor._lies_evenly(side) }}
{%- endmacro %}

{% macro _lies_evenly(side) -%}
    {#- Whether the mean of a bin's values on one side lies near the middle between their extremes. -#}
    abs({{ side }}sum_value / nullif({{ side }}n, 0) - ({{ side }}minimum + {{ side }}maximum) / 2) <= 0.1 * ({{ side }}maximum - {{ side }}minimum)
{%- endmacro %}
