{{ config(
    enabled=ml_monitor.runs_python_models() and ml_monitor.as_of() is none and var('ml_monitor__snapshot', true),
    materialized='ml_monitor_view',
    schema=var('ml_monitor__schema', none),
    tags=['ml_monitor_results'],
) }}

{%- set text = ml_monitor.type_text() -%}
{%- set names = [
    'ml_monitor__monitors', 'ml_monitor__windows', 'ml_monitor__feedback', 'ml_monitor__known_incidents',
    'ml_monitor__status', 'ml_monitor__metrics', 'ml_monitor__metric_registry', 'ml_monitor__limits',
    'ml_monitor__alerts', 'ml_monitor__incidents', 'ml_monitor__alert_rules',
    'ml_monitor__performance', 'ml_monitor__confusion', 'ml_monitor__calibration', 'ml_monitor__threshold_curve', 'ml_monitor__label_maturity',
    'ml_monitor__drift', 'ml_monitor__significance',
    'ml_monitor__quality', 'ml_monitor__constraints', 'ml_monitor__constraint_checks', 'ml_monitor__schema_changes',
    'ml_monitor__feature_effects', 'ml_monitor__feature_importance', 'ml_monitor__segments',
]
+ (['ml_monitor__embedding_drift'] if ml_monitor.with_embeddings() else [])
+ (['ml_monitor__joint_drift', 'ml_monitor__correlations'] if ml_monitor.with_multivariate() else []) -%}
{%- for name in names -%}{%- do ref('ml_monitor', name) -%}{%- endfor -%}
{%- set rows = [] -%}
{%- for one in (ml_monitor.published_relations(names) if execute else []) -%}
    {%- do rows.append([ml_monitor.text_literal(one.schema), ml_monitor.text_literal(one.name), one.is_view | string | lower, ml_monitor.text_literal(one.reads | join(' '))]) -%}
{%- endfor -%}

with final as (
    {{ ml_monitor.typed_values([('schema_name', text), ('relation_name', text), ('is_view', 'boolean'), ('reads', text)], rows) }}
)

select * from final
