{% macro significance_columns() %}
    {#- Name and type of every stored column of significance, in order; monitor.significance writes the same. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ return([
        ('replace_key', text), ('monitor', text), ('window_key', text), ('model_version', text), ('family', text), ('subject', text), ('baseline', text), ('metric', text),
        ('test', text), ('statistic', double), ('p_value', double), ('effect', double), ('effect_low', double), ('effect_high', double), ('dependency', text),
    ]) }}
{% endmacro %}
