{% macro reference_profile(monitor) %}
    {#- The profile of a reference that is a relation of its own: counted once, under the same bins, and never shown as a window.
        profile = 'feature' or 'outcome': the rows of the two profiles, with the columns of both. Counted again when the grid is. -#}
    {{ config(
        materialized='incremental',
        incremental_strategy=ml_monitor.replace_strategy(),
        unique_key='monitor',
        on_schema_change='append_new_columns',
        schema=var('ml_monitor__schema', none),
        tags=['ml_monitor_profiles'],
    ) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as monitor') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set hash = local_md5(ml_monitor.config_hash(monitor) ~ (grid.fitted_at or 'unfitted')) -%}
    {%- set is_current = is_incremental() and ml_monitor._scalar("select count(*) from " ~ this ~ " where profile_hash = '" ~ hash ~ "'") | int > 0 -%}
    {%- set sums = ml_monitor._outcome_sums() -%}
    {{ ml_monitor._feature_counts(monitor, columns.reference, grid, ml_monitor._prediction_rows(monitor, columns, part='reference'), 'materialized') }},

    labelled_rows as (
        select
            prediction_rows.*,
            own_actual as actual,
            cast(null as timestamp) as predicted_at,
            cast(null as timestamp) as labelled_at
        from prediction_rows
    ),

    {{ ml_monitor._outcome_counts(monitor, columns, grid) }},

    both_profiles as (
        select
            'feature' as profile, model_version, segment, segment_value, feature, bin, n, sum_value, sum_squared_value, sum_score, minimum, maximum,
            'outcome' as part, 'none' as attribute, 'all' as group_value, 'all' as class, '' as predicted, '' as actual
            {%- for sum in sums if sum != 'sum_score' %}, cast(null as {{ ml_monitor.type_double() }}) as {{ sum }}{% endfor %}
        from feature_counts
        union all
        select
            'outcome', model_version, segment, segment_value, '', bin, n, null, null, sum_score, null, null,
            part, attribute, group_value, class, coalesce(predicted, ''), coalesce(actual, '')
            {%- for sum in sums if sum != 'sum_score' %}, {{ sum }}{% endfor %}
        from outcome_counts
    )

    select
        {{ ml_monitor.text_literal(monitor) }} as monitor,
        {%- for name in ['profile', 'model_version', 'segment', 'segment_value', 'feature', 'part', 'attribute', 'group_value', 'class', 'predicted', 'actual'] %}
        cast({{ name }} as {{ ml_monitor.type_text() }}) as {{ name }},
        {%- endfor %}
        cast(bin as integer) as bin,
        cast(n as bigint) as n,
        {%- for name in ['sum_value', 'sum_squared_value', 'minimum', 'maximum'] %}
        cast(case when bin >= 0 then {{ name }} end as {{ ml_monitor.type_double() }}) as {{ name }},
        {%- endfor %}
        {%- for name in sums %}
        cast(coalesce({{ name }}, 0) as {{ ml_monitor.type_double() }}) as {{ name }},
        {%- endfor %}
        cast('{{ hash }}' as {{ ml_monitor.type_text() }}) as profile_hash,
        {{ ml_monitor.run_started() }} as profiled_at
    from both_profiles
    {%- if is_current %}
    where 1 = 0
    {%- endif %}
{% endmacro %}
