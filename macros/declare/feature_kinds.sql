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

{% macro derived_mistakes(declared) %}
    {#- Derived features whose name another feature has, one text a mistake. -#}
    {%- set mistakes, names = [], declared.numeric + declared.categorical -%}
    {%- for feature in ml_monitor._derived_features(declared) -%}
        {%- if feature.name in names -%}
            {%- do mistakes.append("features." ~ feature.of ~ ": the feature '" ~ feature.name ~ "' that is derived from '" ~ feature.source ~ "' has the name of another; rename that, or list the column once") -%}
        {%- endif -%}
        {%- do names.append(feature.name) -%}
    {%- endfor -%}
    {{ return(mistakes) }}
{% endmacro %}
