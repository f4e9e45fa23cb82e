{% macro percent_text(share) -%}
    {#- A share as a whole number of per cent, as text. -#}
    cast(cast(floor(100 * {{ share }} + 0.5) as integer) as {{ ml_monitor.type_text() }})
{%- endmacro %}
