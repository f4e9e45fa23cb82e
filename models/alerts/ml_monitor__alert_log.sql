{#- full_refresh: false, for what has been opened is history; but a replay that starts over forgets it. -#}
{{ config(
    materialized='incremental',
    incremental_strategy=ml_monitor.replace_strategy(),
    unique_key='alert_id',
    full_refresh=none if var('ml_monitor__as_of', none) else false,
    on_schema_change='append_new_columns',
    indexes=ml_monitor.grain_index(['alert_id']),
    sql_header=ml_monitor.numbers_header(),
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set subject = ml_monitor.alert_subject() -%}
{%- set of_worst = ['family', 'source', 'baseline', 'metric'] -%}
{%- set now = ml_monitor.as_of() or ml_monitor.run_started() -%}
{%- set name = ml_monitor.alert_name(subject + ['first_window']) -%}
{%- set numbers = {'value': double, 'reference_value': double, 'lower_limit': double, 'upper_limit': double, 'worst_ratio': double, 'reach': double} -%}
{%- set columns = subject + of_worst + ['metrics', 'model_version', 'first_window', 'first_window_end', 'last_window', 'last_window_end', 'last_began', 'windows', 'is_over', 'n'] + numbers.keys() | list -%}

with episodes as (
    select * from {{ ref('ml_monitor', 'ml_monitor__alert_episodes') }}
),

windows as (
    select * from {{ ref('ml_monitor', 'ml_monitor__windows') }}
),

{%- if is_incremental() %}

-- an episode keeps the name of the first alert that it has been known by, whatever windows late rows have added to it since
known_episodes as (
    select
        episodes.*,
        stored.alert_id as stored_id,
        stored.opened_at as stored_opened_at,
        row_number() over (
            partition by {% for column in subject %}episodes.{{ column }}, {% endfor %}episodes.first_window
            order by case when stored.is_cleared then 1 else 0 end, stored.opened_at, stored.first_window, stored.alert_id
        ) as choice
    from episodes
    left join {{ this }} as stored
        on stored.monitor = episodes.monitor
        {%- for column in subject[1:] %}
        and stored.{{ column }} = episodes.{{ column }}
        {%- endfor %}
        and stored.first_window < episodes.last_window_end
        and stored.last_window_end > episodes.first_window
),

-- of the parts into which an alert has fallen, the first keeps its name
parts as (
    select known_episodes.*, row_number() over (partition by stored_id order by first_window) as part
    from known_episodes
    where choice = 1
),

standing as (
    select
        {{ columns | join(', ') }},
        case when part = 1 then stored_id end as stored_id,
        case when part = 1 then stored_opened_at end as stored_opened_at
    from parts
),

-- what no verdict supports any more: corrected labels, late rows or other limits have cleared it. That a monitor has no windows says nothing
cleared as (
    select stored.*
    from {{ this }} as stored
    where stored.alert_id not in (select stored_id from standing where stored_id is not null)
        and stored.monitor in (select monitor from windows where n > 0)
),

-- a name may have been given already, to an alert that has moved away since
named as (
    select
        standing.*,
        case
            when stored_id is not null then stored_id
            when {{ name }} in (select alert_id from {{ this }}) then {{ ml_monitor.alert_name(subject + ['first_window', now]) }}
            else {{ name }}
        end as alert_id
    from standing
),
{%- else %}

named as (
    select {{ columns | join(', ') }}, cast(null as timestamp) as stored_opened_at, {{ name }} as alert_id
    from episodes
),
{%- endif %}

alerts as (
    select
        alert_id,
        {{ columns | join(', ') }},
        coalesce(stored_opened_at, {{ now }}) as opened_at,
        case when is_over then {{ now }} end as closed_at,
        false as is_cleared
    from named
    {%- if is_incremental() %}
    union all
    select alert_id, {{ columns | join(', ') }}, opened_at, {{ now }}, true
    from cleared
    {%- endif %}
),

final as (
    select
        cast(alerts.alert_id as {{ text }}) as alert_id,
        {%- for column in subject + of_worst + ['metrics', 'model_version'] %}
        cast(alerts.{{ column }} as {{ text }}) as {{ column }},
        {%- endfor %}
        {%- for column in ['first_window', 'first_window_end', 'last_window', 'last_window_end', 'last_began'] %}
        cast(alerts.{{ column }} as timestamp) as {{ column }},
        {%- endfor %}
        cast(alerts.windows as bigint) as windows,
        alerts.is_over,
        cast(alerts.n as bigint) as n,
        {%- for name, type in numbers.items() %}
        cast(alerts.{{ name }} as {{ type }}) as {{ name }},
        {%- endfor %}
        cast(alerts.opened_at as timestamp) as opened_at,
        cast({% if is_incremental() %}case when stored.closed_at is not null and alerts.closed_at is not null then stored.closed_at else alerts.closed_at end{% else %}alerts.closed_at{% endif %} as timestamp) as closed_at,
        alerts.is_cleared
    from alerts
    {%- if is_incremental() %}
    left join {{ this }} as stored on stored.alert_id = alerts.alert_id
    {%- endif %}
)

select * from final
