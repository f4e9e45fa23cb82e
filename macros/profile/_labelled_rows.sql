{% macro _labelled_rows(monitor, columns, where=none) %}
    {#- CTEs that end in labelled_rows: the label join, one row per window, version and id with its current label.
        Of several predictions of one id in one window the last is used (latest loaded_at, then latest timestamp, then greatest score); of several labels
        likewise (latest loaded_at, then latest timestamp, then greatest value); a NULL label withdraws. Labels are cut to the predictions in question before they are ranked,
        and only what really is repeated is ranked. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set has_relation = declared.labels and declared.labels.relation -%}
    with prediction_rows as (
        select rows.*, case when id is not null then {{ ml_monitor.key_hash(['window_start', 'model_version', 'id']) }} end as repeat_key
        from (
            {{ ml_monitor._prediction_rows(monitor, columns, with_id=true, where=where) }}
        ) as rows
    ),

    prediction_repeats as (
        select repeat_key
        from prediction_rows
        where repeat_key is not null
        group by repeat_key
        having count(*) > 1
    ),

    current_predictions as (
        select prediction_rows.*, 1 as recency
        from prediction_rows
        where not exists (select 1 from prediction_repeats where prediction_repeats.repeat_key = prediction_rows.repeat_key)
        union all
        select *
        from (
            select prediction_rows.*, row_number() over (
                partition by window_start, model_version, id
                order by loaded_at desc nulls last, predicted_at desc, score desc nulls last, prediction desc nulls last
            ) as recency
            from prediction_rows
            where exists (select 1 from prediction_repeats where prediction_repeats.repeat_key = prediction_rows.repeat_key)
        ) as ranked_predictions
        where recency = 1
    ),
    {% if has_relation %}
    label_rows as (
        select *
        from (
            {{ ml_monitor._label_rows(monitor, columns) }}
        ) as all_labels
        where id is not null{% if where %}
            and id in (select id from prediction_rows){% endif %}
    ),

    label_repeats as (
        select id
        from label_rows
        group by id
        having count(*) > 1
    ),

    current_labels as (
        select id, actual, labelled_at
        from label_rows
        where not exists (select 1 from label_repeats where label_repeats.id = label_rows.id)
        union all
        select id, actual, labelled_at
        from (
            select *, row_number() over (partition by id order by loaded_at desc nulls last, labelled_at desc nulls last, actual desc nulls last) as recency
            from label_rows
            where exists (select 1 from label_repeats where label_repeats.id = label_rows.id)
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
