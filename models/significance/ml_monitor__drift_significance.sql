{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with stored as (
    select *
    from {{ ref('ml_monitor', 'ml_monitor__drift_significance_python') if ml_monitor.runs_python_models() else ref('ml_monitor', 'ml_monitor__significance_store') }}
    where family = 'drift' and p_value is not null
),

ranked as (
    select
        stored.*,
        row_number() over (partition by window_key, model_version, baseline order by p_value, subject, metric) as place,
        count(*) over (partition by window_key, model_version, baseline) as tests
    from stored
),

final as (
    -- Benjamini and Hochberg: the least of p * tests / rank over all tests that are no more significant
    select
        ranked.*,
        least(1, min(p_value * tests / place) over (partition by window_key, model_version, baseline order by place desc rows unbounded preceding)) as q_value
    from ranked
)

select * from final
