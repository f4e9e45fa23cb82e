{% macro all_effect_profiles() %}
    {#- The effect profiles of the monitors that have one, with what their reference is made of marked by is_reference. Windows without a labelled prediction are left out. -#}
    {%- set columns = [
        ('monitor', ml_monitor.type_text()), ('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp'), ('model_version', ml_monitor.type_text()),
        ('feature', ml_monitor.type_text()), ('bin', 'integer'), ('n', 'bigint'), ('sum_outcome', ml_monitor.type_double()), ('sum_squared_outcome', ml_monitor.type_double()), ('profiled_at', 'timestamp'), ('is_reference', 'boolean'),
    ] -%}
    {{ ml_monitor.no_rows(columns) }}
    {%- for monitor in ml_monitor.with_effects() %}
    {%- set reference = ml_monitor.declaration(monitor).reference %}
    {%- set profile = ref(project_name, monitor ~ '__effect_profile') %}
    {%- if not execute or load_relation(profile) is not none %}
    union all
    select
        {{ ml_monitor.text_literal(monitor) }}, window_key, window_start, window_end, model_version, feature, bin, n, sum_outcome, sum_squared_outcome, profiled_at,
        {{ 'false' if reference.get('relation') else 'window_start >= ' ~ ml_monitor.timestamp_literal(reference.get('from')) ~ ' and window_start < ' ~ ml_monitor.timestamp_literal(reference.get('to')) }}
    from {{ profile }}
    where n > 0
    {%- endif %}
    {%- if reference.get('relation') %}
    {%- set profile = ref(project_name, monitor ~ '__reference_profile') %}
    {%- if not execute or load_relation(profile) is not none %}
    union all
    select {{ ml_monitor.text_literal(monitor) }}, null, null, null, model_version, feature, bin, n, sum_label, sum_squared_label, profiled_at, true
    from {{ profile }}
    where profile = 'effect'
    {%- endif %}
    {%- endif %}
    {%- endfor %}
{% endmacro %}

{% macro observed_outcomes() %}
    {#- CTEs window_outcomes (monitor, window_start, model_version, feature, bin) and reference_outcomes (the same without window_start), overall: n labelled predictions, the sum of their outcomes and of the squares,
        and outcome_centers (monitor, center): what the outcomes of a regression are kept relative to. -#}
    {%- set level = "case when levels.is_all = 1 then 'all' else profile.model_version end" -%}
    {%- set sums = 'cast(sum(n) as bigint) as n, sum(sum_outcome) as sum_outcome, sum(sum_squared_outcome) as sum_squared_outcome' -%}
    window_outcomes as (
        select profile.monitor, profile.window_start, {{ level }} as model_version, profile.feature, profile.bin, {{ sums }}
        from {{ ref('ml_monitor', 'ml_monitor__effect_profile') }} as profile
        {{ ml_monitor._levels() }}
        where profile.window_start is not null
        group by profile.monitor, profile.window_start, {{ level }}, profile.feature, profile.bin
    ),

    reference_outcomes as (
        select profile.monitor, {{ level }} as model_version, profile.feature, profile.bin, {{ sums }}
        from {{ ref('ml_monitor', 'ml_monitor__effect_profile') }} as profile
        {{ ml_monitor._levels() }}
        where profile.is_reference
        group by profile.monitor, {{ level }}, profile.feature, profile.bin
    ),

    outcome_centers as (
        select monitor, max(center) as center
        from {{ ref('ml_monitor', 'ml_monitor__grid') }}
        where part = 'feature' and feature = '__prediction__'
        group by monitor
    )
{%- endmacro %}
