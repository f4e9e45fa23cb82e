{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}
{%- set keys = 'monitor, model_version, window_start, window_end, segment, segment_value' -%}

with drift as (
    select {{ keys }}, 'drift' as family, feature as subject, 'realized' as source, baseline, metric, value, n, cast(null as {{ ml_monitor.type_double() }}) as reference_value, lower_limit, upper_limit, limit_ratio, verdict
    from {{ ref('ml_monitor', 'ml_monitor__drift') }}
    {%- if ml_monitor.rolled_up_monitors() %}
    -- roll-ups are left out, here and below: a window is counted once
    where (monitor, grain) in (select monitor, grain from {{ ref('ml_monitor', 'ml_monitor__monitors') }})
    {%- endif %}
),

{% if ml_monitor.with_embeddings() -%}
embedding_drift as (
    select {{ keys }}, 'drift' as family, feature as subject, 'realized' as source, baseline, metric, value, n, cast(null as {{ ml_monitor.type_double() }}) as reference_value, cast(null as {{ ml_monitor.type_double() }}) as lower_limit, upper_limit, limit_ratio, verdict
    from {{ ref('ml_monitor', 'ml_monitor__embedding_drift') }}
),

{% endif -%}
quality as (
    select {{ keys }}, 'quality' as family, feature as subject, 'realized' as source, 'reference' as baseline, metric, value, n, reference_value, lower_limit, upper_limit, limit_ratio, verdict
    from {{ ref('ml_monitor', 'ml_monitor__quality') }}
),

performance as (
    select {{ keys }}, 'performance' as family, class as subject, source, 'reference' as baseline, metric, value, n, reference_value, lower_limit, upper_limit, limit_ratio, verdict
    from {{ ref('ml_monitor', 'ml_monitor__judged_performance') }}
    where (monitor, grain) in (select monitor, grain from {{ ref('ml_monitor', 'ml_monitor__monitors') }})
),

{%- if ml_monitor.with_multivariate() %}
joint as (
    select {{ keys }}, 'joint' as family, feature as subject, 'realized' as source, 'reference' as baseline, metric, value, n, reference_value, lower_limit, upper_limit, limit_ratio, verdict
    from {{ ref('ml_monitor', 'ml_monitor__joint_drift') }}
),
{%- endif %}

final as (
    select * from drift
    union all
    {%- if ml_monitor.with_embeddings() %}
    select * from embedding_drift
    union all
    {%- endif %}
    select * from quality
    union all
    select * from performance
    {%- if ml_monitor.with_multivariate() %}
    union all
    select * from joint
    {%- endif %}
)

select * from final
