{{ config(
    enabled=ml_monitor.with_row_profile() | length > 0,
    materialized='ml_monitor_view',
    schema=var('ml_monitor__schema', none),
    tags=['ml_monitor_results'],
) }}

{%- set columns = [('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('model_version', ml_monitor.type_text()), ('n', 'bigint')] -%}
{%- for count in ml_monitor.row_profile_counts() -%}{%- do columns.append((count, 'bigint')) -%}{%- endfor -%}

with row_profiles as (
    {{ ml_monitor.union_of('row_profile', columns, where='n > 0 and window_start is not null', monitors=ml_monitor.with_row_profile()) }}
),

final as (
    select
        row_profiles.*,
        coalesce(row_profiles.window_start >= monitors.reference_from and row_profiles.window_start < monitors.reference_to, false) as is_reference
    from row_profiles
    inner join {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors on monitors.monitor = row_profiles.monitor
)

select * from final
