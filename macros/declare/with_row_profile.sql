{% macro with_row_profile() %}
    {#- The monitors whose rows are compared with each other. Where there is none, no SQL speaks of it. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.repeats or block.entity -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
