{% macro text_literal(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}

{% macro double_literal(value) -%}
    {#- `value` is the shortest text that reads back as the same double. -#}
    cast({{ value }} as {{ ml_monitor.type_double() }})
{%- endmacro %}

{% macro timestamp_literal(value) -%}
    cast('{{ value }}' as timestamp)
{%- endmacro %}

{% macro type_double() %}
    {{ return(adapter.dispatch('type_double', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__type_double() %}{{ return('double') }}{% endmacro %}

{% macro postgres__type_double() %}{{ return('double precision') }}{% endmacro %}

{% macro type_text() %}
    {{ return(adapter.dispatch('type_text', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__type_text() %}{{ return('varchar') }}{% endmacro %}

{% macro postgres__type_text() %}{{ return('text') }}{% endmacro %}
