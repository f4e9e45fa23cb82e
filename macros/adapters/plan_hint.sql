{% macro plan_hint() %}
    {#- What stands after `as` where a CTE is to be planned by itself, whatever its readers filter by; empty, or with a space behind. -#}
    {{ return(adapter.dispatch('plan_hint', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__plan_hint() %}{{ return('') }}{% endmacro %}

{% macro postgres__plan_hint() %}
    {#- Of rows without statistics Postgres expects each filter to leave one in two hundred: two of them and it joins what it takes for one row in a loop, which computes the other side anew for each of thousands. -#}
    {{ return('materialized ') }}
{% endmacro %}
