{% macro numbers_header() %}
    {#- What stands before the statement that computes numbers, or none. -#}
    {{ return(adapter.dispatch('numbers_header', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__numbers_header() %}{{ return(none) }}{% endmacro %}

{% macro postgres__numbers_header() %}
    {#- Postgres knows nothing of the size of a CTE, expects one row, and joins profiles row by row, or by the first of their keys alone: minutes in place of a second. A hash join, of those that are left, takes every key. Where it thinks a query great it compiles each of its hundreds of expressions, which takes longer than the query.
        `local`: until the end of the transaction, which is this model's own. -#}
    {{ return('set local enable_nestloop = off; set local enable_mergejoin = off; set local jit = off;') }}
{% endmacro %}

{% macro numbers_footer() %}
    {#- What follows once numbers are stored, as post_hook. -#}
    {{ return(adapter.dispatch('numbers_footer', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__numbers_footer() %}{{ return([]) }}{% endmacro %}

{% macro postgres__numbers_footer() %}
    {#- Until autovacuum has come by, a minute later or so, Postgres knows nothing of what is in a new table, and readers' filters make it expect a single row, for which it joins in loops. -#}
    {{ return(['analyze {{ this }}']) }}
{% endmacro %}
