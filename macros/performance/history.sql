{% macro history(relation) %}
    {#- CTEs that end in metric_history: the rows of `relation` (one per unit, source, metric and class) with what the same metric was before, in windows of the same grain, version, segment and class.
        previous: the last window before that has a value. trailing: the last 7 such. season: the last such that share the hour of the day (hours, 7 of them), the weekday (days, 4) or the month of the year
        (months, 1); a week has none. The values of several windows are averaged, weighted by n.
        A window's place is the number of windows with a value that come before it, so that one that is missing, or has no value, leaves no gap, and a frame of the places 7 to 1 below its own never holds
        the window itself. Season's places lie as far apart as makes one frame of 28 hold 7, 4 or 1 of them. Nothing is joined: an engine that takes a CTE for one row would compare every pair. -#}
    {%- set series = 'monitor, model_version, segment, segment_value, source, metric, class, grain' -%}
    placed_metrics as (
        select
            {{ relation }}.*,
            {{ ml_monitor._values_before(series) }} as place,
            case grain
                when 'hour' then extract(hour from window_start)
                when 'day' then {{ ml_monitor.day_of_week('window_start') }}
                when 'month' then extract(month from window_start)
            end as season
        from {{ relation }}
    ),

    seasonal_metrics as (
        select
            placed_metrics.*,
            {{ ml_monitor._values_before(series ~ ', season') }} * case grain when 'hour' then 4 when 'day' then 7 else 28 end as season_place
        from placed_metrics
    ),

    metric_history as (
        select
            seasonal_metrics.*,
            max(case when value is not null then window_start end) over last_window as previous_window_start,
            max(value) over last_window as previous_value,
            {{ ml_monitor._mean_over('last_windows') }} as trailing_value,
            count(value) over last_windows as trailing_windows,
            case when season is not null then {{ ml_monitor._mean_over('like_windows') }} end as season_value,
            case when season is not null then count(value) over like_windows end as season_windows
        from seasonal_metrics
        window
            last_window as (partition by {{ series }} order by place range between 1 preceding and 1 preceding),
            last_windows as (partition by {{ series }} order by place range between 7 preceding and 1 preceding),
            like_windows as (partition by {{ series }}, season order by season_place range between 28 preceding and 1 preceding)
    )
{%- endmacro %}

{% macro _values_before(series) -%}
    (count(value) over (partition by {{ series }} order by window_start rows unbounded preceding) - case when value is null then 0 else 1 end)
{%- endmacro %}

{% macro _mean_over(frame) -%}
    sum(value * n) over {{ frame }} / nullif(sum(case when value is not null then n end) over {{ frame }}, 0)
{%- endmacro %}
