{% macro quoted_name(name) %}
    {#- A column's name as an identifier; dbt's own quoting leaves quotes within the name as they are. -#}
    {{ return(adapter.dispatch('quoted_name', 'ml_monitor')(name)) }}
{% endmacro %}

{% macro default__quoted_name(name) %}
    {{ return(adapter.quote(name | replace('"', '""'))) }}
{% endmacro %}
