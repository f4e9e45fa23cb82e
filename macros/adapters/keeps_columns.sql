{% macro keeps_columns(existing, sql) %}
    {#- Whether `create or replace view` can put a query in the place of an existing view. -#}
    {{ return(adapter.dispatch('keeps_columns', 'ml_monitor')(existing, sql)) }}
{% endmacro %}

{% macro default__keeps_columns(existing, sql) %}
    {#- Postgres wants the columns of the old view, in order; more may follow. -#}
    {%- set old = adapter.get_columns_in_relation(existing) -%}
    {%- set new = get_column_schema_from_query(sql) -%}
    {%- if old | length > new | length -%}{{ return(false) }}{%- endif -%}
    {%- for column in old -%}
        {%- set other = new[loop.index0] -%}
        {%- if column.name != other.name or ml_monitor.type_kind(column.data_type) != ml_monitor.type_kind(other.data_type) -%}{{ return(false) }}{%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{% endmacro %}

{% macro duckdb__keeps_columns(existing, sql) %}
    {{ return(true) }}
{% endmacro %}
