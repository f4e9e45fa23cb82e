{% macro demo_table(name, columns) %}
    {#- A table that `monitor demo` loads, or the same columns without rows before it has been run, so that the project builds at any time.
        `columns`: {name: type}. -#}
    {%- set raw = adapter.get_relation(database=target.database, schema='demo_raw', identifier=name) if execute -%}
    {%- if raw %}
    select
        {%- for column, type in columns.items() %}
        cast({{ column }} as {{ type }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ raw }}
    {%- else %}
    {{ ml_monitor.no_rows(columns.items() | list) }}
    {%- endif %}
{% endmacro %}
