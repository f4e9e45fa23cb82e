{{ config(enabled=ml_monitor.with_multivariate() | length > 0, materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with final as (
    select
        {%- for name, type in ml_monitor.component_columns() %}
        cast({{ name }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('ml_monitor', 'ml_monitor__principal_components_python') if ml_monitor.runs_python_models() else ref('ml_monitor', 'ml_monitor__principal_components_store') }}
)

select * from final
