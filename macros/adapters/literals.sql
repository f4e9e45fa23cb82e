{% macro text_literal(value) -%}
    '{{ value | string | replace("'", "''") }}'
{%- endmacro %}

{% macro text_literals(values) -%}
    {#- What a column may be compared with by `in`: nothing equals the NULL that stands for no value. -#}
    {% for value in values %}{{ ', ' if not loop.first }}{{ ml_monitor.text_literal(value) }}{% else %}null{% endfor %}
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

{% macro largest_number() -%}
    {#- Beyond this a value counts as not a number, like NaN and the infinities: markers such as the greatest double live there, and the fourth power of an error must not overflow a sum. -#}
    1e50
{%- endmacro %}
