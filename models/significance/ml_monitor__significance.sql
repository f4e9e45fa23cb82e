{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set double = ml_monitor.type_double() -%}
{%- set columns = ml_monitor.significance_columns() | rejectattr(0, 'equalto', 'replace_key') | map(attribute=0) | list -%}

with drift as (
    select {{ columns | join(', ') }}, q_value
    from {{ ref('ml_monitor', 'ml_monitor__drift_significance') }}
),

-- a sequential test is made of one series and corrects for its own looks
performance as (
    select {{ columns | join(', ') }}, cast(null as {{ double }}) as q_value
    from {{ ref('ml_monitor', 'ml_monitor__performance_significance_python') if ml_monitor.runs_python_models() else ref('ml_monitor', 'ml_monitor__significance_store') }}
    where family = 'performance' and p_value is not null
),

tests as (
    select * from drift
    union all
    select * from performance
),

final as (
    select
        {%- for name, type in ml_monitor.significance_columns() if name != 'replace_key' %}
        cast({{ name }} as {{ type }}) as {{ name }},
        {%- if name == 'monitor' %}
        -- what is stored has the key only: monitor|window_start
        cast(substring(window_key, length(monitor) + 2) as timestamp) as window_start,
        {%- endif %}
        {%- endfor %}
        cast(q_value as {{ double }}) as q_value
    from tests
)

select * from final
