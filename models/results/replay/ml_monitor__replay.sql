{{ config(
    enabled=ml_monitor.as_of() is not none,
    materialized='incremental',
    incremental_strategy=ml_monitor.replace_strategy(),
    unique_key='replay_key',
    on_schema_change='append_new_columns',
    full_refresh=false,
    indexes=ml_monitor.grain_index(['replay_key', 'model_version', 'window_start', 'window_end', 'segment', 'segment_value', 'source', 'metric', 'class']),
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with performance as (
    select * from {{ ref('ml_monitor', 'ml_monitor__performance') }}
),

-- a monitor that failed, or was not selected, still has the numbers of another moment
monitors as (
    select monitors.monitor, monitors.as_of
    from {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
    inner join {{ ref('ml_monitor', 'ml_monitor__status') }} as status on status.monitor = monitors.monitor
    where monitors.as_of = {{ ml_monitor.as_of() }} and status.state <> 'stale'
),

final as (
    select
        cast(performance.monitor as {{ text }}) as monitor,
        cast(performance.model_version as {{ text }}) as model_version,
        cast(performance.window_start as timestamp) as window_start,
        cast(performance.window_end as timestamp) as window_end,
        cast(performance.segment as {{ text }}) as segment,
        cast(performance.segment_value as {{ text }}) as segment_value,
        cast(performance.grain as {{ text }}) as grain,
        cast(monitors.as_of as timestamp) as as_of,
        cast(performance.source as {{ text }}) as source,
        cast(performance.metric as {{ text }}) as metric,
        cast(performance.class as {{ text }}) as class,
        cast(performance.value as {{ double }}) as value,
        cast(performance.ci_low as {{ double }}) as ci_low,
        cast(performance.ci_high as {{ double }}) as ci_high,
        cast(performance.n as bigint) as n,
        cast(performance.labelled_share as {{ double }}) as labelled_share,
        cast(performance.verdict as {{ text }}) as verdict,
        cast(performance.monitor || '|' || cast(monitors.as_of as {{ text }}) as {{ text }}) as replay_key,
        {{ ml_monitor.run_started() }} as replayed_at
    from performance
    inner join monitors on monitors.monitor = performance.monitor
)

select * from final
