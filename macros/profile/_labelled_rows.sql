{% macro _labelled_rows(monitor, columns, where=none, is_view=false) %}
    {#- CTEs that end in labelled_rows: the label join, one row per window, version and id with its current label.
        Of several predictions of one id in one window the last is used (latest loaded_at, then latest timestamp, then greatest score); of several labels
        likewise (latest loaded_at, then latest timestamp, then greatest value); a NULL label withdraws. Labels are cut to the predictions in question before they are ranked,
        and only what really is repeated is ranked. A view keeps no copy of its rows: a reader that wants ten of them must be able to stop. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set has_relation = declared.labels and declared.labels.relation -%}
    {%- set once = 'not materialized' if is_view else '' -%}
    with prediction_rows as {{ once or ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.predictions)), not where) }} (
        {{ ml_monitor._prediction_rows(monitor, columns, with_id=true, where=where) }}
    ),

    repeated_predictions as {{ once }} (
        {{ ml_monitor._repeated_ids('prediction_rows') }}
    ),

    current_predictions as (
        select prediction_rows.*, 1 as recency
        from prediction_rows
        where not exists (select 1 from repeated_predictions where repeated_predictions.id = prediction_rows.id)
        union all
        select *
        from (
            select prediction_rows.*, row_number() over (
                partition by window_start, model_version, id
                order by loaded_at desc nulls last, predicted_at desc, score desc nulls last, prediction desc nulls last
            ) as recency
            from prediction_rows
            where exists (select 1 from repeated_predictions where repeated_predictions.id = prediction_rows.id)
        ) as ranked_predictions
        where recency = 1
    ),
    {% if has_relation %}
    label_rows as {{ once or ml_monitor.rows_hint(load_relation(ml_monitor.relation(declared.labels.relation)), not where) }} (
        select *
        from (
            {{ ml_monitor._label_rows(monitor, columns) }}
        ) as all_labels
        where id is not null{% if where %}
            and id in (select id from prediction_rows){% endif %}
    ),

    repeated_labels as {{ once }} (
        {{ ml_monitor._repeated_ids('label_rows') }}
    ),

    current_labels as (
        select id, actual, labelled_at
        from label_rows
        where not exists (select 1 from repeated_labels where repeated_labels.id = label_rows.id)
        union all
        select id, actual, labelled_at
        from (
            select *, row_number() over (partition by id order by loaded_at desc nulls last, labelled_at desc nulls last, actual desc nulls last) as recency
            from label_rows
            where exists (select 1 from repeated_labels where repeated_labels.id = label_rows.id)
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

{% macro _repeated_ids(rows) -%}
    {#- The ids that stand more than once: sorting and comparing neighbours is cheaper than a table of all of them. -#}
    select distinct id
        from (select id, lag(id) over (order by id) as previous_id from {{ rows }} where id is not null) as neighbours
        where id = previous_id
{%- endmacro %}
