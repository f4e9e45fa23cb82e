{{ config(
    enabled=ml_monitor.with_segments() | length > 0,
    materialized='incremental',
    incremental_strategy=ml_monitor.replace_strategy(),
    unique_key='monitor',
    on_schema_change='append_new_columns',
    indexes=ml_monitor.grain_index(['monitor', 'kind', 'segment_key']),
    sql_header=ml_monitor.numbers_header(),
    schema=ml_monitor.replay_schema(),
    tags=['ml_monitor_results'],
) }}

{%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
{%- set searched = ml_monitor.with_segments(is_found=true) -%}
{%- set found = ml_monitor.built_monitors('segment_profile', searched) -%}
{%- set periods = {'recent': 'is_recent', 'ripe': 'is_ripe', 'reference': 'is_reference'} -%}
{#- each kind of number is a mean of n values: an error, a score, or whether a row belongs to the segment -#}
{%- set kinds = {'error': 'ripe', 'score': 'recent', 'share': 'recent'} %}

with {{ ml_monitor.compared_windows() }},

{{ ml_monitor.candidate_windows(found) }},

monitor_periods as (
    select
        monitor,
        {%- for period, flag in periods.items() %}
        sum(case when {{ flag }} then n end) as {{ period }}_n,
        sum(case when {{ flag }} then {{ ml_monitor.square('n') }} end) as {{ period }}_spread,
        min(case when {{ flag }} then window_start end) as {{ period }}_start,
        max(case when {{ flag }} then window_end end) as {{ period }}_end,
        count(case when {{ flag }} then 1 end) as {{ period }}_windows{{ ',' if not loop.last }}
        {%- endfor %}
    from compared_windows
    group by monitor
),

-- a regression's prediction, and a score in a segment profile, stand there less the reference's median
centers as (
    select monitor, max(center) as center
    from {{ ref('ml_monitor', 'ml_monitor__grid') }}
    where part = 'feature' and (feature = '__prediction__' or (feature = '__score__' and monitor in ({{ ml_monitor.text_literals(found) }})))
    group by monitor
),

-- spread: sum of the squares of the windows' n; between: sum of their squared sums, each divided by its n
candidates as materialized (
    select
        candidate_windows.monitor,
        segment_key,
        {%- for period, flag in periods.items() %}
        sum(case when {{ flag }} then candidate_windows.n else 0 end) as {{ period }}_n,
        {%- for measure in ['error', 'score'] %}
        sum(case when {{ flag }} then n_{{ measure }} else 0 end) as {{ period }}_n_{{ measure }},
        sum(case when {{ flag }} then sum_{{ measure }} else 0 end) as {{ period }}_sum_{{ measure }},
        sum(case when {{ flag }} then sum_squared_{{ measure }} else 0 end) as {{ period }}_squares_{{ measure }},
        sum(case when {{ flag }} then {{ ml_monitor.square('cast(n_' ~ measure ~ ' as ' ~ double ~ ')') }} else 0 end) as {{ period }}_spread_{{ measure }},
        {%- endfor %}
        {%- endfor %}
        {%- for measure in ['error', 'score'] %}
        sum(case when is_reference then {{ ml_monitor.square('sum_' ~ measure) }} / nullif(n_{{ measure }}, 0) else 0 end) as between_{{ measure }},
        count(case when is_reference and n_{{ measure }} > 0 then 1 end) as windows_{{ measure }},
        {%- endfor %}
        sum(case when is_reference then {{ ml_monitor.square('cast(candidate_windows.n as ' ~ double ~ ')') }} / windows.n else 0 end) as between_share
    from candidate_windows
    inner join compared_windows as windows on windows.monitor = candidate_windows.monitor and windows.window_id = candidate_windows.window_id
    group by candidate_windows.monitor, segment_key
),

measured_candidates as (
    {%- for kind, period in kinds.items() %}
    {%- set is_share = kind == 'share' %}
    select
        candidates.monitor,
        '{{ kind }}' as kind,
        segment_key,
        monitor_periods.{{ period }}_start as window_start,
        monitor_periods.{{ period }}_end as window_end,
        {{ 'coalesce(centers.center, 0)' if kind == 'score' else '0' }} as center,
        candidates.{{ period }}_n as rows_n,
        monitor_periods.{{ period }}_n as all_rows_n,
        candidates.reference_n as reference_rows_n,
        monitor_periods.reference_n as all_reference_rows_n,
        {%- for prefix, side in [('', period), ('reference_', 'reference')] %}
        {{ 'monitor_periods.' ~ side ~ '_n' if is_share else 'candidates.' ~ side ~ '_n_' ~ kind }} as {{ prefix }}n,
        {{ 'candidates.' ~ side ~ '_n' if is_share else 'candidates.' ~ side ~ '_sum_' ~ kind }} as {{ prefix }}sum,
        {{ 'candidates.' ~ side ~ '_n' if is_share else 'candidates.' ~ side ~ '_squares_' ~ kind }} as {{ prefix }}squares,
        {{ 'monitor_periods.' ~ side ~ '_spread' if is_share else 'candidates.' ~ side ~ '_spread_' ~ kind }} as {{ prefix }}spread,
        {%- endfor %}
        between_{{ kind }} as reference_between,
        {{ 'monitor_periods.reference_windows' if is_share else 'windows_' ~ kind }} as reference_windows
    from candidates
    inner join monitor_periods on monitor_periods.monitor = candidates.monitor
    {%- if kind == 'score' %}
    left join centers on centers.monitor = candidates.monitor
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

segment_numbers as materialized (
    select
        cast(monitor as {{ text }}) as monitor,
        cast(kind as {{ text }}) as kind,
        cast(segment_key as {{ text }}) as segment_key,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        {%- for name in ['rows_n', 'all_rows_n', 'reference_rows_n', 'all_reference_rows_n'] %}
        cast(coalesce({{ name }}, 0) as bigint) as {{ name }},
        {%- endfor %}
        {%- for name in ['center', 'n', 'sum', 'squares', 'spread', 'reference_n', 'reference_sum', 'reference_squares', 'reference_spread', 'reference_between'] %}
        cast({{ name }} as {{ double }}) as {{ name }},
        {%- endfor %}
        cast(reference_windows as bigint) as reference_windows
    from measured_candidates
    where n > 0 and reference_n > 0 and (kind <> 'share' or segment_key <> '')
),

{{ ml_monitor.changed_segments() }},

{{ ml_monitor.standing_segments() }},

{%- set columns = ['monitor', 'kind', 'segment_key', 'window_start', 'window_end']
    + ['rows_n', 'all_rows_n', 'reference_rows_n', 'all_reference_rows_n', 'center', 'n', 'sum', 'squares', 'spread']
    + ['reference_n', 'reference_sum', 'reference_squares', 'reference_spread', 'reference_between', 'reference_windows', 'condition_count']
    + ['mean', 'reference_mean', 'difference', 'between_variance', 'standard_error', 'z_score', 'z_limit', 'searched', 'is_beyond', 'is_told'] %}
{%- set types = {'condition_count': 'integer', 'searched': 'bigint'} -%}
{%- for name in ['mean', 'reference_mean', 'difference', 'between_variance', 'standard_error', 'z_score', 'z_limit'] -%}{%- do types.update({name: double}) -%}{%- endfor %}

-- a monitor with nothing to look at keeps a row, without which its old ones would stay
final as (
    select
        {%- for name in columns %}
        {{ 'cast(standing_segments.' ~ name ~ ' as ' ~ types[name] ~ ') as ' ~ name if name in types else "cast(coalesce(standing_segments." ~ name ~ ", '') as " ~ text ~ ") as " ~ name if name in ['kind', 'segment_key'] else ('monitors.' if name == 'monitor' else 'standing_segments.') ~ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('ml_monitor', 'ml_monitor__monitors') }} as monitors
    left join standing_segments on standing_segments.monitor = monitors.monitor
    where monitors.monitor in ({{ ml_monitor.text_literals(ml_monitor.with_segments()) }})
)

select * from final
