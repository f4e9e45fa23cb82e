{% macro _is_wide(declared) %}
    {#- Whether a monitor has so many features that a branch of SQL for each costs more to plan than to run: their values then stand below one another before they are counted. -#}
    {{ return(ml_monitor._features(declared) | length > ml_monitor.most_branches()) }}
{% endmacro %}

{% macro most_branches() %}
    {#- Features with a branch of SQL each. Below, branches are faster: each reads its own column; above, the time to plan them, which grows with the square of their number, decides. -#}
    {{ return(60) }}
{% endmacro %}
