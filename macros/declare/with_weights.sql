{% macro with_weights() %}
    {#- The monitors whose rows are weighted. Where there is none, no SQL speaks of weights. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.weights -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
