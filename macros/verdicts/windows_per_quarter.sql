{% macro windows_per_quarter() %}
    {#- {grain: how many windows a quarter has}: what false alarms are counted by. -#}
    {{ return({'hour': 2160, 'day': 90, 'week': 13, 'month': 3}) }}
{% endmacro %}
