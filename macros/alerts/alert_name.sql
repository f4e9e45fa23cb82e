{% macro alert_name(expressions) -%}
    {#- A short name made of values: 12 hexadecimal digits of their MD5. Two of ten thousand alerts share one with a chance of 2 in ten million. -#}
    substring(md5({% for expression in expressions %}coalesce(cast({{ expression }} as {{ ml_monitor.type_text() }}), ''){{ " || '|' || " if not loop.last }}{% endfor %}), 1, 12)
{%- endmacro %}
