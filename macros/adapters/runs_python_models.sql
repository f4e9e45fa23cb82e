{% macro runs_python_models() %}
    {#- Whether dbt runs Python models there; elsewhere `monitor run` computes what they would. -#}
    {{ return(adapter.dispatch('runs_python_models', 'ml_monitor')()) }}
{% endmacro %}

{% macro default__runs_python_models() %}{{ return(false) }}{% endmacro %}

{% macro duckdb__runs_python_models() %}{{ return(true) }}{% endmacro %}
