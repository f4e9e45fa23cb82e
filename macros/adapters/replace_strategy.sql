{% macro replace_strategy() %}
    {#- The incremental strategy that replaces every row whose key the new rows carry, in one transaction. -#}
    {{ return(adapter.dispatch('replace_strategy', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__replace_strategy() %}{{ return('delete+insert') }}{% endmacro %}
