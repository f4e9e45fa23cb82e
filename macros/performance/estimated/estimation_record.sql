{% macro estimation_record(metrics) %}
    {#- CTEs that end in recorded_metrics, from `metrics` (which tells by is_ripe whether a realized value is to be trusted): the estimator's own record. Beside each row:
        estimation_error: estimated less realized value of the window, where the labels are in; record_windows: how many of the last ten such windows up to this one there are;
        record_error: the root mean square of their errors; record_noise: of that, what chance explains; is_trusted: not beyond chance by `alert_at` or more.
        The errors of windows share the calibration's, about n / (n + reference_n) of their variance: of that part chance may bring nine times the variance in all windows alike (three standard
        errors), of the rest three standard errors of a mean of squares. Found by window functions and not by joins, see `compared_metrics`. -#}
    {%- set unit = 'monitor, model_version, segment, segment_value, class, metric' -%}
    paired_metrics as (
        select
            {{ metrics }}.*,
            case
                when source = 'estimated' then value - max(case when source = 'realized' and is_ripe then value end) over (partition by window_key, {{ unit }})
            end as estimation_error
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
            case when has_error then avg({{ ml_monitor.square('estimation_error') }}) {{ last_ten }} end as running_square,
            case when has_error then avg({{ ml_monitor.square('standard_error') }}) {{ last_ten }} end as running_variance,
            case when has_error then avg(n / (n + reference_n)) {{ last_ten }} end as running_common_share
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
            sqrt(record_variance * ((1 - record_common_share) * (1 + 3 * sqrt(2.0 / record_windows)) + 9 * record_common_share)) as record_noise,
            coalesce(
                record_windows < 3
                or record_square < record_variance * ((1 - record_common_share) * (1 + 3 * sqrt(2.0 / record_windows)) + 9 * record_common_share)
                or record_square - record_variance < {{ ml_monitor.square('(alert_at * scale)') }},
                true
            ) as is_trusted
        from latest_records
    )
{%- endmacro %}
