{% macro shifted_rates() %}
    {#- CTEs that end in shifted_rates: per window, version, class, score_bin (coarse) and predicted class, of all segments together: shift and shift_variance.
        Where the reference shows that one segment tells more of the outcome than the score does (ml_monitor__performance_numbers_strata), a window in which that segment's values are mixed otherwise
        has other chances at the same score: shift = sum over the values of (share in the window - share in the reference) * the value's own calibrated chance, bin by bin, which is what weighting the
        reference's rows to the window's mixture comes to. -#}
    {%- set bin = 'window_key, model_version, class, score_bin' -%}
    {{ ml_monitor.strata() }},

    window_strata as (
        select
            outcome_levels.window_key,
            outcome_levels.model_version,
            outcome_levels.class,
            outcome_levels.bin as score_bin,
            outcome_levels.predicted,
            outcome_levels.monitor,
            outcome_levels.segment,
            outcome_levels.segment_value,
            sum(outcome_levels.n) as n
        from outcome_levels
        inner join strata
            on strata.monitor = outcome_levels.monitor
            and strata.model_version = outcome_levels.model_version
            and strata.class = outcome_levels.class
            and strata.segment = outcome_levels.segment
        where outcome_levels.part = 'outcome' and outcome_levels.bin >= 0 and outcome_levels.n > 0
        group by outcome_levels.window_key, outcome_levels.model_version, outcome_levels.class, outcome_levels.bin, outcome_levels.predicted, outcome_levels.monitor, outcome_levels.segment, outcome_levels.segment_value
    ),

    stratum_rates as (
        select
            isotonic.monitor,
            isotonic.model_version,
            isotonic.class,
            isotonic.segment,
            isotonic.segment_value,
            isotonic.bin as score_bin,
            isotonic.rate,
            isotonic.block_labelled,
            isotonic.n / nullif(sum(isotonic.n) over (partition by isotonic.monitor, isotonic.model_version, isotonic.class, isotonic.bin), 0) as reference_share,
            sum(isotonic.n * isotonic.rate) over (partition by isotonic.monitor, isotonic.model_version, isotonic.class, isotonic.bin)
            / nullif(sum(isotonic.n) over (partition by isotonic.monitor, isotonic.model_version, isotonic.class, isotonic.bin), 0) as bin_rate
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_isotonic') }} as isotonic
        inner join strata
            on strata.monitor = isotonic.monitor and strata.model_version = isotonic.model_version and strata.class = isotonic.class and strata.segment = isotonic.segment
        where isotonic.rate is not null
    ),

    mixed_strata as (
        select
            window_strata.window_key,
            window_strata.model_version,
            window_strata.class,
            window_strata.score_bin,
            window_strata.predicted,
            window_strata.n / sum(window_strata.n) over (
                partition by window_strata.window_key, window_strata.model_version, window_strata.class, window_strata.score_bin, window_strata.predicted
            ) as share,
            stratum_rates.rate - stratum_rates.bin_rate as gap,
            stratum_rates.reference_share,
            {{ ml_monitor.chance_variance('stratum_rates.rate', 'stratum_rates.block_labelled') }} / stratum_rates.block_labelled as rate_variance
        from window_strata
        left join stratum_rates
            on stratum_rates.monitor = window_strata.monitor
            and stratum_rates.model_version = window_strata.model_version
            and stratum_rates.class = window_strata.class
            and stratum_rates.segment_value = window_strata.segment_value
            and stratum_rates.score_bin = window_strata.score_bin
    ),

    shifted_rates as (
        select
            {{ bin }},
            predicted,
            sum(share * coalesce(gap, 0)) as shift,
            sum(coalesce(power(share - reference_share, 2) * rate_variance, 0)) as shift_variance
        from mixed_strata
        group by {{ bin }}, predicted
    )
{%- endmacro %}

{% macro strata() %}
    {#- CTE strata (monitor, model_version, class, segment): the segment that estimates of the whole are weighted by. -#}
    strata as (
        select monitor, model_version, class, stratum as segment
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_strata') }}
        where z > {{ ml_monitor.stratum_z() }}
    )
{%- endmacro %}

{% macro stratum_z() %}
    {#- How far beyond chance a segment must tell the outcome apart before estimates are weighted by it: about one in a thousand models whose score says all there is to say. -#}
    {{ return(3.1) }}
{% endmacro %}
