{% macro _labelled_rows(monitor, columns, where=none, is_view=false, coded=false, grid=none, with_derived=true) %}
    {#- CTEs that end in labelled_rows: the label join, one row per window, version and id with its current label.
        Of several predictions of one id in one window the last is used (latest loaded_at, then latest timestamp, then greatest score); of several labels
        likewise (latest loaded_at, then latest timestamp, then greatest value); a NULL label withdraws. Labels are cut to the predictions in question before they are ranked,
        and only what really is repeated is ranked. A view keeps no copy of its rows: a reader that wants ten of them must be able to stop. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set has_relation = declared.labels and declared.labels.relation -%}
    {#- a text is compared by its hash: two ids of one hash are ranked in vain, each for itself -#}
    {%- set is_number = columns.predictions.id.kind == 'number' and (not has_relation or columns.labels.labels_id.kind == 'number') -%}
    {%- set key = 'id' if is_number else ml_monitor.hash_of(['id']) -%}
    {%- set once = 'not materialized' if is_view else '' -%}
    with prediction_rows as {{ once or ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.predictions)), not where) }} (
        select *, {{ key }} as id_key
        from (
            {{ ml_monitor._prediction_rows(monitor, columns, with_id=true, where=where, coded=coded, grid=grid, with_derived=with_derived) }}
        ) as all_predictions
    ),

    repeated_prediction_rows as {{ once }} (
        {{ ml_monitor._repeated_keys('prediction_rows') }}
    ),

    current_predictions as (
        select prediction_rows.*, 1 as recency
        from prediction_rows
        where not {{ ml_monitor._is_repeated('prediction_rows') }}
        union all
        select *
        from (
            select prediction_rows.*, row_number() over (
                partition by window_start, model_version, id
                {{ ml_monitor._latest_prediction_first(declared) }}
            ) as recency
            from prediction_rows
            where {{ ml_monitor._is_repeated('prediction_rows') }}
        ) as ranked_predictions
        where recency = 1
    ),
    {% if has_relation %}
    label_rows as {{ once or ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.labels.relation)), not where) }} (
        select *, {{ key }} as id_key
        from (
            {{ ml_monitor._label_rows(monitor, columns, coded) }}
        ) as all_labels
        where id is not null{% if where %}
            and id in (select id from prediction_rows){% endif %}
    ),

    repeated_label_rows as {{ once }} (
        {{ ml_monitor._repeated_keys('label_rows') }}
    ),

    current_labels as (
        select id, actual, labelled_at
        from label_rows
        where not {{ ml_monitor._is_repeated('label_rows') }}
        union all
        select id, actual, labelled_at
        from (
            select *, row_number() over (partition by id {{ ml_monitor._latest_label_first() }}) as recency
            from label_rows
            where {{ ml_monitor._is_repeated('label_rows') }}
        ) as ranked_labels
        where recency = 1
    ),
    {% endif %}
    labelled_rows as (
        select
            current_predictions.*,
            {%- if has_relation %}
            current_labels.actual,
            case when current_labels.actual is not null then current_labels.labelled_at end as labelled_at
            {%- else %}
            own_actual as actual,
            case when own_actual is not null then own_labelled_at end as labelled_at
            {%- endif %}
        from current_predictions
        {%- if has_relation %}
        left join current_labels on current_labels.id = current_predictions.id
        {%- endif %}
    )
{%- endmacro %}

{% macro _repeated_keys(rows) -%}
    {#- The keys that stand more than once: sorting and comparing neighbours is cheaper than a table of all of them. -#}
    select distinct id_key
        from (select id_key, lag(id_key) over (order by id_key) as previous_key from {{ rows }} where id is not null) as neighbours
        where id_key = previous_key
{%- endmacro %}

{% macro _is_repeated(rows) -%}
    exists (select 1 from repeated_{{ rows }} where repeated_{{ rows }}.id_key = {{ rows }}.id_key)
{%- endmacro %}

{% macro _latest_prediction_first(declared) -%}
    order by loaded_at desc nulls last, predicted_at desc nulls last, score desc nulls last, prediction desc nulls last{{ ', weight desc nulls last' if declared.weights }}
{%- endmacro %}

{% macro _latest_label_first() -%}
    order by loaded_at desc nulls last, labelled_at desc nulls last, actual desc nulls last
{%- endmacro %}
