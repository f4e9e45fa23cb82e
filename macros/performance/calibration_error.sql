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
    {#- CTEs that end in calibration_error: per unit and class, from score_bins: expected_calibration_error over the reference's deciles. -#}
    {{ ml_monitor.placed_bins('score_bins', ['positives', 'negatives', 'sum_score']) }},

    decile_gaps as (
        select {{ ml_monitor.unit_keys() }}, class, decile, sum(positives + negatives) as n, abs(sum(sum_score) - sum(positives)) as gap
        from placed_bins
        group by {{ ml_monitor.unit_keys() }}, class, decile
    ),

    calibration_error as (
        select {{ ml_monitor.unit_keys() }}, class, sum(gap) / nullif(sum(n), 0) as expected_calibration_error
        from decile_gaps
        group by {{ ml_monitor.unit_keys() }}, class
    )
{%- endmacro %}
