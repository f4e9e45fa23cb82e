{% macro with_effects() %}
    {#- The monitors that count observed rates by feature bin. Where there is none, no SQL speaks of them. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.effects -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}
