{% macro classifier_columns() %}
    {#- Name and type of every column that the domain classifier stores, in order; monitor.multivariate writes the same. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ return([
        ('replace_key', text), ('monitor', text), ('window_key', text), ('feature_number', 'bigint'),
        ('n', 'bigint'), ('value', double), ('standard_error', double), ('dependency', text),
    ]) }}
{% endmacro %}
