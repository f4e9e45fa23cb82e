{% macro feature_profile_columns() %}
    {#- Name and type of what a feature profile keeps per bin, beside its window and audit columns. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ return([
        ('model_version', text), ('segment', text), ('segment_value', text), ('feature', text), ('bin', 'integer'), ('n', 'bigint'),
        ('sum_value', double), ('sum_squared_value', double), ('sum_score', double), ('scored_n', 'bigint'), ('minimum', double), ('maximum', double),
    ]) }}
{% endmacro %}

{% macro outcome_profile_columns() %}
    {#- Name and type of what an outcome profile keeps per bin, beside its window and audit columns; weight and squared_weight where weights are declared. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {%- set columns = [
        ('part', text), ('model_version', text), ('segment', text), ('segment_value', text), ('attribute', text), ('group_value', text),
        ('class', text), ('bin', 'integer'), ('predicted', text), ('actual', text), ('n', 'bigint'),
    ] -%}
    {%- for sum in ['weight', 'squared_weight'] + ml_monitor._outcome_sums() -%}{%- do columns.append((sum, double)) -%}{%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{% macro all_profiles(kind) %}
    {#- Every monitor's feature or outcome profile, with what its reference is made of marked by is_reference.
        Rows without a time and windows that have become empty are left out; a reference that is a relation of its own has no window. -#}
    {%- set columns = ml_monitor.feature_profile_columns() if kind == 'feature' else ml_monitor.outcome_profile_columns() -%}
    {%- for monitor in ml_monitor.built_monitors(kind ~ '_profile') %}
    {%- set reference = ml_monitor.declaration(monitor).reference %}
    {%- set profile = ref(project_name, monitor ~ '__' ~ kind ~ '_profile') %}
    {{ 'union all' if not loop.first }}
    select
        {{ ml_monitor.text_literal(monitor) }} as monitor, window_key, window_start, window_end, {{ ml_monitor._profile_names(monitor, columns, profile) }}, profiled_at,
        {{ 'false' if reference.get('relation') else 'window_start >= ' ~ ml_monitor.timestamp_literal(reference.get('from')) ~ ' and window_start < ' ~ ml_monitor.timestamp_literal(reference.get('to')) }} as is_reference
    from {{ profile }}
    where n > 0 and window_start is not null
    {%- if reference.get('relation') %}
    {%- set profile = ref(project_name, monitor ~ '__reference_profile') %}
    union all
    select
        monitor, null, null, null, {{ ml_monitor._profile_names(monitor, columns, profile) }}, profiled_at, true
    from {{ profile }}
    where profile = '{{ kind }}'
    {%- endif %}
    {%- else %}
    {{ ml_monitor.no_rows([('monitor', ml_monitor.type_text()), ('window_key', ml_monitor.type_text()), ('window_start', 'timestamp'), ('window_end', 'timestamp')] + columns + [('profiled_at', 'timestamp'), ('is_reference', 'boolean')]) }}
    {%- endfor %}
{% endmacro %}

{% macro _profile_names(monitor, columns, profile) -%}
    {#- The columns of a monitor's profile. Without declared weights each row weighs 1, and in a profile that has not been counted since they were declared: a monitor that fails then must not stop the others.
        Windows counted before rows with a score were told apart count all of theirs. -#}
    {%- set stored = ml_monitor.columns_of(profile) if execute else {'weight': 1, 'scored_n': 1} -%}
    {%- set is_weighted = ml_monitor.declaration(monitor).weights and 'weight' in stored -%}
    {%- for name, type in columns -%}
        {%- if name in ('weight', 'squared_weight') and not is_weighted -%}cast(n as {{ type }}) as {{ name }}
        {%- elif name == 'scored_n' -%}{{ 'coalesce(scored_n, n)' if name in stored else 'n' }} as {{ name }}
        {%- else -%}{{ name }}{%- endif -%}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
