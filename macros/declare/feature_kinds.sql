{% macro derived_kinds() %}
    {#- The kinds of columns that each kind of declared feature is derived from. -#}
    {{ return({
        'text': ['text'],
        'date': ['date', 'timestamp', 'timestamp_with_time_zone'],
        'array': ['array', 'array_of_numbers'],
        'embedding': ['array_of_numbers'],
    }) }}
{% endmacro %}

{% macro kind_advice(role, kind) -%}
    {#- What to do with a column that is not of the kind which its place in the declaration asks for. -#}
    {%- if not role.startswith('features.') or kind == 'text' and role == 'features.date' -%}
        cast it in the model that makes it
    {%- elif kind == 'other' -%}
        columns of this type cannot be monitored: derive numbers, texts, times or arrays from it in the model that makes it, or take it out
    {%- elif kind == 'array' -%}
        declare it under array, or cast it in the model that makes it
    {%- elif kind == 'array_of_numbers' -%}
        declare it under embedding or array, or cast it in the model that makes it
    {%- elif kind == 'number' -%}
        declare it under numeric or categorical, or cast it in the model that makes it
    {%- elif kind in ['date', 'timestamp', 'timestamp_with_time_zone'] -%}
        declare it under date or categorical, or cast it in the model that makes it
    {%- else -%}
        declare it under {{ 'text or ' if kind == 'text' and role != 'features.numeric' }}categorical, or cast it in the model that makes it
    {%- endif -%}
{%- endmacro %}
