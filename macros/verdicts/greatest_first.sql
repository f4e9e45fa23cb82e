{% macro greatest_first(number) -%}
    {#- Orders rows by a number, the greatest first and NULL last: what differs in its last digits only, which depend on the order in which an engine has summed, is equal, so that what follows in the order decides. least() would skip NULL. -#}
    round(1e9 * case when {{ number }} > 1e6 then 1e6 else {{ number }} end) desc nulls last
{%- endmacro %}
