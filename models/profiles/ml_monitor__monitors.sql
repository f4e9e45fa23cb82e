{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_profiles', 'ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}
{%- set columns = [
    ('monitor', text), ('task', text), ('grain', text), ('reference_from', 'timestamp'), ('reference_to', 'timestamp'), ('reference_relation', text),
    ('has_version', 'boolean'), ('has_score', 'boolean'), ('has_labels', 'boolean'), ('has_loaded_at', 'boolean'), ('lookback', 'bigint'), ('min_rows', 'bigint'), ('config_hash', text), ('owner', text),
    ('positive', text), ('run_at', 'timestamp'), ('as_of', 'timestamp'), ('late_by_hours', ml_monitor.type_double()), ('roll_up', text),
] -%}
{%- set last_runs = ml_monitor.last_runs() -%}

with final as (
    {%- for monitor in ml_monitor.declarations() %}
    {%- set declared = ml_monitor.declaration(monitor) %}
    {%- set values = {
        'monitor': monitor, 'task': declared.task, 'grain': declared.window,
        'reference_from': declared.reference.get('from'), 'reference_to': declared.reference.get('to'), 'reference_relation': declared.reference.get('relation'),
        'has_version': declared.version is not none, 'has_score': declared.classes | length > 0, 'has_labels': declared.labels is not none, 'has_loaded_at': declared.loaded_at is not none, 'lookback': declared.lookback,
        'min_rows': declared.min_rows, 'config_hash': ml_monitor.config_hash(monitor), 'owner': declared.owner.get('name'),
        'positive': declared.positive if declared.task == 'binary' else none, 'run_at': last_runs.get(monitor, {}).get('run_at'), 'as_of': last_runs.get(monitor, {}).get('as_of'),
        'late_by_hours': ml_monitor.interval_hours(declared.late_by), 'roll_up': ml_monitor.declared_roll_ups(declared) | join(' '),
    } %}
    {{ 'union all' if not loop.first }}
    select
        {%- for name, type in columns %}
        cast({{ ml_monitor.text_literal(values[name]) if values[name] is not none else 'null' }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- else %}
    {{ ml_monitor.no_rows(columns) }}
    {%- endfor %}
)

select * from final
