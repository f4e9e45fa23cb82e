{% macro estimation_record(metrics) %}
    {#- CTEs that end in recorded_metrics, from `metrics` (which tells by is_ripe whether a realized value is to be trusted): the estimator's own record. Beside each row:
        estimation_error: estimated less realized value of the window, where the labels are in and it is no part of the reference, which the estimator was fitted on; record_windows: how many of the last ten such windows up to this one there are;
        record_error: the root mean square of their errors; record_noise: of that, what chance explains; is_trusted: not beyond chance by `alert_at` or more.
        The errors of windows share the calibration's, about n / (n + reference_n) of their variance: of that part chance may bring 3.1 standard errors in all windows alike, of the rest
        the 99.9 % quantile of a mean of squares (Wilson and Hilferty). Found by window functions and not by joins, see `compared_metrics`. -#}
    {%- set freedom = '(2.0 / (9 * record_windows))' -%}
    {%- set noise = '(record_variance * ((1 - record_common_share) * power(1 - ' ~ freedom ~ ' + 3.1 * sqrt(' ~ freedom ~ '), 3) + 9.6 * record_common_share))' -%}
    {%- set unit = 'monitor, grain, model_version, segment, segment_value, class, metric' -%}
    paired_metrics as (
        select
            {{ metrics }}.*,
            case
                when source = 'estimated' and not is_reference then value - max(case when source = 'realized' and is_ripe then value end) over (partition by window_key, {{ unit }})
            end as estimation_error,
            -- the estimate is of all predictions, the realized value of the labelled ones
            {{ ml_monitor.square('standard_error') }}
            + (1 - labelled_share) * coalesce(max(case when source = 'realized' and is_ripe then {{ ml_monitor.square('standard_error') }} end) over (partition by window_key, {{ unit }}), 0) as error_variance
        from {{ metrics }}
    ),

    counted_errors as (
        select
            paired_metrics.*,
            estimation_error is not null as has_error,
            count(estimation_error) over (partition by {{ unit }}, source order by window_start rows unbounded preceding) as errors_so_far
        from paired_metrics
    ),

    {%- set last_ten = 'over (partition by ' ~ unit ~ ', source, has_error order by window_start rows between 9 preceding and current row)' %}
    running_records as (
        select
            counted_errors.*,
            case when has_error then count(*) {{ last_ten }} end as running_windows,
            {%- for name, expression in [('square', ml_monitor.square('estimation_error')), ('variance', 'error_variance'), ('common_share', 'n / nullif(n + reference_n, 0)')] %}
            -- not avg, which squares what it averages on some engines
            case when has_error then sum({{ expression }}) {{ last_ten }} / nullif(count({{ expression }}) {{ last_ten }}, 0) end as running_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from counted_errors
    ),

    latest_records as (
        select
            running_records.*,
            {%- for name in ['windows', 'square', 'variance', 'common_share'] %}
            max(running_{{ name }}) over (partition by {{ unit }}, source, errors_so_far) as record_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from running_records
    ),

    recorded_metrics as (
        select
            latest_records.*,
            sqrt(record_square) as record_error,
            sqrt({{ noise }}) as record_noise,
            coalesce(
                record_windows < 3
                or record_square < {{ noise }}
                or record_square - record_variance < {{ ml_monitor.square('(alert_at * scale)') }},
                true
            ) as is_trusted
        from latest_records
    )
{%- endmacro %}
