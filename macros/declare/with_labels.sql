{% macro with_labels() %}
    {#- The monitors whose labels have a distribution: those that declare labels, but for rankings, whose labels say how relevant an item of a query is. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.get('labels') and block.get('task') != 'ranking' -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
