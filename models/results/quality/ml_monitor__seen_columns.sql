{#- full_refresh: false, for what has been seen is history. -#}
{{ config(
    materialized='incremental',
    incremental_strategy=ml_monitor.replace_strategy(),
    unique_key='monitor',
    full_refresh=none if var('ml_monitor__as_of', none) else false,
    on_schema_change='append_new_columns',
    indexes=ml_monitor.grain_index(['monitor', 'column_name', 'first_seen_at']),
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

{%- set text = ml_monitor.type_text() -%}
{%- set now = ml_monitor.run_started() -%}

with observed as (
    {{ ml_monitor.observed_columns() }}
),
{% if is_incremental() %}
stored as (
    select *
    from {{ this }}
    where monitor in (select monitor from observed)
),

-- a spell lasts while a column has the same type
kept_spells as (
    select
        stored.monitor,
        stored.column_name,
        stored.data_type,
        stored.kind,
        stored.first_seen_at,
        case when stored.is_current and observed.monitor is not null then {{ now }} else stored.last_seen_at end as last_seen_at,
        stored.is_current and observed.monitor is not null as is_current
    from stored
    left join observed on observed.monitor = stored.monitor and observed.column_name = stored.column_name and observed.data_type = stored.data_type
),
{% endif %}
new_spells as (
    select observed.monitor, observed.column_name, observed.data_type, observed.kind, {{ now }} as first_seen_at, {{ now }} as last_seen_at, true as is_current
    from observed
    {%- if is_incremental() %}
    left join stored on stored.is_current and stored.monitor = observed.monitor and stored.column_name = observed.column_name and stored.data_type = observed.data_type
    where stored.monitor is null
    {%- endif %}
),

spells as (
    select * from new_spells
    {%- if is_incremental() %}
    union all
    select * from kept_spells
    {%- endif %}
),

final as (
    select
        {%- for column in ['monitor', 'column_name', 'data_type', 'kind'] %}
        cast({{ column }} as {{ text }}) as {{ column }},
        {%- endfor %}
        cast(first_seen_at as timestamp) as first_seen_at,
        cast(last_seen_at as timestamp) as last_seen_at,
        is_current
    from spells
)

select * from final
