{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set columns = [
    ('metric', 'name', text), ('family', 'family', text), ('formula', 'formula', text), ('unit', 'unit', text), ('lower_bound', 'lower', double), ('upper_bound', 'upper', double),
    ('direction', 'direction', text), ('warn_at', 'warn_at', double), ('alert_at', 'alert_at', double), ('source', 'source', text),
] -%}

with final as (
    {%- for metric in ml_monitor.metric_registry() %}
    {{ 'union all' if not loop.first }}
    select
        {%- for column, key, type in columns %}
        cast({{ 'null' if metric[key] is none else ml_monitor.text_literal(metric[key]) if type == text else metric[key] }} as {{ type }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %},
        {{ 'true' if metric.get('is_optional') else 'false' }} as is_optional
    {%- endfor %}
)

select * from final
