{#- A table, small as it is: the Python layer would plan the view of performance several times. -#}
{{ config(materialized='table', schema=ml_monitor.replay_schema(), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set watched = {'binary': 'accuracy', 'multiclass': 'accuracy', 'regression': 'mae', 'ranking': 'ndcg_at_k'} -%}

with performance as (
    select *
    from {{ ref('ml_monitor', 'ml_monitor__judged_performance') }}
    where metric in ({{ ml_monitor.text_literals(watched.values() | unique) }})
        and class = 'all'
        and source = 'realized'
        and segment = 'overall'
        and model_version = 'all'
        and verdict in ('ok', 'warn', 'alert')
),

limits as (
    {{ ml_monitor.limits_of('performance') }}
),

final as (
    select
        cast(performance.monitor as {{ text }}) as monitor,
        cast(performance.monitor || '|' || cast(performance.window_start as {{ text }}) as {{ text }}) as window_key,
        performance.window_start,
        cast(performance.metric as {{ text }}) as metric,
        coalesce(performance.window_start >= monitors.reference_from and performance.window_start < monitors.reference_to, false) as is_reference,
        performance.value,
        performance.n,
        -- of a mean the interval is 1.96 standard errors either side
        cast(case performance.metric
            when 'accuracy' then sqrt(performance.value * (1 - performance.value) / performance.n)
            else (performance.ci_high - performance.ci_low) / 3.92e0
        end as {{ double }}) as standard_error,
        cast(limits.alert_at * case performance.metric when 'mae' then performance.reference_value else 1 end as {{ double }}) as expected_difference
    from performance
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
        on monitors.monitor = performance.monitor and monitors.grain = performance.grain
    inner join limits on limits.monitor = performance.monitor and limits.metric = performance.metric
    where case monitors.task {% for task, metric in watched.items() %}when '{{ task }}' then '{{ metric }}' {% endfor %}end = performance.metric
)

select * from final
