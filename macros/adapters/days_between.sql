{% macro days_between(earlier, later) %}
    {#- Days from one timestamp to another, with their fraction. -#}
    {{ return(adapter.dispatch('days_between', 'ml_monitor')(earlier, later)) }}
{% endmacro %}

{% macro default__days_between(earlier, later) -%}
    (extract(epoch from ({{ later }} - {{ earlier }})) / 86400)
{%- endmacro %}

{% macro duckdb__days_between(earlier, later) -%}
    (date_diff('microsecond', {{ earlier }}, {{ later }}) / 86400000000.0)
{%- endmacro %}
