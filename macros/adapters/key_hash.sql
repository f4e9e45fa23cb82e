{% macro key_hash(columns) %}
    {#- One number for a key of several columns: cheaper to group by. Equal keys have equal hashes; what shares a hash is compared in full afterwards. -#}
    {{ return(adapter.dispatch('key_hash', 'ml_monitor')(columns)) }}
{% endmacro %}

{% macro default__key_hash(columns) -%}
    hashtextextended({% for column in columns %}{{ " || '|' || " if not loop.first }}coalesce(cast({{ column }} as text), ''){% endfor %}, 0)
{%- endmacro %}

{% macro duckdb__key_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}
