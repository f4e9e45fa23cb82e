{% macro binary_order(expression) %}
    {#- Text ordered by its bytes: a collation orders ties among categories differently on each engine. -#}
    {{ return(adapter.dispatch('binary_order', 'ml_monitor')(expression)) }}
{% endmacro %}

{% macro default__binary_order(expression) %}{{ return(expression) }}{% endmacro %}

{% macro postgres__binary_order(expression) %}{{ return(expression ~ ' collate "C"') }}{% endmacro %}
