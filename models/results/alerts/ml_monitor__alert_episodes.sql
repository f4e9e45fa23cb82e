{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}

with {{ ml_monitor.alert_episodes() }},

final as (
    select
        -- what
        {%- for column in ml_monitor.alert_subject() + ['family', 'source', 'baseline', 'metric', 'metrics', 'model_version'] %}
        cast({{ column }} as {{ text }}) as {{ column }},
        {%- endfor %}

        -- when
        {%- for column in ['first_window', 'first_window_end', 'last_window', 'last_window_end', 'last_began'] %}
        cast({{ column }} as timestamp) as {{ column }},
        {%- endfor %}
        cast(windows as bigint) as windows,
        is_over,

        -- the numbers of the worst metric
        cast(n as bigint) as n,
        {%- for column in ['value', 'reference_value', 'lower_limit', 'upper_limit', 'worst_ratio', 'reach'] %}
        cast({{ column }} as {{ double }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from alert_episodes
)

select * from final
