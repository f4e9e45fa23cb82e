{{ config(materialized='ml_monitor_view', schema=var('ml_monitor__schema', none), tags=['ml_monitor_results']) }}

{%- set text = ml_monitor.type_text() -%}

with {{ ml_monitor.column_spells() }},

latest_spells as (
    select
        column_spells.*,
        case
            when kind = 'missing' or not is_current then 'missing'
            when not is_sound or data_type_before <> data_type and kind_before <> 'missing' then 'retyped'
            when data_type_before is null and first_seen_at > first_look_at then 'new'
            when kind_before = 'missing' then 'new'
        end as state
    from column_spells
    where is_latest
),

final as (
    select
        -- which column
        cast(monitor as {{ text }}) as monitor,
        cast(column_name as {{ text }}) as column_name,
        cast(roles as {{ text }}) as roles,

        -- what became of it
        cast(state as {{ text }}) as state,
        cast(case when is_current and kind <> 'missing' then data_type end as {{ text }}) as data_type,
        cast(case when not is_current then data_type else nullif(data_type_before, '') end as {{ text }}) as previous_data_type,
        cast(case when is_current then first_seen_at else last_seen_at end as timestamp) as changed_at,

        -- how it is judged
        cast(case
            when roles is null then 'ok'
            when state = 'missing' or not is_sound then 'alert'
            when state = 'retyped' and kind_before <> kind then 'warn'
            else 'ok'
        end as {{ text }}) as verdict,
        cast(case
            when roles is null and state = 'new' then 'the declaration does not read it'
            when roles is null and state = 'missing' then 'the declaration did not read it'
            when state = 'missing' then 'declared as ' || roles || ', but not there: correct the declaration or bring the column back; the monitor is not profiled meanwhile'
            when not is_sound then 'declared as ' || roles || ', which allows ' || kinds || ': cast it in the model that makes it; the monitor is not profiled meanwhile'
        end as {{ text }}) as message
    from latest_spells
    where state is not null
)

select * from final
