{% macro stale_windows(kind, version) %}
    {#- CTE stale_windows: the windows whose numbers this run computes again, because their own profile or their reference's has been counted anew since.
        kind: 'feature', 'outcome' or 'both', the profile the numbers read; version: raised by whoever changes a formula, so that stored numbers follow.
        Columns: monitor, window_key, window_start, window_end, n, is_reference, dependency. A window that has become empty is in it with n = 0: its row stays, hidden, as proof. -#}
    {{ ml_monitor.reference_moments(kind) }},

    current_windows as (
        select
            windows.monitor,
            windows.window_key,
            windows.window_start,
            windows.window_end,
            windows.n,
            windows.is_reference,
            {{ ml_monitor.profiled_moments(kind) }} || '|' || coalesce(reference_moments.moment, '') || '|{{ version }}' as dependency
        from {{ ref('ml_monitor', 'ml_monitor__windows') }} as windows
        left join reference_moments on reference_moments.monitor = windows.monitor
        where windows.window_start is not null
    ),

    stale_windows as (
        select current_windows.*
        from current_windows
        {{ ml_monitor.only_stale('current_windows') }}
    )
{%- endmacro %}

{% macro reference_moments(kind) %}
    {#- CTE reference_moments (monitor, moment): when the reference of a monitor was last profiled, as text. -#}
    reference_moments as (
        select monitor, max(moment) as moment
        from (
            select monitor, {{ ml_monitor.profiled_moments(kind) }} as moment
            from {{ ref('ml_monitor', 'ml_monitor__windows') }}
            where is_reference
            union all
            select monitor, cast(max(profiled_at) as {{ ml_monitor.type_text() }})
            from {{ ref('ml_monitor', 'ml_monitor__' ~ ('feature' if kind == 'both' else kind) ~ '_profile') }}
            where is_reference and window_start is null
            group by monitor
        ) as moments
        group by monitor
    )
{%- endmacro %}

{% macro profiled_moments(kind) -%}
    {#- When a window of ml_monitor__windows was profiled, as text: what the dependency of its numbers begins with. -#}
    {%- for moment in {'feature': ['feature_profiled_at'], 'outcome': ['outcome_profiled_at'], 'both': ['feature_profiled_at', 'outcome_profiled_at']}[kind] -%}
        {{ " || '|' || " if not loop.first }}coalesce(cast({{ moment }} as {{ ml_monitor.type_text() }}), '')
    {%- endfor -%}
{%- endmacro %}

{% macro numbers_config(grain, task=none, is_wanted=true) %}
    {#- task: the one that the numbers are of; NULL where several are. is_wanted: whether any declaration has what they are of. -#}
    {{ config(
        enabled=is_wanted and (task is none or ml_monitor.with_task(task) | length > 0),
        materialized='incremental',
        incremental_strategy=ml_monitor.replace_strategy(),
        unique_key='window_key',
        on_schema_change='append_new_columns',
        indexes=ml_monitor.grain_index(grain),
        sql_header=ml_monitor.numbers_header(),
        post_hook=ml_monitor.numbers_footer(),
        schema=ml_monitor.replay_schema(),
        tags=['ml_monitor_results'],
    ) }}
{% endmacro %}
