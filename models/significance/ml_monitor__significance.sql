{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with stored as (
    select *
    from {{ ref('ml_monitor', 'ml_monitor__significance_python') if ml_monitor.runs_python_models() else ref('ml_monitor', 'ml_monitor__significance_store') }}
),

-- Benjamini and Hochberg: the least of p * tests / rank over all tests that are no more significant
ranked as (
    select
        stored.*,
        row_number() over (partition by family, window_key, model_version, baseline order by p_value, subject, metric) as place,
        count(*) over (partition by family, window_key, model_version, baseline) as tests
    from stored
    where p_value is not null
),

corrected as (
    select
        ranked.*,
        least(1, min(p_value * tests / place) over (partition by family, window_key, model_version, baseline order by place desc rows unbounded preceding)) as q_value
    from ranked
),

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(window_key as {{ text }}) as window_key,
        cast(model_version as {{ text }}) as model_version,
        cast(family as {{ text }}) as family,
        cast(subject as {{ text }}) as subject,
        cast(baseline as {{ text }}) as baseline,
        cast(metric as {{ text }}) as metric,
        cast(test as {{ text }}) as test,
        cast(statistic as {{ double }}) as statistic,
        cast(p_value as {{ double }}) as p_value,
        -- a sequential test is made of one series and corrects for its own looks
        cast(case when family = 'drift' then q_value end as {{ double }}) as q_value,
        cast(effect as {{ double }}) as effect,
        cast(effect_low as {{ double }}) as effect_low,
        cast(effect_high as {{ double }}) as effect_high,
        cast(dependency as {{ text }}) as dependency
    from corrected
)

select * from final
