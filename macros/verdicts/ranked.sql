{% macro ranked(number) -%}
    {#- A number to order rows by: what differs in its last digits only, which depend on the order in which an engine has summed, is equal, so that what follows in the order decides. -#}
    round(1e9 * least({{ number }}, 1e6))
{%- endmacro %}
