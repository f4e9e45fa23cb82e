{% macro grain_index(columns) %}
    {#- A unique index on the grain of a table, where two runs could write it at once: the second then fails rather than doubles. DuckDB has one writer, and pays for indexes with time. -#}
    {{ return(adapter.dispatch('grain_index', 'ml_monitor')(columns)) }}
{% endmacro %}

{% macro default__grain_index(columns) %}{{ return([]) }}{% endmacro %}

{% macro postgres__grain_index(columns) %}{{ return([{'columns': columns, 'unique': true}]) }}{% endmacro %}
