{% macro schema_key(name) %}
    {#- What two names of schemas have in common if the engine may take one for the other. -#}
    {{ return(adapter.dispatch('schema_key', 'ml_monitor')(name | string | trim | lower)) }}
{% endmacro %}

{% macro default__schema_key(name) %}{{ return(name) }}{% endmacro %}

{% macro postgres__schema_key(name) %}
    {#- Postgres cuts longer names without an error. -#}
    {{ return(name.encode('utf-8')[:63]) }}
{% endmacro %}
