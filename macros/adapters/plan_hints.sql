{% macro computed_once(step) -%}
    {#- The last column of a common table expression, `step`, of which readers name the same expressions again and again. -#}
    {{ return(adapter.dispatch('computed_once', 'ml_monitor')(step)) }}
{%- endmacro %}

{% macro default__computed_once(step) -%}{%- endmacro %}

{% macro postgres__computed_once(step) -%}
    {#- Postgres writes an expression out wherever a reader names it, and each of them again where the next one does: a subquery of `teaches` stood seven hundred times in a view. Not so where a column
        is a set, here of one: then the step is planned by itself, and filters by its other columns reach into it all the same. -#}
    {{ return(', unnest(array[1]) as ' ~ step ~ '_row') }}
{%- endmacro %}

{% macro judged_by(family, condition=none) -%}
    {#- CTEs that end in limits: the rows of `limits_of`, few, that are joined with many numbers. -#}
    {{ return(adapter.dispatch('judged_by', 'ml_monitor')(family, condition)) }}
{%- endmacro %}

{% macro default__judged_by(family, condition) -%}
    limits as (
    {{ ml_monitor.limits_of(family) }}
        {%- if condition %} and {{ condition }}{% endif %}
)
{%- endmacro %}

{% macro postgres__judged_by(family, condition) -%}
    {#- Of rows without statistics Postgres expects each filter to leave one in two hundred, of a monitor's limits a single row, for which it then computes the numbers once, as it thinks: in truth for each of a dozen.
        Of a set whose size it cannot see it expects ten. -#}
    declared_limits as materialized (
    {{ ml_monitor.limits_of(family) }}
        {%- if condition %} and {{ condition }}{% endif %}
),

limits as (
    select declared_limits.*, unnest(array_remove(array[metric], null)) as limits_row
    from declared_limits
)
{%- endmacro %}
