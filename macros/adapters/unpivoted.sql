{% macro unpivoted(keys, lists, relation=none) %}
    {#- Every row of a relation once per feature: the columns `keys` ({name: expression}) and, of each of `lists` ({name: [one expression per feature]}), one expression after another. Without a relation, the lists alone.
        However many features there are, the rows are read once and the statement has one branch. -#}
    {{ return(adapter.dispatch('unpivoted', 'ml_monitor')(keys, lists, relation)) }}
{% endmacro %}

{% macro _named_keys(keys) -%}
    {%- for name, expression in keys.items() %}
        {{ expression ~ (' as ' ~ name if expression != name) }},
    {%- endfor -%}
{%- endmacro %}

{% macro default__unpivoted(keys, lists, relation) %}
    select
        {{- ml_monitor._named_keys(keys) }}
        {%- for name in lists %}
        unpivoted.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation ~ ' cross join lateral ' if relation }}unnest(
        {%- for expressions in lists.values() %}
        array[{{ expressions | join(', ') }}]{{ ',' if not loop.last }}
        {%- endfor %}
    ) as unpivoted({{ lists.keys() | join(', ') }})
{%- endmacro %}

{% macro duckdb__unpivoted(keys, lists, relation) %}
    select
        {{- ml_monitor._named_keys(keys) }}
        {%- for name, expressions in lists.items() %}
        unnest([{{ expressions | join(', ') }}]) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if relation %}
    from {{ relation }}
    {%- endif %}
{%- endmacro %}
