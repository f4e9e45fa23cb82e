{% macro _label_rows(monitor, columns, coded=false) %}
    {#- One row per label as it was loaded: id, actual (class as text, number, or relevance; see `_outcome_names`), labelled_at, own_loaded_at, and loaded_at: that or, where it is NULL, labelled_at. -#}
    {%- set declared = ml_monitor.declaration(monitor) -%}
    {%- set found = columns.labels -%}
    {%- set sql -%}
        select
            {{ ml_monitor._join_id(columns, found.labels_id) }} as id,
            {{ ml_monitor._actual(declared, found.labels_label, coded) }} as actual,
            {{ ml_monitor._label_moment(declared, found) }} as labelled_at,
            {{ ml_monitor._moment(found.labels_loaded_at) if declared.labels.loaded_at else 'cast(null as timestamp)' }} as own_loaded_at,
            {{ ml_monitor._label_arrival(declared, found) if declared.labels.loaded_at else 'cast(null as timestamp)' }} as loaded_at
        from {{ ml_monitor.relation(declared.labels.relation) }}
        {%- if ml_monitor.as_of() and (declared.labels.loaded_at or declared.labels.timestamp) %}
        where {{ ml_monitor._label_arrival(declared, found) }} <= {{ ml_monitor.as_of() }}
        {%- endif %}
    {%- endset -%}
    {{ return(sql) }}
{% endmacro %}

{% macro _join_id(columns, column) -%}
    {#- Ids of two kinds of type (a number here, a text there) meet as text. -#}
    {%- if columns.labels and columns.predictions.id.kind != columns.labels.labels_id.kind -%}
        {{ ml_monitor.class_text(dict(column, is_class=true)) }}
    {%- elif columns.labels and column.kind == 'text' and columns.predictions.id.data_type != columns.labels.labels_id.data_type -%}
        cast({{ column.sql }} as {{ ml_monitor.type_text() }})
    {%- else -%}
        {{ column.sql }}
    {%- endif -%}
{%- endmacro %}

{% macro _actual(declared, column, coded=false) -%}
    {%- set positive, negative = ml_monitor._outcome_names(coded) -%}
    {%- if column is not defined or column is none -%}
        cast(null as {{ ml_monitor.type_double() if declared.task in ['regression', 'ranking'] else 'smallint' if coded else ml_monitor.type_text() }})
    {%- elif declared.task == 'ranking' and column.kind == 'boolean' -%}
        {{ ml_monitor._as_double(column, ml_monitor.type_double()) }}
    {%- elif declared.task in ['regression', 'ranking'] -%}
        {#- a label too near 0 to divide by is 0 -#}
        case when abs({{ column.sql }}) < 1 / {{ ml_monitor.largest_number() }} then 0 when abs({{ column.sql }}) <= {{ ml_monitor.largest_number() }} then cast({{ column.sql }} as {{ ml_monitor.type_double() }}) end
    {%- elif declared.task == 'binary' -%}
        case when {{ ml_monitor.is_class(column, declared.positive) }} then {{ positive }} when {{ column.sql }} is not null then {{ negative }} end
    {%- else -%}
        {{ ml_monitor.class_text(dict(column, is_class=true)) }}
    {%- endif -%}
{%- endmacro %}

{% macro _label_arrival(declared, found) -%}
    {%- if declared.labels.loaded_at and declared.labels.timestamp -%}
        {{ ml_monitor._arrival(found.labels_loaded_at, found.labels_timestamp) }}
    {%- else -%}
        {{ ml_monitor._label_moment(declared, found) }}
    {%- endif -%}
{%- endmacro %}

{% macro _label_moment(declared, found) -%}
    {#- When the label became known: its timestamp, else its arrival. -#}
    {%- if declared.labels.timestamp -%}
        {{ ml_monitor._moment(found.labels_timestamp) }}
    {%- elif declared.labels.loaded_at -%}
        {{ ml_monitor._moment(found.labels_loaded_at) }}
    {%- else -%}
        cast(null as timestamp)
    {%- endif -%}
{%- endmacro %}
