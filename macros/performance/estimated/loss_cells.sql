{% macro loss_cells() %}
    {#- CTEs that end in loss_cells: per window, version, segment and coarse bin of the prediction (and, of all segments together, value of the segment that the reference shows to matter most, see
        `shifted_rates`): predictions, labelled or not, beside the reference_n labelled reference rows of the source that their losses are expected by, and its sums.
        The source is, as far as it has at least `loss_rows` labels in the bin: the segment of the same version, the version, the segment, all; without any, the nearest bin of all. -#}
    {%- set sums = ml_monitor.regression_sums() -%}
    {{ ml_monitor.strata() }},

    predicted_bins as (
        select monitor, {{ ml_monitor.unit_keys() }}, class, bin, n
        from outcome_levels
        where part = 'outcome' and bin >= 0 and n > 0
    ),

    {{ ml_monitor.placed_bins('predicted_bins', ['n']) }},

    window_bins as (
        select stale_units.monitor, {{ ml_monitor.unit_keys('placed_bins') }}, placed_bins.score_bin, sum(placed_bins.n) as n
        from placed_bins
        inner join stale_units on stale_units.window_key = placed_bins.window_key
        group by stale_units.monitor, {{ ml_monitor.unit_keys('placed_bins') }}, placed_bins.score_bin
    ),

    -- the whole, mixed from the values of the segment that matters, where there is one
    mixed_bins as (
        select
            window_bins.monitor,
            window_bins.window_key,
            window_bins.model_version,
            case when is_mixed then 'overall' else window_bins.segment end as segment,
            case when is_mixed then 'all' else window_bins.segment_value end as segment_value,
            window_bins.segment as rate_segment,
            window_bins.segment_value as rate_segment_value,
            window_bins.score_bin,
            window_bins.n
        from (
            select window_bins.*, false as is_mixed
            from window_bins
            left join strata on strata.monitor = window_bins.monitor and strata.model_version = window_bins.model_version and window_bins.segment = 'overall'
            where strata.monitor is null
            union all
            select window_bins.*, true
            from window_bins
            inner join strata on strata.monitor = window_bins.monitor and strata.model_version = window_bins.model_version and strata.segment = window_bins.segment
        ) as window_bins
    ),

    ranked_sources as (
        select
            mixed_bins.*,
            reference.n as reference_n
            {%- for sum in sums %},
            reference.{{ sum }}
            {%- endfor %},
            row_number() over (
                partition by {{ ml_monitor.unit_keys('mixed_bins') }}, mixed_bins.rate_segment, mixed_bins.rate_segment_value, mixed_bins.score_bin
                order by
                    case
                        when reference.n < {{ ml_monitor.loss_rows() }} or reference.score_bin <> mixed_bins.score_bin then 4
                        when reference.model_version = mixed_bins.model_version and reference.segment = mixed_bins.rate_segment then 0
                        when reference.model_version = mixed_bins.model_version then 1
                        when reference.segment <> 'overall' then 2
                        else 3
                    end,
                    abs(reference.score_bin - mixed_bins.score_bin),
                    case when reference.segment = 'overall' then 0 else 1 end,
                    case when reference.model_version = 'all' then 0 else 1 end,
                    reference.score_bin
            ) as preference
        from mixed_bins
        inner join {{ ref('ml_monitor', 'ml_monitor__performance_numbers_expected_loss') }} as reference
            on reference.monitor = mixed_bins.monitor
            and reference.n > 0
            and reference.model_version in (mixed_bins.model_version, 'all')
            and (
                reference.segment = 'overall'
                or (reference.segment = mixed_bins.rate_segment and reference.segment_value = mixed_bins.rate_segment_value and reference.score_bin = mixed_bins.score_bin)
            )
    ),

    loss_cells as (
        select *
        from ranked_sources
        where preference = 1
    )
{%- endmacro %}

{% macro loss_rows() %}
    {#- Labelled reference predictions of one bin from which on a segment's or a version's own losses are expected there. -#}
    {{ return(10) }}
{% endmacro %}
