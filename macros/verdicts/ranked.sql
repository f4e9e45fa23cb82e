{% macro ranked(number) -%}
    {#- A number to order rows by: what differs in its last digits only, which depend on the order in which an engine has summed, is equal, so that what follows in the order decides. NULL stays NULL, which least() would skip. -#}
    round(1e9 * case when {{ number }} > 1e6 then 1e6 else {{ number }} end)
{%- endmacro %}
