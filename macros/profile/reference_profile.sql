{% macro reference_profile(monitor) %}
    {#- The profile of a reference that is a relation of its own: counted once, under the same bins, and never shown as a window.
        profile = 'feature', 'outcome' or, where they are declared, 'effect' and 'embedding': the rows of those profiles, with the columns of all; the outcomes of an effect are sum_label and sum_squared_label,
        of an embedding class is the length of the vectors and bin the dimension. Counted again when the bins are fitted or its labels change. -#}
    {{ config(
        materialized='incremental',
        incremental_strategy=ml_monitor.replace_strategy(),
        unique_key='monitor',
        on_schema_change='append_new_columns',
        schema=ml_monitor.replay_schema(),
        tags=['ml_monitor_profiles'],
    ) }}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set grid = ml_monitor._read_grid(monitor) -%}
    {%- do ml_monitor._upstream(declared) -%}
    {%- if not execute -%}{{ return('select 1 as monitor') }}{%- endif -%}
    {%- set columns = ml_monitor.columns(monitor) -%}
    {%- set hash = local_md5(ml_monitor.config_hash(monitor) ~ (grid.fitted_at or 'unfitted') ~ ml_monitor._reference_labels(monitor, columns) ~ ('effects' if declared.effects else '')) -%}
    {%- set is_current = is_incremental() and ml_monitor._scalar("select count(*) from " ~ this ~ " where profile_hash = '" ~ hash ~ "'") | int > 0 -%}
    {%- set sums = ml_monitor._outcome_sums() -%}
    {%- set weights = ['weight', 'squared_weight'] if declared.weights else [] -%}
    {{ ml_monitor._feature_counts(monitor, columns.reference, grid, ml_monitor._reference_rows(monitor, columns, grid), 'materialized') }},

    {{ ml_monitor._labelled_reference(monitor, columns) }},

    {{ ml_monitor._outcome_counts(monitor, columns, grid, part='reference') }},
    {%- if declared.effects %}

    {{ ml_monitor._effect_outcomes(monitor, columns.reference, grid) }},
    {%- endif %}

    {% if declared.embedding -%}
    {{ ml_monitor._embedding_sums(monitor, columns, part='reference') }},

    {% endif -%}
    both_profiles as (
        select
            'feature' as profile, model_version, segment, segment_value, feature, bin, n, sum_value, sum_squared_value, sum_score, scored_n, minimum, maximum,
            'outcome' as part, 'none' as attribute, 'all' as group_value, 'all' as class, '' as predicted, '' as actual
            {%- for sum in weights + sums if sum != 'sum_score' %}, cast(null as {{ ml_monitor.type_double() }}) as {{ sum }}{% endfor %}
        from feature_counts
        union all
        select
            'outcome', model_version, segment, segment_value, '', bin, n, null, null, sum_score, null, null, null,
            part, attribute, group_value, class, coalesce(predicted, ''), coalesce(actual, '')
            {%- for sum in weights + sums if sum != 'sum_score' %}, {{ sum }}{% endfor %}
        from outcome_counts
        {%- if declared.embedding %}
        union all
        select
            'embedding', model_version, 'overall', 'all', feature, dimension, n, sum_value, sum_squared_value, null, null, null, null,
            'embedding', 'none', 'all', cast(dimensions as {{ ml_monitor.type_text() }}), '', ''
            {%- for sum in weights + sums if sum != 'sum_score' %}, null{% endfor %}
        from embedding_sums
        {%- endif %}
        {%- if declared.effects %}
        union all
        select
            'effect', model_version, 'overall', 'all', feature, bin, n, null, null, null, null, null, null,
            'effect', 'none', 'all', 'all', '', ''
            {%- for sum in weights + sums if sum != 'sum_score' %}, {{ {'sum_label': 'sum_outcome', 'sum_squared_label': 'sum_squared_outcome'}.get(sum, 'null') }}{% endfor %}
        from effect_outcomes
        {%- endif %}
    )

    select
        {{ ml_monitor.text_literal(monitor) }} as monitor,
        {%- for name in ['profile', 'model_version', 'segment', 'segment_value', 'feature', 'part', 'attribute', 'group_value', 'class', 'predicted', 'actual'] %}
        cast({{ name }} as {{ ml_monitor.type_text() }}) as {{ name }},
        {%- endfor %}
        cast(bin as integer) as bin,
        cast(n as bigint) as n,
        cast(coalesce(scored_n, 0) as bigint) as scored_n,
        {%- for name in ['sum_value', 'sum_squared_value', 'minimum', 'maximum'] %}
        cast(case when bin >= 0 then {{ name }} end as {{ ml_monitor.type_double() }}) as {{ name }},
        {%- endfor %}
        {%- for name in weights + sums %}
        cast(coalesce({{ name }}, 0) as {{ ml_monitor.type_double() }}) as {{ name }},
        {%- endfor %}
        cast('{{ hash }}' as {{ ml_monitor.type_text() }}) as profile_hash,
        {{ ml_monitor.run_started() }} as profiled_at
    from both_profiles
    {%- if is_current %}
    where 1 = 0
    {%- endif %}
{% endmacro %}

{% macro _labelled_reference(monitor, columns) %}
    {#- CTE labelled_rows from prediction_rows: as of a window's rows, one of each version and id with its current label; where the reference tells the time, one in each window.
        The label is the reference's own column, else that of the labels' relation. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns.reference -%}
    {%- set is_joined = ml_monitor._labels_the_reference(columns) -%}
    current_predictions as (
        {%- if found.id is defined %}
        select *
        from (
            select prediction_rows.*, row_number() over (
                partition by {{ ml_monitor.window_start(declared.window, 'predicted_at') }}, model_version, id
                {{ ml_monitor._latest_prediction_first(declared) }}
            ) as recency
            from prediction_rows
        ) as ranked_predictions
        where recency = 1 or id is null
        {%- else %}
        select * from prediction_rows
        {%- endif %}
    ),
    {% if is_joined %}
    current_labels as (
        select id, actual
        from (
            select *, row_number() over (partition by id {{ ml_monitor._latest_label_first() }}) as recency
            from ({{ ml_monitor._label_rows(monitor, ml_monitor._reference_ids(columns)) }}) as label_rows
            where id in (select id from current_predictions)
        ) as ranked_labels
        where recency = 1
    ),
    {% endif %}
    labelled_rows as (
        select
            current_predictions.*,
            {{ 'current_labels.actual' if is_joined else 'own_actual' }} as actual,
            cast(null as timestamp) as labelled_at
        from current_predictions
        {%- if is_joined %}
        left join current_labels on current_labels.id = current_predictions.id
        {%- endif %}
    )
{%- endmacro %}

{% macro _labels_the_reference(columns) %}
    {#- Whether the labels of the reference are those of the labels' relation. -#}
    {{ return(columns.labels.labels_label is defined and columns.reference.id is defined and columns.reference.labels_label is not defined) }}
{% endmacro %}

{% macro _reference_ids(columns) %}
    {#- `columns` for whoever joins labels to the reference instead of to the predictions. -#}
    {{ return(dict(columns, predictions=columns.reference)) }}
{% endmacro %}

{% macro _reference_labels(monitor, columns) %}
    {#- What changes when labels of the reference are added, withdrawn or loaded again; empty where they are not those of a relation. -#}
    {%- if not ml_monitor._labels_the_reference(columns) -%}{{ return('') }}{%- endif -%}
    {%- set sql -%}
        select count(*), count(actual), cast(max(loaded_at) as {{ ml_monitor.type_text() }})
        from ({{ ml_monitor._label_rows(monitor, ml_monitor._reference_ids(columns)) }}) as label_rows
        where id in (select id from ({{ ml_monitor._reference_rows(monitor, columns) }}) as reference_rows)
    {%- endset -%}
    {{ return(run_query(sql).rows[0].values() | join('|')) }}
{% endmacro %}
