{% macro class_text(column) -%}
    {#- A class or category as text, the same whether a table holds it as integer, double, boolean or text. -#}
    {%- set sql = column.sql -%}
    {%- set type = column.data_type | lower -%}
    {%- if column.kind == 'boolean' -%}
        case when {{ sql }} then 'true' when not {{ sql }} then 'false' end
    {%- elif column.kind == 'number' and 'int' in type -%}
        cast({{ sql }} as {{ ml_monitor.type_text() }})
    {%- elif column.kind == 'number' -%}
        case when abs({{ sql }}) < 1e15 and {{ sql }} = floor({{ sql }}) then cast(cast({{ sql }} as bigint) as {{ ml_monitor.type_text() }}) else cast({{ sql }} as {{ ml_monitor.type_text() }}) end
    {%- elif column.kind == 'text' and column.is_class -%}
        regexp_replace(cast({{ sql }} as {{ ml_monitor.type_text() }}), '^([+-]?[0-9]+)[.]0+$', '\1')
    {%- else -%}
        cast({{ sql }} as {{ ml_monitor.type_text() }})
    {%- endif -%}
{%- endmacro %}

{% macro is_class(column, class) -%}
    {#- Whether a column of any type holds the class: 1, 1.0, true, '1', '1.0' and 'True' are one class. -#}
    {%- set truth = {'true': true, 'false': false, '1': true, '0': false, '1.0': true, '0.0': false}.get(class | string | lower) -%}
    {%- set name = class | string -%}
    {%- if column.kind == 'boolean' -%}
        {%- if truth is none -%}
            cast({{ column.sql }} as {{ ml_monitor.type_text() }}) = {{ ml_monitor.text_literal(name) }}
        {%- else -%}
            {{ 'not ' if not truth }}{{ column.sql }}
        {%- endif -%}
    {%- elif column.kind == 'number' and (class is boolean or class is number or name | float(none) is not none) -%}
        {{ column.sql }} = {{ (1 if truth else 0) if class is boolean else class }}
    {%- else -%}
        {%- set text = ml_monitor.class_text(dict(column, is_class=true)) -%}
        {%- if truth is none -%}
            {{ text }} = {{ ml_monitor.text_literal(name) }}
        {%- else -%}
            lower({{ text }}) in ({{ "'1', 'true'" if truth else "'0', 'false'" }})
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
