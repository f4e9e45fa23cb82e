{% macro with_weights() %}
    {#- The monitors whose rows are weighted. Where there is none, no SQL speaks of weights. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.declarations() -%}
        {%- if ml_monitor.declaration(monitor).weights -%}{%- do monitors.append(monitor) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
