{% macro number_text(expression, digits=3) %}
    {#- A number as people read it: three significant digits or `digits`, no trailing zeros. Half is rounded away from 0 on every engine, also where a double lies just below it. -#}
    {{ return(adapter.dispatch('number_text', 'ml_monitor')(expression, digits)) }}
{% endmacro %}

{% macro default__number_text(expression, digits) -%}
    case when {{ expression }} = 0 then '0' else regexp_replace(cast(round({{ expression }} * (1 + 1e-12), cast({{ digits - 1 }} - floor(log10(abs({{ expression }}))) as integer)) as varchar), '[.]0$', '') end
{%- endmacro %}

{% macro postgres__number_text(expression, digits) -%}
    case when {{ expression }} = 0 then '0' else cast(trim_scale(round(cast({{ expression }} as numeric), cast({{ digits - 1 }} - floor(log(cast(abs({{ expression }}) as numeric))) as integer))) as text) end
{%- endmacro %}
