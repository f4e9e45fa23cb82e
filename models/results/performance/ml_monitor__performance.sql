{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with limits as (
    {{ ml_monitor.limits('performance') }}
),

{{ ml_monitor.label_ages() }},

due_shares as (
    select window_ages.window_key, expected_shares.expected_share
    from window_ages
    inner join expected_shares on expected_shares.monitor = window_ages.monitor and expected_shares.age_days = window_ages.age_days
),

metric_rows as (
    {%- for kind in ['binary', 'multiclass', 'class', 'regression'] %}
    {{ 'union all' if not loop.first }}
    {{ ml_monitor.metric_rows(kind) }}
    {%- endfor %}
),

{{ ml_monitor.compared_metrics() }},

{{ ml_monitor.judged_metrics() }},

final as (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(model_version as {{ text }}) as model_version,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast(segment as {{ text }}) as segment,
        cast(segment_value as {{ text }}) as segment_value,
        cast('realized' as {{ text }}) as source,
        cast(metric as {{ text }}) as metric,
        cast(class as {{ text }}) as class,
        cast(value as {{ double }}) as value,
        cast(case when value is not null then ci_low end as {{ double }}) as ci_low,
        cast(case when value is not null then ci_high end as {{ double }}) as ci_high,
        cast(n as bigint) as n,
        cast(labelled_share as {{ double }}) as labelled_share,
        cast(reference_value as {{ double }}) as reference_value,
        cast(case when value is not null then best_constant end as {{ double }}) as best_constant,
        cast(lower_limit as {{ double }}) as lower_limit,
        cast(upper_limit as {{ double }}) as upper_limit,
        cast(verdict as {{ text }}) as verdict
    from judged_metrics
)

select * from final
