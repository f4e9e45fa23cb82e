{% macro hours_between(earlier, later) %}
    {#- Hours from one timestamp to another, with their fraction; a whole number of hours is exact. -#}
    {{ return(adapter.dispatch('hours_between', 'ml_monitor')(earlier, later)) }}
{% endmacro %}

{% macro default__hours_between(earlier, later) -%}
    (extract(epoch from ({{ later }} - {{ earlier }})) / 3600)
{%- endmacro %}

{% macro duckdb__hours_between(earlier, later) -%}
    (date_diff('microsecond', {{ earlier }}, {{ later }}) / 3600000000.0)
{%- endmacro %}
