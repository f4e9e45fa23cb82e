{% macro rows_hint(relation, is_whole) %}
    {#- Whether the CTE of raw rows is computed once or read column by column by each of its many readers.
        A column store reads a table's columns faster than a copy of its rows; a view, or a few windows, is better computed once. -#}
    {{ return(adapter.dispatch('rows_hint', 'ml_monitor')(relation, is_whole)) }}
{% endmacro %}

{% macro default__rows_hint(relation, is_whole) %}{{ return('materialized') }}{% endmacro %}

{% macro duckdb__rows_hint(relation, is_whole) %}
    {{ return('not materialized' if is_whole and relation.type == 'table' else 'materialized') }}
{% endmacro %}
