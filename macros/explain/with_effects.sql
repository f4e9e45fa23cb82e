{% macro with_effects() %}
    {#- The monitors that count observed rates by feature bin. Where there is none, no SQL speaks of them. -#}
    {%- set monitors = [] -%}
    {%- for monitor, block in ml_monitor.declarations().items() if block.effects -%}{%- do monitors.append(monitor) -%}{%- endfor -%}
    {{ return(monitors) }}
{% endmacro %}

{% macro effect_mistakes(declared) %}
    {#- What is wrong with the key effects of a declaration, one text a mistake. -#}
    {%- if declared.effects is not boolean -%}
        {{ return(["effects: is '" ~ declared.effects ~ "'; must be true or false"]) }}
    {%- elif declared.effects and not declared.labels -%}
        {{ return(["effects: counts what came true by feature, which needs labels; declare them, or take it out"]) }}
    {%- endif -%}
    {{ return([]) }}
{% endmacro %}
