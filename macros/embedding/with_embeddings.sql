{% macro with_embeddings() %}
    {#- The monitors that declare embedding features. Where there is none, no SQL speaks of them. -#}
    {%- set monitors = [] -%}
    {%- for monitor in ml_monitor.declarations() if ml_monitor.declaration(monitor).embedding -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
