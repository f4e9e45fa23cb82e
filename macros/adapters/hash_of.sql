{% macro hash_of(expression) %}
    {#- An even hash of a value, not negative: which rows a sample takes. -#}
    {{ return(adapter.dispatch('hash_of', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__hash_of(expression) -%}
    abs(hashtext(cast({{ expression }} as text))::bigint)
{%- endmacro %}

{% macro duckdb__hash_of(expression) -%}
    hash({{ expression }})
{%- endmacro %}
