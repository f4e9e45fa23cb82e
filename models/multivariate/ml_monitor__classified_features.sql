{{ config(enabled=ml_monitor.with_domain_classifier() | length > 0, materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

with final as (
    {%- for monitor in ml_monitor.with_domain_classifier() %}
    {%- set is_first = loop.first %}
    {%- for feature in ml_monitor.declaration(monitor).multivariate.features %}
    {{ 'union all' if not (is_first and loop.first) }}
    select {{ ml_monitor.text_literal(monitor) }} as monitor, {{ loop.index0 }} as feature_number, {{ ml_monitor.text_literal(feature.name) }} as feature, '{{ feature.kind }}' as kind
    {%- endfor %}
    {%- else %}
    {{ ml_monitor.no_rows([('monitor', ml_monitor.type_text()), ('feature_number', 'integer'), ('feature', ml_monitor.type_text()), ('kind', ml_monitor.type_text())]) }}
    {%- endfor %}
)

select * from final
