{% macro learned_metrics(metrics) %}
    {#- CTEs that end in learned_metrics: the rows of `metrics` with noise, the standard error of their difference from the reference, and teaches, whether the window says what is usual.
        windows: how many windows of the reference teach; between_variance: what the realized metric varies by from one to the next beyond what chance explains (its variance less the mean of the squared standard errors).
        A window of the reference itself teaches the others, not itself: its own part is taken off. Found by window functions and not by joins, see `compared_metrics`. -#}
    {%- set own_variance = ml_monitor.square('standard_error') -%}
    {%- set deviation = '(value - reference_value)' -%}
    {%- set sums = {'windows': '1', 'deviations': deviation, 'squares': ml_monitor.square(deviation), 'variances': 'coalesce(' ~ own_variance ~ ', 0)'} -%}
    {%- set unit = 'monitor, grain, segment, segment_value, class, metric' -%}
    teaching_metrics as (
        select
            {{ metrics }}.*,
            coalesce(is_ripe and is_reference and reference_version = model_version and {{ ml_monitor.outside_incidents(metrics, 'performance', 'class') }}, false) as teaches
        from {{ metrics }}
    ),

    summed_metrics as (
        select
            teaching_metrics.*
            {%- for name, expression in sums.items() %},
            case
                when reference_version = model_version then sum(case when teaches and source = 'realized' then {{ expression }} else 0 end) over (partition by {{ unit }}, model_version)
                else sum(case when teaches and source = 'realized' and model_version = 'all' then {{ expression }} else 0 end) over (partition by {{ unit }})
            end
            - sum(case when teaches and source = 'realized' then {{ expression }} else 0 end) over (partition by window_key, {{ unit }}, model_version) as lesson_{{ name }}
            {%- endfor %}
        from teaching_metrics
    ),

    varied_metrics as (
        select
            summed_metrics.*,
            case when lesson_windows >= 2 then greatest(
                0, (lesson_squares - {{ ml_monitor.square('lesson_deviations') }} / lesson_windows) / (lesson_windows - 1) - lesson_variances / lesson_windows
            ) end as between_variance
        from summed_metrics
    ),

    learned_metrics as (
        select
            varied_metrics.*,
            coalesce(sqrt(
                case source when 'realized' then {{ own_variance }} else greatest({{ own_variance }}, {{ ml_monitor.square('coalesce(reference_standard_error, 0)') }} * reference_n / nullif(n, 0)) end
                + {{ ml_monitor.square('coalesce(reference_standard_error, 0)') }}
                + coalesce(between_variance * (1 + 1e0 / nullif(lesson_windows, 0)), 0)
            ), 0) as noise
        from varied_metrics
    )
{%- endmacro %}
