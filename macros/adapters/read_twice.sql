{% macro read_twice() -%}
    {#- How a common table expression is kept that two others read. DuckDB 2.0 waits for ever where a LIMIT stands above a view in which such a one, kept, has a union below it: there it is computed twice. -#}
    {{ return(adapter.dispatch('read_twice', 'ml_monitor')()) }}
{%- endmacro %}

{% macro default__read_twice() -%}{% endmacro %}

{% macro duckdb__read_twice() -%}not materialized {% endmacro %}
