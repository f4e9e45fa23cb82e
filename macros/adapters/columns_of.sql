{% macro columns_of(relation) %}
    {#- {name: {'name', 'data_type'}} of a relation, in order; empty where there is none. -#}
    {{ return(adapter.dispatch('columns_of', 'ml_monitor')(relation)) }}
{% endmacro %}

{% macro default__columns_of(relation) %}
    {%- set columns = {} -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do columns.update({column.name: {'name': column.name, 'data_type': column.data_type}}) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{% macro postgres__columns_of(relation) %}
    {#- The information schema calls every array ARRAY, whatever it is of. -#}
    {%- set columns = ml_monitor.default__columns_of(relation) -%}
    {%- if columns.values() | selectattr('data_type', 'equalto', 'ARRAY') | list -%}
        {%- for row in run_query("select attname, format_type(atttypid, atttypmod) from pg_attribute where attrelid = '" ~ relation | string | replace("'", "''") ~ "'::regclass and attnum > 0 and not attisdropped").rows if row[0] in columns -%}
            {%- if columns[row[0]].data_type == 'ARRAY' -%}{%- do columns[row[0]].update({'data_type': row[1]}) -%}{%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}

{% macro duckdb__columns_of(relation) %}
    {#- The information schema looks at every table, and fails when another thread of the run drops one meanwhile. -#}
    {%- set columns = {} -%}
    {%- if load_relation(relation) is not none -%}
        {%- for row in run_query('describe select * from ' ~ relation).rows -%}
            {%- do columns.update({row[0]: {'name': row[0], 'data_type': row[1]}}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(columns) }}
{% endmacro %}
