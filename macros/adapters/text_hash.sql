{% macro text_hash(expression) %}
    {#- An even hash of a text, from 0 to 2^60, the same on every engine: which rows a sample takes must not depend on where they are stored. Ten times as slow as `hash_of`. -#}
    {{ return(adapter.dispatch('text_hash', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__text_hash(expression) -%}
    cast('0x' || substr(md5({{ expression }}), 1, 15) as bigint)
{%- endmacro %}

{% macro postgres__text_hash(expression) -%}
    cast(cast('x' || substr(md5({{ expression }}), 1, 15) as bit(60)) as bigint)
{%- endmacro %}
