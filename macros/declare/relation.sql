{% macro relation(name) %}
    {#- "model_or_seed" or "source.table", as the declaration writes it. -#}
    {%- if not name -%}
        {{ return(none) }}
    {%- elif '.' in name -%}
        {%- set parts = name.split('.') -%}
        {{ return(source(parts[0], parts[1])) }}
    {%- else -%}
        {{ return(ref(name)) }}
    {%- endif -%}
{% endmacro %}
