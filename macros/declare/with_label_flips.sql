{% macro with_label_flips() %}
    {#- The monitors whose labels can be held against a calibrated score: binary ones with both. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.task == 'binary' and block.score and block.labels -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
