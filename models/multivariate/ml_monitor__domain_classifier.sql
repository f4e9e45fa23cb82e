{{ config(enabled=ml_monitor.with_domain_classifier() | length > 0, materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with final as (
    select
        cast(stored.monitor as {{ text }}) as monitor,
        cast(stored.window_key as {{ text }}) as window_key,
        cast(coalesce(features.feature, '__joint__') as {{ text }}) as feature,
        cast(stored.n as bigint) as n,
        cast(case when stored.feature_number = -1 then stored.value end as {{ double }}) as roc_auc,
        cast(stored.standard_error as {{ double }}) as standard_error,
        cast(case when stored.feature_number >= 0 then stored.value end as {{ double }}) as importance
    from {{ ref('ml_monitor', 'ml_monitor__domain_classifier_python') if ml_monitor.runs_python_models() else ref('ml_monitor', 'ml_monitor__domain_classifier_store') }} as stored
    left join {{ ref('ml_monitor', 'ml_monitor__classified_features') }} as features
        on features.monitor = stored.monitor and features.feature_number = stored.feature_number
    where stored.feature_number = -1 or features.feature is not null
)

select * from final
