{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set columns = [
    ('metric', 'name', text), ('family', 'family', text), ('formula', 'formula', text), ('unit', 'unit', text), ('lower_bound', 'lower', double), ('upper_bound', 'upper', double),
    ('direction', 'direction', text), ('warn_at', 'warn_at', double), ('alert_at', 'alert_at', double), ('source', 'source', text), ('is_optional', 'is_optional', 'boolean'),
] -%}
{%- set names, rows = [], [] -%}
{%- for column, key, type in columns -%}{%- do names.append((column, type)) -%}{%- endfor -%}
{%- for metric in ml_monitor.metric_registry() -%}
    {%- set row = [] -%}
    {%- for column, key, type in columns -%}
        {%- if type == 'boolean' -%}{%- do row.append('true' if metric.get(key) else 'false') -%}
        {%- else -%}{%- do row.append('null' if metric[key] is none else ml_monitor.text_literal(metric[key]) if type == text else metric[key]) -%}{%- endif -%}
    {%- endfor -%}
    {%- do rows.append(row) -%}
{%- endfor %}

with final as (
    {{ ml_monitor.typed_values(names, rows) }}
)

select * from final
