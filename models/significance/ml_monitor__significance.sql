{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
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

-- what is stored has the key only: monitor|window_start, of longer windows monitor|grain|window_start
keyed as (
    select tests.*, monitors.grain as declared_grain, substring(tests.window_key, length(tests.monitor) + 2) as key_of_window
    from tests
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = tests.monitor
),

final as (
    select
        {%- for name, type in ml_monitor.significance_columns() if name != 'replace_key' %}
        cast({{ name }} as {{ type }}) as {{ name }},
        {%- if name == 'monitor' %}
        cast(case when position('|' in key_of_window) > 0 then substring(key_of_window, 1, position('|' in key_of_window) - 1) else declared_grain end as {{ text }}) as grain,
        cast(substring(key_of_window, position('|' in key_of_window) + 1) as timestamp) as window_start,
        {%- endif %}
        {%- endfor %}
        cast(q_value as {{ double }}) as q_value
    from keyed
)

select * from final
