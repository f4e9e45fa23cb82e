{% macro calibrated_bins() %}
    {#- CTEs that end in calibrated_bins: the windows' score bins of ml_monitor__performance_numbers_calibration, of the declared monitors, with calibrated_rate: the chance that the labelled reference gives the bin,
        of all segments together. A version without reference rows is read against the reference of all versions. -#}
    coarse_rates as (
        select monitor, model_version, class, bin as score_bin, rate
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_isotonic') }}
        where level = 'coarse' and segment = 'overall' and rate is not null
    ),

    calibrated_bins as (
        select numbers.*, coalesce(own.rate, of_all.rate) as calibrated_rate
        from {{ ref('ml_monitor', 'ml_monitor__performance_numbers_calibration') }} as numbers
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
            on monitors.monitor = numbers.monitor and monitors.task in ('binary', 'multiclass')
        left join coarse_rates as own
            on own.monitor = numbers.monitor and own.class = numbers.class and own.score_bin = numbers.score_bin and own.model_version = numbers.model_version
        left join coarse_rates as of_all
            on of_all.monitor = numbers.monitor and of_all.class = numbers.class and of_all.score_bin = numbers.score_bin and of_all.model_version = 'all'
        where numbers.window_start is not null
    )
{%- endmacro %}
