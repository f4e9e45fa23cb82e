{% macro planned_apart() -%}
    {#- What stands after `as` where a common table expression is to be planned by itself, whatever its readers filter by. -#}
    {{ return(adapter.dispatch('planned_apart', 'ml_monitor')()) }}
{%- endmacro %}

{% macro default__planned_apart() -%}{%- endmacro %}

{% macro postgres__planned_apart() -%}
    {#- Of rows without statistics Postgres expects each filter to leave one in two hundred: two of them and it joins what it takes for one row in a loop, which computes the other side anew for each of thousands. -#}
    {{ return('materialized ') }}
{%- endmacro %}

{% macro read_twice() -%}
    {#- What stands after `as` where two others read a common table expression with a union below it. -#}
    {{ return(adapter.dispatch('read_twice', 'ml_monitor')()) }}
{%- endmacro %}

{% macro default__read_twice() -%}{%- endmacro %}

{% macro duckdb__read_twice() -%}
    {#- DuckDB 2.0 waits for ever where a LIMIT stands above a view that keeps such an expression: there it is computed twice. -#}
    {{ return('not materialized ') }}
{%- endmacro %}
