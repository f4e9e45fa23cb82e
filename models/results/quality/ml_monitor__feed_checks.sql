{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set fewest = "case grain when 'day' then 14 when 'hour' then 336 else " ~ ml_monitor.fewest_windows() ~ " end" -%}
{#- exceeded by one window in a thousand -#}
{%- set volume_deviate = '3.29e0' -%}

with limits as (
    {{ ml_monitor.limits_of('quality') }}
),

{{ ml_monitor.feed_windows() }},

logarithms as (
    select feed_windows.*, ln(cast(n as {{ double }})) as log_n, case when teaches and has_ended then 1 else 0 end as is_lesson
    from feed_windows
),

-- what the reference's windows are like, by season and in all
lessons as (
    select
        logarithms.*,
        sum(is_lesson) over seasons as season_windows,
        sum(is_lesson * log_n) over seasons / nullif(sum(is_lesson) over seasons, 0) as season_mean,
        sum(is_lesson) over monitors as windows,
        sum(case when is_lesson = 1 then 1e0 / n else 0 end) over monitors as chance_sum
    from logarithms
    window seasons as (partition by monitor, season), monitors as (partition by monitor)
),

deviations as (
    select
        lessons.*,
        sum(is_lesson * {{ ml_monitor.square('(log_n - season_mean)') }}) over (partition by monitor) as squares,
        count(case when is_lesson = 1 then 1 end) over (partition by monitor) as lesson_windows
    from lessons
),

season_counts as (
    select monitor, sum(1) as seasons
    from (select distinct monitor, season from logarithms where is_lesson = 1) as taught_seasons
    group by monitor
),

-- a window of the reference is judged by the others: its own part is taken off
usual_windows as (
    select
        deviations.*,
        season_windows - is_lesson as usual_windows,
        case when season_windows - is_lesson > 0 then season_mean - is_lesson * (log_n - season_mean) / nullif(season_windows - is_lesson, 0) end as usual_log,
        windows - is_lesson as learned_windows,
        windows - is_lesson - coalesce(seasons, 0) as freedom,
        squares - case when season_windows > 1 then is_lesson * {{ ml_monitor.square('(log_n - season_mean)') }} * season_windows / nullif(season_windows - 1e0, 0) else 0 end as own_squares,
        (chance_sum - is_lesson * 1e0 / n) / nullif(windows - is_lesson, 0) as usual_chance
    from deviations
    left join season_counts on season_counts.monitor = deviations.monitor
),

-- rows of the version that has most: where a second one scores the same ids beside it, all rows double and nothing is wrong
version_counts as (
    select window_key, max(n) as largest_n
    from {{ ref('ml_monitor', 'ml_monitor__quality_numbers') }}
    where feature = '__row__' and segment = 'overall' and model_version <> 'all'
    group by window_key
),

judged_windows as (
    select
        usual_windows.*,
        case
            when abs(ln(cast(nullif(version_counts.largest_n, 0) as {{ double }})) - usual_log) < abs(log_n - usual_log) then ln(cast(nullif(version_counts.largest_n, 0) as {{ double }}))
            else log_n
        end as judged_log
    from usual_windows
    left join version_counts on version_counts.window_key = usual_windows.window_key
),

-- beyond chance counts vary by what is learned; the variance of the logarithm of a Poisson count is about 1 / its mean
volumes as (
    select
        judged_windows.*,
        exp(usual_log) as usual_n,
        case when freedom > 0 and learned_windows >= {{ fewest }} then sqrt(
            greatest(0, own_squares / nullif(freedom, 0) - usual_chance) * (1 + 1e0 / nullif(usual_windows, 0)) + exp(-usual_log) * (1 + 1e0 / nullif(usual_windows, 0))
        ) end as deviation
    from judged_windows
),

volume_margins as (
    select
        volumes.*,
        {{ volume_deviate }} as z_limit,
        (judged_log - usual_log) / nullif(deviation, 0) as z_score,
        {%- for level, effect, z in [('alert', 1.5, volume_deviate), ('warn', 1.25, '2.5e0')] %}
        greatest(ln(cast({{ effect }} as {{ double }})), {{ ml_monitor.student_deviate(z, 'nullif(freedom, 0)') }} * deviation) as {{ level }}_margin{{ ',' if not loop.last }}
        {%- endfor %}
    from volumes
    inner join limits on limits.monitor = volumes.monitor and limits.metric = 'row_count' and not limits.is_declared and limits.method = 'learned'
),

volume_rows as (
    select
        monitor,
        'all' as model_version,
        window_start,
        window_end,
        'overall' as segment,
        'all' as segment_value,
        '__row__' as feature,
        'row_count' as metric,
        n as value,
        n,
        usual_n as reference_value,
        exp(usual_log - case when deviation is not null then alert_margin end) as lower_limit,
        exp(usual_log + case when deviation is not null then alert_margin end) as upper_limit,
        abs(judged_log - usual_log) / case when deviation is not null then alert_margin end as limit_ratio,
        z_score,
        z_limit,
        learned_windows,
        case
            when deviation is null or usual_n < 20 or not has_ended then 'insufficient_data'
            when abs(judged_log - usual_log) >= alert_margin then 'alert'
            when abs(judged_log - usual_log) >= warn_margin then 'warn'
            else 'ok'
        end as verdict,
        case
            when deviation is null then 'the reference has fewer windows than tell what is usual: 14 days, or 6 weeks or months'
            when usual_n < 20 then 'fewer than 20 rows are usual'
            when not has_ended then 'the window had not ended at the last run'
            when abs(log_n - usual_log) >= alert_margin and judged_log <> log_n then 'of several versions the largest has as many rows as is usual for all'
        end as reason
    from volume_margins
),

{{ ml_monitor.absent_windows() }},

-- a window is missed where, of the reference, at least nine tenths of its season have rows
expected_seasons as (
    select season_presence.*, exp(usual_log) as usual_n
    from (
        select season_presence.*, sum(present) over (partition by season_presence.monitor) as all_present, monitors.grain
        from season_presence
        inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = season_presence.monitor
    ) as season_presence
    where all_present >= {{ fewest }} and present >= 2 and present >= 0.9 * windows
),

missed_windows as (
    select
        absent_windows.monitor,
        absent_windows.window_start,
        absent_windows.window_end,
        usual_n,
        all_present,
        row_number() over (partition by absent_windows.monitor, gap_start order by absent_windows.window_start) as missing,
        sum(usual_n) over (partition by absent_windows.monitor, gap_start order by absent_windows.window_start rows unbounded preceding) as missing_rows
    from absent_windows
    inner join expected_seasons on expected_seasons.monitor = absent_windows.monitor and expected_seasons.season = absent_windows.season
),

absence_rows as (
    select
        monitor, window_start, window_end, missing as value, 0 as n, usual_n, all_present,
        case when missing_rows >= 20 then 'alert' else 'insufficient_data' end as verdict,
        case when missing_rows < 20 then 'so few rows are usual that chance may explain it' end as reason,
        missing_rows / 20 as limit_ratio
    from missed_windows
    union all
    select
        logarithms.monitor, window_start, window_end, 0, n, usual_n, all_present,
        case when expected_seasons.monitor is null then 'insufficient_data' else 'ok' end,
        case when expected_seasons.monitor is null then 'nothing says that its season always has rows' end,
        case when expected_seasons.monitor is not null then 0 end
    from logarithms
    left join expected_seasons on expected_seasons.monitor = logarithms.monitor and expected_seasons.season = logarithms.season
),

missing_rows as (
    select
        absence_rows.monitor,
        'all' as model_version,
        window_start,
        window_end,
        'overall' as segment,
        'all' as segment_value,
        '__row__' as feature,
        'missing_windows' as metric,
        case when limits.is_declared and value < limits.alert_at and verdict = 'alert' then 'ok' else verdict end as verdict,
        value,
        n,
        0 as reference_value,
        cast(null as {{ double }}) as lower_limit,
        case when limits.is_declared then limits.alert_at else ceil(20 / usual_n) - 1 end as upper_limit,
        limit_ratio,
        cast(null as {{ double }}) as z_score,
        cast(null as {{ double }}) as z_limit,
        all_present as learned_windows,
        reason
    from absence_rows
    inner join limits on limits.monitor = absence_rows.monitor and limits.metric = 'missing_windows'
),

final as (
    select
        {{ ml_monitor.typed_quality_columns('volume_rows') }}
    from volume_rows
    union all
    select
        {{ ml_monitor.typed_quality_columns('missing_rows') }}
    from missing_rows
)

select * from final
