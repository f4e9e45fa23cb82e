{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}

with monitors as (
    select * from {{ ref('ml_monitor', 'ml_monitor__monitors') }}
),

grids as (
    select monitor, max(fitted_at) as fitted_at
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    group by monitor
),

windows as (
    select
        monitor,
        max(case when n > 0 and window_start <= feature_profiled_at then window_start end) as last_window,
        max(loaded_until) as last_loaded_at,
        count(case when n > 0 and window_start is not null then 1 end) as windows,
        coalesce(sum(case when window_start is not null then n end), 0) as predictions,
        coalesce(sum(case when window_start is null then n end), 0) as predictions_without_time,
        coalesce(sum(case when window_start > feature_profiled_at then n end), 0) as predictions_from_the_future
    from {{ ref('ml_monitor', 'ml_monitor__windows') }}
    group by monitor
),

labels as (
    select monitor, sum(n) as labelled
    from {{ ref('ml_monitor', 'ml_monitor__outcome_profile') }}
    where part = 'outcome' and segment = 'overall' and attribute = 'none' and class in ('all', 'positive') and actual <> '' and window_start is not null
    group by monitor
),

scores as (
    select monitor, min(minimum) as lowest, max(maximum) as highest, sum(case when bin = -2 then n end) as not_numbers
    from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }}
    where feature = '__score__' and segment = 'overall'
    group by monitor
),

reference_rows as (
    select monitor, sum(n) as n
    from {{ ref('ml_monitor', 'ml_monitor__feature_profile') }}
    where is_reference and feature = '__row__' and segment = 'overall'
    group by monitor
),

-- every sentence that applies, the gravest first
sentences as (
    select
        monitors.*,
        windows.last_window,
        windows.last_loaded_at,
        coalesce(windows.windows, 0) as windows,
        coalesce(windows.predictions, 0) as predictions,
        coalesce(labels.labelled, 0) as labelled,
        grids.fitted_at,
        case
            when coalesce(windows.predictions, 0) = 0 then 'There are no predictions yet. '
            when grids.fitted_at is null and monitors.reference_relation is null then
                'The bins wait for the reference to end: no prediction on or after ' || cast(cast(monitors.reference_to as date) as {{ text }}) || ' has been seen; to fit them now run dbt with the var ml_monitor__refit: true. '
            else ''
        end as waiting,
        case when grids.fitted_at is not null and reference_rows.n is null then
            'The reference ' || coalesce(monitors.reference_relation, 'from ' || cast(cast(monitors.reference_from as date) as {{ text }}) || ' to ' || cast(cast(monitors.reference_to as date) as {{ text }}))
            || ' holds no predictions, so nothing can be compared with it: correct reference in the declaration, or load its rows and run dbt with the var ml_monitor__refit: true. ' else '' end
        || case when windows.predictions_without_time > 0 then cast(windows.predictions_without_time as {{ text }}) || ' predictions have no timestamp and belong to no window. ' else '' end
        || case when windows.predictions_from_the_future > 0 then cast(windows.predictions_from_the_future as {{ text }}) || ' predictions are dated in the future. ' else '' end
        || case when monitors.task in ('binary', 'multiclass') and (scores.lowest < 0 or scores.highest > 1) then
            'Scores run from ' || cast(scores.lowest as {{ text }}) || ' to ' || cast(scores.highest as {{ text }}) || ', outside 0 to 1: log loss, Brier score and calibration do not mean what they should. ' else '' end
        || case when scores.not_numbers > 0 then cast(scores.not_numbers as {{ text }}) || ' scores are not numbers. ' else '' end as complaints,
        case when monitors.has_loaded_at then '' else 'Without a declared loaded_at each run profiles the last ' || cast(monitors.lookback as {{ text }}) || ' windows again and sees no change in older ones. ' end
        || case when monitors.has_labels then '' else 'No labels are declared, so there is no realized performance. ' end as remarks
    from monitors
    left join windows on windows.monitor = monitors.monitor
    left join labels on labels.monitor = monitors.monitor
    left join scores on scores.monitor = monitors.monitor
    left join grids on grids.monitor = monitors.monitor
    left join reference_rows on reference_rows.monitor = monitors.monitor
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(last_window as timestamp) as last_window,
        cast(last_loaded_at as timestamp) as last_loaded_at,
        cast(windows as bigint) as windows,
        cast(predictions as bigint) as predictions,
        cast(labelled as bigint) as labelled,
        cast(case when predictions = 0 then 'empty' when fitted_at is null then 'waiting' when complaints <> '' then 'attention' else 'ok' end as {{ text }}) as state,
        cast(trim(waiting || complaints || remarks) as {{ text }}) as message,
        cast(config_hash as {{ text }}) as config_hash,
        cast(owner as {{ text }}) as owner
    from sentences
)

select * from final
