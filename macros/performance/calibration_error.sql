{% macro placed_bins(relation, columns) %}
    {#- CTEs that end in placed_bins: the rows of `relation` (a monitor, unit keys, class, bin and `columns`) with score_bin, the coarse bin that their score bin belongs to,
        and decile, the tenth of the reference's scores that the bin begins in, 0 to 9. Segments are counted in coarse bins already.
        The grid's bins are laid beside the rows by a union: an engine that takes a CTE for one row would join them pair by pair. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    grid_scores as (
        select monitor, category as class, bin, coarse_bin, 0 as n
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'outcome'
        union all
        select monitor, class, bin, null, weight
        from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }}
        where is_reference and part = 'outcome' and segment = 'overall' and attribute = 'none' and bin >= 0
    ),

    reference_scores as (
        select monitor, class, bin, max(coarse_bin) as coarse_bin, cast(sum(n) as {{ double }}) as n
        from grid_scores
        group by monitor, class, bin
    ),

    fine_bins as (
        select
            monitor,
            class,
            bin,
            coarse_bin,
            (sum(n) over (partition by monitor, class order by bin rows unbounded preceding) - n) / nullif(sum(n) over (partition by monitor, class), 0) as share_below
        from reference_scores
    ),

    known_bins as (
        select monitor, class, 'fine' as level, bin, coarse_bin, least(floor(share_below * 10 + 1e-9), 9) as decile
        from fine_bins
        union all
        select monitor, class, 'coarse', coarse_bin, coarse_bin, least(floor(min(share_below) * 10 + 1e-9), 9)
        from fine_bins
        group by monitor, class, coarse_bin
    ),

    rows_and_bins as (
        select monitor, {{ ml_monitor.unit_keys() }}, class, case when segment = 'overall' then 'fine' else 'coarse' end as level, bin, {{ columns | join(', ') }}, cast(null as integer) as coarse_bin, cast(null as {{ double }}) as decile
        from {{ relation }}
        union all
        select
            monitor, null, null, null, null, class, level, bin,
            {%- for column in columns %} null,{% endfor %} coarse_bin, decile
        from known_bins
    ),

    placed_rows as (
        select
            {{ ml_monitor.unit_keys() }},
            class,
            bin,
            {{ columns | join(', ') }},
            max(coarse_bin) over (partition by monitor, class, level, bin) as score_bin,
            max(decile) over (partition by monitor, class, level, bin) as decile
        from rows_and_bins
    ),

    placed_bins as (
        select *
        from placed_rows
        where window_key is not null and score_bin is not null
    )
{%- endmacro %}

{% macro calibration_error() %}
    {#- CTEs that end in calibration_error: per unit and class, from score_bins, over the reference's deciles: expected_calibration_error and the parts of the Brier score, brier_reliability,
        brier_resolution, brier_uncertainty, with standard errors. g: a decile's mean of score - outcome.
        Influence of a row on the calibration error: sign of g * (score - outcome) - the error; on the reliability: 2 g (score - outcome) - g^2 - the reliability;
        on the resolution, which is reliability + uncertainty - Brier score: -(score - outcome - g)^2 + (1 - 2 prevalence) outcome - its mean, taken by score bin and outcome.
        g^2 exceeds its true value by g's variance on average: the `_unbiased` columns have that taken off, decile by decile. -#}
    {%- set unit = ml_monitor.unit_keys() ~ ', class' -%}
    {%- set bin_sums = ['positives', 'negatives', 'sum_score', 'sum_score_of_positives', 'sum_squared_score', 'sum_squared_score_of_positives'] -%}
    {{ ml_monitor.placed_bins('score_bins', bin_sums) }},

    gap_bins as (
        select placed_bins.*, sum(sum_score - positives) over (partition by {{ unit }}, decile) / sum(positives + negatives) over (partition by {{ unit }}, decile) as decile_gap
        from placed_bins
    ),

    deviating_bins as (
        select
            gap_bins.*,
            2 * decile_gap * (sum_score_of_positives - positives) - decile_gap * decile_gap * positives - (positives - 2 * sum_score_of_positives + sum_squared_score_of_positives) as deviation_of_positives,
            2 * decile_gap * (sum_score - sum_score_of_positives) - decile_gap * decile_gap * negatives - (sum_squared_score - sum_squared_score_of_positives) as deviation_of_negatives
        from gap_bins
    ),

    decile_sums as (
        select
            {{ unit }},
            decile,
            sum(positives + negatives) as n,
            {%- for name in bin_sums + ['deviation_of_positives', 'deviation_of_negatives'] %}
            sum({{ name }}) as {{ name }},
            {%- endfor %}
            sum(sum_squared_score - 2 * sum_score_of_positives + positives) as sum_squared_gap,
            sum(coalesce(deviation_of_positives * deviation_of_positives / nullif(positives, 0), 0) + coalesce(deviation_of_negatives * deviation_of_negatives / nullif(negatives, 0), 0)) as squared_deviations
        from deviating_bins
        group by {{ unit }}, decile
    ),

    decile_gaps as (
        select
            decile_sums.*,
            gap * gap as squared_gap,
            case when n > 1 then least((sum_squared_gap / n - gap * gap) / (n - 1), gap * gap) else gap * gap end as excess
        from (select decile_sums.*, (sum_score - positives) / n as gap from decile_sums) as decile_sums
    ),

    calibration_sums as (
        select
            {{ unit }},
            sum(n) as n,
            sum(positives) / sum(n) as prevalence,
            sum(n * abs(gap)) / sum(n) as expected_calibration_error,
            sum(n * {{ ml_monitor.root('squared_gap - excess') }}) / sum(n) as expected_calibration_error_unbiased,
            sum(sum_squared_gap) / sum(n) as mean_squared_gap,
            sum(n * squared_gap) / sum(n) as brier_reliability,
            sum(n * excess) / sum(n) as brier_reliability_excess,
            sum(4 * squared_gap * sum_squared_gap - 3 * n * squared_gap * squared_gap) / sum(n) as mean_squared_reliability,
            sum(positives * positives / n) / sum(n) as mean_squared_rate,
            -- of scores, and of scores with outcomes, within the deciles
            sum(sum_squared_score - sum_score * sum_score / n) / sum(n) as variance_within,
            sum(sum_score_of_positives - sum_score * positives / n) / sum(n) as covariance_within,
            sum(deviation_of_positives) / sum(n) as mean_deviation_of_positives,
            sum(deviation_of_positives + deviation_of_negatives) / sum(n) as mean_deviation,
            sum(squared_deviations) / sum(n) as mean_squared_deviation
        from decile_gaps
        group by {{ unit }}
    ),

    calibration_error as (
        select
            {{ unit }},
            expected_calibration_error,
            expected_calibration_error_unbiased,
            {{ ml_monitor.root('(mean_squared_gap - expected_calibration_error * expected_calibration_error) / n') }} as expected_calibration_error_standard_error,
            brier_reliability,
            brier_reliability - brier_reliability_excess as brier_reliability_unbiased,
            {{ ml_monitor.root('(mean_squared_reliability - brier_reliability * brier_reliability) / n') }} as brier_reliability_standard_error,
            mean_squared_rate - prevalence * prevalence - variance_within + 2 * covariance_within as brier_resolution,
            mean_squared_rate - prevalence * prevalence - variance_within + 2 * covariance_within - brier_reliability_excess as brier_resolution_unbiased,
            {{ ml_monitor.root(
                '(mean_squared_deviation + 2 * (1 - 2 * prevalence) * mean_deviation_of_positives + (1 - 2 * prevalence) * (1 - 2 * prevalence) * prevalence - (mean_deviation + (1 - 2 * prevalence) * prevalence) * (mean_deviation + (1 - 2 * prevalence) * prevalence)) / n'
            ) }} as brier_resolution_standard_error,
            prevalence * (1 - prevalence) as brier_uncertainty,
            abs(1 - 2 * prevalence) * {{ ml_monitor.root('prevalence * (1 - prevalence) / n') }} as brier_uncertainty_standard_error
        from calibration_sums
    )
{%- endmacro %}
