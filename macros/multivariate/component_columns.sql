{% macro component_columns() %}
    {#- Name and type of every column of the principal components, in order; monitor.multivariate writes the same. -#}
    {%- set text, double = ml_monitor.type_text(), ml_monitor.type_double() -%}
    {{ return([
        ('monitor', text), ('held_out', text), ('component', 'bigint'), ('feature_number', 'bigint'),
        ('is_kept', 'boolean'), ('eigenvalue', double), ('weight', double), ('dependency', text),
    ]) }}
{% endmacro %}
