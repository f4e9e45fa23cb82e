{% macro hash_of(expressions) %}
    {#- An even 64-bit hash of one or more values, not negative: a short key for many columns, and which rows a sample takes.
        Among a million keys, two share one with a chance of 3 in 100 million. -#}
    {{ return(adapter.dispatch('hash_of', 'ml_monitor')(expressions)) }}
{% endmacro %}

{% macro default__hash_of(expressions) -%}
    hash({{ expressions | join(', ') }})
{%- endmacro %}

{% macro postgres__hash_of(expressions) -%}
    {#- with a seed of 0, NULL and the number 0 would have the same hash -#}
    (hash_record_extended(row({{ expressions | join(', ') }}), 1) & 9223372036854775807)
{%- endmacro %}
